"""What a condition tells: behind `a.b && …`, in a filter and under `$when`, a tested field is not null."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.expression.ast import Ast
from engine.inference.doubts import doubted
from engine.inference.paths import Path, plain_path
from engine.inference.scope import Scope
from engine.types import ANY, NEVER, Boolean, List, Null, Number, Object, Shape, Text, Type, element_at, member

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
            empty = shape.values is None or "" in shape.values
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
    if holds:
        scope = _granted(condition, scope)
    if kind == "comparator":
        return _compared(condition, scope, holds)
    if kind == "filter_projection" and not holds:
        return _none_found(condition, scope)
    path = plain_path(condition)
    return _changed(scope, path, truthy if holds else falsy, holds) if path else doubted(condition, scope)


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
    """`x == 'A'`, `x > 0` and `x != null` are true of no null."""
    left, right = condition["children"]
    literal, other = (left, right) if left["type"] == "literal" else (right, left)
    path = plain_path(other)
    if not path or literal["type"] != "literal":
        return scope
    if condition["value"] not in ("eq", "ne"):
        return _changed(scope, path, lambda found: found.something, True) if holds else scope
    is_null, equal = literal["value"] is None, (condition["value"] == "eq") == holds
    if is_null == equal:
        return _changed(scope, path, lambda found: Type(found.of(Null), found.known), False) if is_null else scope
    return _changed(scope, path, lambda found: found.something, True)


def _granted(condition: Ast, scope: Scope) -> Scope:
    """Names that exist only under this condition exist; and where a name exists, its condition held."""
    wanted = shape_of(condition)
    for name, needed in scope.conditions.items():
        others = replace(scope, conditions={key: one for key, one in scope.conditions.items() if key != name})
        if shape_of(needed) == wanted and name in scope.names:
            return replace(others.having(**{name: scope.names[name].something}), conditions=others.conditions)
        if condition["type"] == "field" and condition["value"] == name:
            return assume(needed, others, True)
    return scope


def shape_of(node: Any) -> Any:
    """A syntax tree without its offsets, to compare two."""
    if isinstance(node, dict):
        return {key: shape_of(inner) for key, inner in node.items() if key not in ("start", "grouped", "quoted")}
    return [shape_of(inner) for inner in node] if isinstance(node, list) else node


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
            if held.shapes or held.is_any:
                kept = held if sure or not _may_only_be_left_out(shape, step) else held.something
                shapes.append(shape.with_field(step, kept, required=sure and not held.is_any))
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
