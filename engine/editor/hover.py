"""What is shown about a place that is pointed at."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editor import grammar
from engine.editor.functions import described, written
from engine.editor.references import target_at
from engine.editor.scope import resolve, scope
from engine.editor.spot import Spot, spot
from engine.editor.text import Span
from engine.editor.workspace import File, View
from engine.functions import FUNCTIONS


@dataclass(frozen=True)
class Hover:
    """Markdown about a span of the text."""

    markdown: str
    span: Span


def hover(file: File, index: int) -> Hover | None:
    """A key's description and example, a function's documentation, what a name holds, what a reference leads to."""
    here = spot(file, index)
    view = file.around(file.cursor(index), index)
    if here is None or view is None:
        return None
    text = _of_key(view, here) if here.is_key else _of_name(view, here) if here.name else _of_reference(view, here)
    return Hover(text, here.span) if text else None


def _of_key(view: View, here: Spot) -> str:
    key = grammar.key_at(here.path, view.document.data)
    return key.markdown if key else ""


def _of_name(view: View, here: Spot) -> str:
    assert here.name is not None
    function = FUNCTIONS.get(here.name.word)
    if here.is_call or (function and here.name.template):
        return f"```\n{written(function)}\n```\n{described(function)}" if function else ""
    chain = f"{here.name.chain}.{here.name.word}".lstrip(".")
    names = scope(view, here.path)
    if not here.name.chain and here.name.word not in names:
        return ""
    shape = resolve(chain, names)
    kind = f": {shape}" if str(shape) else ""
    return f"```\n{chain}{kind}\n```\n{shape.description}".rstrip()


def _of_reference(view: View, here: Spot) -> str:
    target = target_at(view, here.path)
    if target is None:
        return ""
    return f"```\n{target.name}: {target.detail}\n```\n{target.description}".rstrip()
