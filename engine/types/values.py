"""Types and values: the type of a value, and whether a value is of a type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.types.shapes import (
    NEVER,
    NULL,
    UNBOUNDED,
    Boolean,
    List,
    Null,
    Number,
    Object,
    Shape,
    Text,
    Type,
    list_of,
    object_of,
    union,
)


def type_of(value: Any) -> Type:
    """The narrowest type of a value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Type((Boolean(frozenset((value,))),))
    if isinstance(value, (int, float, Decimal)):
        return Type((Number(is_whole(value), frozenset((value,))),))
    if isinstance(value, str):
        return Type((Text(len(value), frozenset((value,))),))
    if isinstance(value, list):
        return list_of(union(map(type_of, value)), len(value))
    if isinstance(value, dict):
        return object_of({str(name): type_of(held) for name, held in value.items()})
    return NEVER


def holds(type_: Type, value: Any) -> bool:
    """Whether a value is of a type."""
    return type_.is_any or any(_is(shape, value) for shape in type_.shapes)


def _is(shape: Shape, value: Any) -> bool:
    match shape:
        case Null():
            return value is None
        case Boolean():
            return isinstance(value, bool) and (shape.values is None or value in shape.values)
        case Number():
            return _is_number(value) and (not shape.whole or is_whole(value)) and _among(shape.values, value)
        case Text():
            return isinstance(value, str) and _fits(shape, value)
        case List():
            return isinstance(value, list) and _is_list(shape, value)
        case Object():
            return isinstance(value, dict) and _is_object(shape, value)


def _fits(shape: Text, value: str) -> bool:
    return shape.least <= len(value) <= (UNBOUNDED if shape.longest is None else shape.longest) and _among(
        shape.values, value
    )


def _among(values: frozenset[Any] | None, value: Any) -> bool:
    return values is None or value in values


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def is_whole(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) or value.is_integer()


def _is_list(shape: List, value: list[Any]) -> bool:
    known = (
        holds(held, value[index] if -len(value) <= index < len(value) else None) for index, held in shape.at.items()
    )
    return len(value) >= shape.least and all(holds(shape.element, one) for one in value) and all(known)


def _is_object(shape: Object, value: dict[str, Any]) -> bool:
    if not shape.required <= value.keys():
        return False
    for name, held in value.items():
        wanted = shape.fields.get(name, shape.rest)
        if wanted is None or not holds(wanted, held):
            return False
    return True
