"""What a condition may tell beyond what is understood of it.

Behind `coalesce(a, b)` or `find(rows, &kind, 'list').price` nobody knows whether `a`, or an element of `rows`, may still be
null. Such a null becomes unsure: no finding comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from engine.expression.ast import Ast
from engine.inference.paths import Path, plain_path
from engine.inference.scope import Scope
from engine.types import Later, List, Null, Object, Shape, Type, element_at, member

_OF_FIRST = ("projection", "filter_projection", "value_projection", "flatten", "slice")
_BEHIND = ("subexpression", "index_expression", "pipe")


def doubted(condition: Ast, scope: Scope) -> Scope:
    """The scope behind a condition of which only its paths are known."""
    for path, deep in _paths(condition):
        scope = scope.changed(path, partial(_at, deep=deep))
    return scope


def _paths(node: Ast, deep: bool = False) -> Iterator[tuple[Path, bool]]:
    """The longest plain paths in an expression; `deep` where it looks into the elements of what is there."""
    path = plain_path(node)
    children = node.get("children", [])
    if path:
        yield path, deep
    elif node["type"] in _OF_FIRST:
        yield from _paths(children[0], True)
    elif node["type"] in _BEHIND:
        yield from _paths(children[0], deep)
    else:
        inner = deep or any(child["type"] == "expref" for child in children)
        for child in children:
            if child["type"] != "expref":
                yield from _paths(child, inner)


def _at(type_: Type, path: Path, *, deep: bool) -> Type:
    """A type with every null on a path unsure."""
    if not path:
        return _deeply(type_) if deep else _unsure(type_)
    step, rest = path[0], path[1:]
    return Type(tuple(_step(_null(shape), step, rest, deep) for shape in type_.shapes), type_.known)


def _step(shape: Shape, step: str | int, rest: Path, deep: bool) -> Shape:
    if isinstance(shape, Object) and isinstance(step, str) and step in shape.fields:
        held = _at(member(Type((shape,)), step), rest, deep=deep)
        return replace(shape.with_field(step, held, required=False), unsure=shape.unsure | {step})
    if isinstance(shape, List) and isinstance(step, int):
        return replace(shape, at={**shape.at, step: _at(element_at(shape, step), rest, deep=deep)})
    return shape


def _unsure(type_: Type) -> Type:
    """The same; nobody knows whether it is null, or an empty list."""
    shapes = (replace(shape, unsure=True) if isinstance(shape, List) else _null(shape) for shape in type_.shapes)
    return Type(tuple(shapes), type_.known)


def _null(shape: Shape) -> Shape:
    return replace(shape, unsure=True) if isinstance(shape, Null) else shape


def _deeply(type_: Type) -> Type:
    """The same, with every null inside unsure too."""
    return Type(tuple(map(_deep, type_.shapes)), type_.known)


def _deep(shape: Shape) -> Shape:
    if isinstance(shape, List):
        at = {index: _deeply(held) for index, held in shape.at.items()}
        return replace(shape, of=lambda: _deeply(shape.element), at=at, unsure=True)
    if isinstance(shape, Object):
        fields = Later({name: partial(_deep_field, shape, name) for name in shape.fields})
        return replace(shape, fields=fields, unsure=frozenset(shape.fields))
    return _null(shape)


def _deep_field(shape: Object, name: str) -> Type:
    return _deeply(shape.fields[name])
