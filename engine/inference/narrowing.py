"""What a condition tells: behind `a.b && …`, in a filter and under `$when`, a tested field is not null."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from engine.expression.ast import Ast
from engine.inference.doubts import doubted
from engine.inference.paths import Path, mentions, plain_path
from engine.inference.scope import Scope
from engine.types import (
    ANY,
    NEVER,
    Boolean,
    List,
    Null,
    Number,
    Object,
    Shape,
    Text,
    Type,
    element_at,
    member,
    type_of,
)
from engine.types.meeting import both

Change = Callable[[Type], Type]


def truthy(type_: Type) -> Type:
    """The values of a type that count as true."""
    return Type(tuple(shape for one in type_.shapes if (shape := _true(one))), type_.known)


def _true(shape: Shape) -> Shape | None:
    match shape:
        case Null():
            return None
        case Boolean():
            return None if shape.values == frozenset((False,)) else replace(shape, values=frozenset({True}))
        case Text() if shape.values is not None:
            return replace(shape, values=shape.values - {""}) if shape.values - {""} else None
        case Text():
            return replace(shape, least=max(shape.least, 1)) if shape.longest != 0 else None
        case List():
            return replace(shape, least=max(shape.least, 1))
    return shape


def falsy(type_: Type) -> Type:
    """The values of a type that count as false: null, false, and what is empty; 0 is true."""
    return Type(tuple(shape for one in type_.shapes if (shape := _false(one))), type_.known)


def _false(shape: Shape) -> Shape | None:
    match shape:
        case Boolean():
            return None if shape.values == frozenset((True,)) else replace(shape, values=frozenset({False}))
        case Number():
            return None
        case Text():
            empty = not shape.least and (shape.values is None or "" in shape.values)
            return replace(shape, longest=0, values=frozenset({""})) if empty else None
        case List():
            return None if shape.least else replace(shape, of=lambda: NEVER, at={})
        case Object():
            return None if shape.required else Object({}, source=shape.source)
    return shape


def assume(condition: Ast, scope: Scope, holds: bool) -> Scope:
    """The scope where a condition holds, or does not."""
    kind, children = condition["type"], condition.get("children", [])
    if kind == "not_expression":
        return assume(children[0], scope, not holds)
    if (kind == "and_expression" and holds) or (kind == "or_expression" and not holds):
        return assume(children[1], assume(children[0], scope, holds), holds)
    if kind in ("and_expression", "or_expression"):
        return _either(condition, scope, holds)
    if kind == "field" and scope.current is None and condition["value"] in scope.meant:
        scope = assume(scope.meant[condition["value"]], scope, holds)
    if holds:
        scope = _granted(condition, scope)
    if kind == "comparator":
        return _compared(condition, scope, holds)
    if kind == "filter_projection" and not holds:
        return _none_found(condition, scope)
    path = plain_path(condition)
    return _narrowed(scope, path, truthy if holds else falsy, holds) if path else doubted(condition, scope)


def _either(condition: Ast, scope: Scope, holds: bool) -> Scope:
    """`unit == 'EA' || unit == 'BX'` tells of one value what each side tells; of two, nobody knows which side it was."""
    if holds:
        scope = _granted(condition, scope)
    found = {(one.path, one.deep) for one in mentions(condition)}
    (path, deep), *others = found or {((), True)}
    if others or deep:
        return doubted(condition, scope)
    left, right = condition["children"]
    either = assume(left, scope, holds).at(path) | assume(right, scope, holds).at(path)
    return _changed(scope, path, lambda _: either, either.known and either.null is None)


def _none_found(condition: Ast, scope: Scope) -> Scope:
    """`!items[?!price]`: a filter finds nothing, so every element has a price."""
    base, right, wanted = condition["children"]
    path = plain_path(base)
    if not path or right["type"] != "identity":
        return scope

    def without(shape: Shape) -> Shape:
        if not isinstance(shape, List):
            return shape
        return replace(shape, of=lambda: assume(wanted, Scope({}, shape.element), False).current or ANY)

    return _changed(scope, path, lambda found: Type(tuple(map(without, found.shapes)), found.known), False)


def _compared(condition: Ast, scope: Scope, holds: bool) -> Scope:
    """What a comparison tells of its sides."""
    left, right = condition["children"]
    literal, other = (left, right) if left["type"] == "literal" else (right, left)
    path = plain_path(other)
    is_place = bool(path) or (other["type"] == "current" and scope.current is not None)
    if literal["type"] != "literal" or not is_place:
        return _compared_with_other(condition, scope, holds)
    if condition["value"] not in ("eq", "ne"):
        return _changed(scope, path, lambda found: found.something, True) if holds else scope
    value, equal = literal["value"], (condition["value"] == "eq") == holds
    told = _equal if equal else _unequal
    return _narrowed(scope, path, lambda found: told(found, value), equal != (value is None))


def _compared_with_other(condition: Ast, scope: Scope, holds: bool) -> Scope:
    """Two values that are equal, or in order, are not null where one of them never is; nothing else is known of them."""
    behind = doubted(condition, scope)
    if not holds or condition["value"] == "ne":
        return behind
    left, right = map(plain_path, condition["children"])
    for path, other in ((left, right), (right, left)):
        is_there = condition["value"] != "eq" or (other and scope.at(other).known and scope.at(other).null is None)
        if path and is_there:
            behind = _changed(behind, path, lambda found: found.something, True)
    return behind


def _equal(found: Type, value: Any) -> Type:
    """The values of a type that equal a constant."""
    if value is None:
        return Type(found.of(Null), found.known)
    return both(found.something, type_of(value))


def _unequal(found: Type, value: Any) -> Type:
    """The values of a type that do not equal a constant."""
    if value is None:
        return found.something
    kept = (
        _without(shape, value) if type(shape) is type(type_of(value).shapes[0]) else shape for shape in found.shapes
    )
    return Type(tuple(shape for shape in kept if shape is not None), found.known)


def _without(shape: Shape, value: Any) -> Shape | None:
    match shape:
        case Boolean():
            values = (frozenset((True, False)) if shape.values is None else shape.values) - {value}
            return replace(shape, values=values) if values else None
        case Text() | Number() if shape.values is not None:
            return replace(shape, values=shape.values - {value}) if shape.values - {value} else None
    return shape


def _granted(condition: Ast, scope: Scope) -> Scope:
    """Names that exist only under this condition exist; and where a name exists, its condition held."""
    if not scope.conditions or scope.current is not None:
        return scope
    wanted = shape_of(condition)
    for name, (needed, then) in scope.conditions.items():
        if shape_of(needed) == wanted:
            scope = scope.changed((name,), partial(_there, then=then))
    others = dict(scope.conditions)
    held = others.pop(condition["value"], None) if condition["type"] == "field" else None
    return scope if held is None else assume(held[0], replace(scope, conditions=others), True)


def _there(found: Type, _: Path, *, then: Type) -> Type:
    """What a name stands for where it exists: null only if it may be null then too."""
    return found if found.null is None else found.something.null_as(then)


def alternative(scope: Scope, path: Path, one: Shape) -> Scope:
    """The scope where a path leads to one of its alternatives."""
    return _changed(scope, path, lambda _: Type((one,)), not isinstance(one, Null))


def shape_of(node: Any) -> Any:
    """A syntax tree without its offsets, to compare two."""
    if isinstance(node, dict):
        return {key: shape_of(inner) for key, inner in node.items() if key not in ("start", "grouped", "quoted")}
    return [shape_of(inner) for inner in node] if isinstance(node, list) else node


def _narrowed(scope: Scope, path: Path, change: Change, sure: bool) -> Scope:
    """The scope where what a path leads to is narrowed. Where nothing is left of it, a filter finds nothing; any other
    condition is a mistake, which is told, and what stands behind it is looked at all the same."""
    found = scope.at(path)
    is_mistake = scope.current is None and not found.is_any and not change(found).shapes
    return scope if is_mistake else _changed(scope, path, change, sure)


def _changed(scope: Scope, path: Path, change: Change, sure: bool) -> Scope:
    return scope.changed(path, lambda found, rest: _inside(found, rest, change, sure))


def _inside(type_: Type, path: Path, change: Change, sure: bool) -> Type:
    """A type in which what stands at a path is changed; `sure`: the path leads somewhere, so nothing on it is null."""
    if not path:
        return change(type_)
    step, rest = path[0], path[1:]
    shapes: list[Shape] = []
    for shape in type_.shapes:
        if isinstance(shape, Object) and isinstance(step, str):
            held = _inside(member(Type((shape,)), step), rest, change, sure)
            if held.is_any and not sure:
                shapes.append(shape)
            elif held.shapes or held.is_any:
                kept = held if sure or not _may_only_be_left_out(shape, step) else held.something
                shapes.append(shape.with_field(step, kept, required=sure))
        elif isinstance(shape, List) and isinstance(step, int):
            held = _inside(element_at(shape, step), rest, change, sure)
            if held.shapes or held.is_any:
                least = max(shape.least, step + 1 if step >= 0 else -step) if sure else shape.least
                shapes.append(replace(shape, at={**shape.at, step: held}, least=least))
        elif not sure:
            shapes.append(shape)
    return Type(tuple(shapes), type_.known)


def _may_only_be_left_out(shape: Object, name: str) -> bool:
    """Whether a field is null only where it is not there."""
    held = shape.fields.get(name)
    return held is not None and name not in shape.required and held.known and held.null is None
