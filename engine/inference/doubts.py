"""What a condition may tell beyond what is understood of it.

Behind `coalesce(a, b)` or `find(rows, &kind, 'list').price` nobody knows whether `a`, or an element of `rows`, may still be
null; behind `length(a) > `5`` or `type(a) == 'string'` neither how long `a` is, nor of which kind. Such a null becomes
unsure, such a length or kind unknown: no finding comes of it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from engine.expression.ast import Ast
from engine.inference.paths import Mention, Path, mentions
from engine.inference.scope import Scope
from engine.types import ANY, Boolean, Later, List, Null, Number, Object, Shape, Text, Type, element_at, member


def doubted(condition: Ast, scope: Scope) -> Scope:
    """The scope behind a condition of which only its paths are known."""
    for one in mentions(condition):
        scope = scope.changed(one.path, partial(_at, of=one))
    return scope


def _at(type_: Type, path: Path, *, of: Mention) -> Type:
    """A type with every null on a path unsure; and with what the condition looks at unknown."""
    if not path:
        return _deeply(type_, of.measured) if of.deep else _unsure(type_, of.measured)
    step, rest = path[0], path[1:]
    return Type(tuple(_step(_null(shape), step, rest, of) for shape in type_.shapes), type_.known)


def _step(shape: Shape, step: str | int, rest: Path, of: Mention) -> Shape:
    if isinstance(shape, Object) and isinstance(step, str) and step in shape.fields:
        held = _at(member(Type((shape,)), step), rest, of=of)
        return replace(shape.with_field(step, held, required=False), unsure=shape.unsure | {step})
    if isinstance(shape, List) and isinstance(step, int):
        return replace(shape, at={**shape.at, step: _at(element_at(shape, step), rest, of=of)})
    return shape


def _unsure(type_: Type, measured: bool) -> Type:
    """The same; nobody knows whether it is null, or an empty list."""
    return _told_by_none(Type(tuple(map(_there, type_.shapes)), type_.known), measured)


def _there(shape: Shape) -> Shape:
    return replace(shape, unsure=True) if isinstance(shape, (List, Null)) else shape


def _told_by_none(type_: Type, measured: bool) -> Type:
    """A type of which a condition may have told the kind, the length or the values, if it measured them."""
    if not measured or not type_.known:
        return type_
    if len(type_.something.shapes) > 1 and not all(isinstance(shape, Object) for shape in type_.something.shapes):
        return ANY
    return Type(tuple(map(_unmeasured, type_.shapes)))


def _unmeasured(shape: Shape) -> Shape:
    match shape:
        case Text():
            return replace(shape, longest=None, values=None, least=0)
        case Number() | Boolean():
            return replace(shape, values=None)
    return shape


def _null(shape: Shape) -> Shape:
    return replace(shape, unsure=True) if isinstance(shape, Null) else shape


def _deeply(type_: Type, measured: bool) -> Type:
    """The same, with every null inside unsure too."""
    return _told_by_none(Type(tuple(_deep(shape, measured) for shape in type_.shapes), type_.known), measured)


def _deep(shape: Shape, measured: bool) -> Shape:
    if isinstance(shape, List):
        at = {index: _deeply(held, measured) for index, held in shape.at.items()}
        return replace(shape, of=lambda: _deeply(shape.element, measured), at=at, unsure=True)
    if isinstance(shape, Object):
        fields = Later({name: partial(_deep_field, shape, name, measured) for name in shape.fields})
        return replace(shape, fields=fields, unsure=frozenset(shape.fields))
    return _null(shape)


def _deep_field(shape: Object, name: str, measured: bool) -> Type:
    return _deeply(shape.fields[name], measured)
