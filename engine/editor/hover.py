"""What is shown about a place that is pointed at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.editor import grammar
from engine.editor.expected import expected_at
from engine.editor.file import File, View
from engine.editor.functions import described, written
from engine.editor.names import meaning, meaning_of
from engine.editor.references import Target, target_at
from engine.editor.scope import given, named
from engine.editor.spot import Spot, spot
from engine.editor.text import Span
from engine.editor.wanted import wanted
from engine.functions import FUNCTIONS
from engine.types import List, Object, Type

MAX_FIELDS = 40


@dataclass(frozen=True)
class Hover:
    """Markdown about a span of the text."""

    markdown: str
    span: Span


def hover(file: File, index: int) -> Hover | None:
    """A key's description and example, what a field of a mapping gets and takes, a function's documentation, the type of
    a name or an expression, what a reference leads to."""
    here = spot(file, index)
    if here is None:
        return None
    view = file.around(file.cursor(index), index)
    text = "" if view is None else _of_key(view, here) if here.is_key else _of_expression(view, here)
    return Hover(text, here.span) if text else None


# -- keys --------------------------------------------------------------------------------------------------------------


def _of_key(view: View, here: Spot) -> str:
    key = grammar.key_at(here.path, view.document.data)
    named = None if key else expected_at(view, here.path)
    return key.markdown if key else _of_target(named) if named else _of_field(view, here)


def _of_field(view: View, here: Spot) -> str:
    """A field that a mapping fills: what its schema wants, and what it gets."""
    name, place, gets = str(here.path[-1]), wanted(view, here.path), given(view, here)
    if place is None or (place.type.is_any and gets is None):
        return ""
    text = _typed(name.removesuffix("?"), place.type)
    source = next((str(shape.source) for shape in place.type.shapes if shape.source), "")
    told = [f"required by {source}" if place.required else f"as {source} wants it" if source else "no schema knows it"]
    told += [f"gets `{gets}`"] if gets is not None else []
    return "\n\n".join(filter(None, [f"{text}\n{'; '.join(told)}", meaning_of(place.type)]))


# -- values ------------------------------------------------------------------------------------------------------------


def _of_expression(view: View, here: Spot) -> str:
    if here.name is not None:
        return _of_name(view, here)
    gives = given(view, here)
    return _typed("", gives) if gives is not None else _of_reference(view, here)


def _of_name(view: View, here: Spot) -> str:
    """A name, a field, or a function."""
    assert here.name is not None
    found = named(view, here)
    function = FUNCTIONS.get(here.name.word)
    if here.is_call or (function and here.name.template):
        gives = f"\ngives `{found.given}`\n" if found else ""
        return f"```\n{written(function)}\n```{gives}\n{described(function)}" if function else ""
    if found is None or (found.scope.current is None and here.name.word not in found.scope.names):
        return ""
    chain = f"{here.name.chain}.{here.name.word}".lstrip(".")
    words = meaning(view, chain, found.given) if here.name.chain or found.scope.current is None else ""
    return f"{_typed(chain, found.given)}\n{words or meaning_of(found.given)}".rstrip()


def _of_reference(view: View, here: Spot) -> str:
    target = target_at(view, here.path)
    return _of_target(target) if target else ""


def _of_target(target: Target) -> str:
    return f"```\n{target.name}: {target.detail}\n```\n{target.description}".rstrip()


# -- types -------------------------------------------------------------------------------------------------------------


def _typed(name: str, type_: Type) -> str:
    """A type in a block of code, with the fields of an object, or of the objects in a list; `name?` may be left out."""
    lines = [f"{name}: {type_}".removeprefix(": "), *(f"  {field}: {held}" for field, held in _fields(type_))]
    return "\n".join(["```", *lines[: MAX_FIELDS + 1], *(["  …"] if len(lines) > MAX_FIELDS + 1 else []), "```"])


def _fields(type_: Type) -> Iterator[tuple[str, Type]]:
    shapes = type_.something.shapes
    if len(shapes) == 1 and isinstance(shapes[0], List):
        yield from _fields(shapes[0].element)
    elif len(shapes) == 1 and isinstance(shapes[0], Object):
        required = shapes[0].required
        yield from ((name if name in required else f"{name}?", held) for name, held in shapes[0].fields.items())
