"""What two types have in common: a value that is of both, as `allOf` demands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.types.shapes import ANY, Boolean, Later, List, Null, Number, Object, Shape, Text, Type, union


def both(a: Type, b: Type) -> Type:
    """The values of two types at once; nothing where they have none in common."""
    if a.is_any or b.is_any:
        return b if a.is_any else a
    return union(Type((shape,)) for one in a.shapes for other in b.shapes if (shape := _shape(one, other)))


def _shape(a: Any, b: Any) -> Shape | None:
    if type(a) is not type(b):
        return None
    source = a.source or b.source
    match a:
        case Null():
            return Null(a.unsure and b.unsure, source)
        case List():
            least = max(a.least, b.least)
            return List(lambda: both(a.element, b.element), least, source, _identity(a, b), unsure=a.unsure or b.unsure)
        case Object():
            return _object(a, b)
    values = a.values if b.values is None else b.values if a.values is None else a.values & b.values
    if values is not None and not values:
        return None
    match a:
        case Boolean():
            return Boolean(values, source)
        case Number():
            return Number(a.whole or b.whole, values, a.recoded or b.recoded, source)
        case Text():
            lengths = [length for length in (a.longest, b.longest) if length is not None]
            source = b.source if lengths and b.longest == min(lengths) != a.longest else source
            form, recoded, least = a.form or b.form, a.recoded or b.recoded, max(a.least, b.least)
            return Text(min(lengths, default=None), values, form, recoded, source, least)
    return None


def _object(a: Object, b: Object) -> Object:
    names = [name for name in dict.fromkeys((*a.fields, *b.fields)) if _may_hold(a, name) and _may_hold(b, name)]
    return Object(
        Later({name: _field(a, b, name) for name in names}),
        a.required | b.required,
        _rest(a.rest, b.rest),
        a.loose and b.loose,
        a.source or b.source,
        _identity(a, b),
        a.unsure | b.unsure,
    )


def _identity(a: List | Object, b: List | Object) -> int:
    return hash((a.schema, b.schema)) if a.schema and b.schema else a.schema or b.schema


def _may_hold(shape: Object, name: str) -> bool:
    return name in shape.fields or shape.rest is not None


def _field(a: Object, b: Object, name: str) -> Callable[[], Type]:
    return lambda: both(a.fields.get(name, a.rest or ANY), b.fields.get(name, b.rest or ANY))


def _rest(a: Type | None, b: Type | None) -> Type | None:
    return None if a is None or b is None else both(a, b)
