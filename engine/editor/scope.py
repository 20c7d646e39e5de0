"""What is in reach of an expression, what could be named in it next, and what a name in it holds."""

from __future__ import annotations

from collections.abc import Mapping

from engine.document import Scalar
from engine.editor.cursor import Cursor
from engine.editor.file import File, View
from engine.editor.fragment import HOLE, Fragment, wholes
from engine.editor.spot import Spot
from engine.expression.ast import SyntaxFault
from engine.expression.expressions import Expression, is_query, is_template, read_query, read_template
from engine.inference import Inside, Scope, infer, inside
from engine.types import Type


def scope(file: File, at: Cursor, index: int) -> Scope | None:
    """What is in reach of the expression at a cursor, also of one that is only begun; None where there can be none."""
    own = file.view
    found = own.scope(at.path) if own and not own.lacks_map(at.path) else None
    if found is not None:
        return found
    completed = file.completed(at, index) or file.around(at, index)
    return completed.scope(at.path) if completed else None


def nameable(file: File, at: Cursor, index: int, begun: Fragment) -> Mapping[str, Type]:
    """What could stand in place of the word that is being written in an expression."""
    reach = scope(file, at, index)
    if reach is None:
        return {}
    whole = file.view.data(at.path) if file.view else None
    rest = whole[len(at.written) :] if isinstance(whole, str) and whole.startswith(at.written) else ""
    for text in wholes(at.written, begun, rest):
        expression = _read(text)
        found = inside(expression.tree, reach, lambda node: node["value"] == HOLE) if expression else None
        if found:
            return found.known
    return {}


def named(view: View, here: Spot) -> Inside | None:
    """What is known of the name or call that is pointed at."""
    reach, expression = view.scope(here.path), _at(view, here)
    if reach is None or expression is None:
        return None
    mark = view.file.text.mark(here.span.start, view.document.file)
    return inside(expression.tree, reach, lambda node: expression.at(node["start"]) == mark)


def given(view: View, here: Spot) -> Type | None:
    """What the whole expression gives that is pointed at; None if there is none."""
    reach, expression = view.scope(here.path), _at(view, here)
    return infer(expression.tree, reach) if reach is not None and expression is not None else None


def _at(view: View, here: Spot) -> Expression | None:
    text = view.data(here.path)
    return _read(text) if isinstance(text, Scalar) and (is_query(text) or is_template(text)) else None


def _read(text: str) -> Expression | None:
    try:
        return read_query(text) if is_query(text) else read_template(text)
    except SyntaxFault:
        return None
