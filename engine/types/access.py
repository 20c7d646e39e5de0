"""What is inside a value of a type: its fields, its elements."""

from __future__ import annotations

from collections.abc import Mapping

from engine.types.shapes import ANY, NULL, List, Null, Object, Shape, Source, Type, union


def member(owner: Type, name: str) -> Type:
    """What `owner.name` gives: null where there is no such field."""
    if len(owner.shapes) == 1:
        return _of_shape(owner.shapes[0], name)
    return ANY if owner.is_any else union(_of_shape(shape, name) for shape in owner.shapes)


def _of_shape(shape: Shape, name: str) -> Type:
    match shape:
        case Object():
            return _field(shape, name)
        case Null():
            return Type((shape,))
        case _:
            return NULL


def _field(shape: Object, name: str) -> Type:
    if name in shape.fields:
        held = shape.fields[name]
        if name in shape.required:
            return held
        return held.or_null(Null(name in shape.unsure, _source(held) or shape.source))
    if shape.rest is None:
        return NULL
    return shape.rest.or_null(Null(unsure=True))


def _source(held: Type) -> Source | None:
    return next((shape.source for shape in held.shapes if shape.source), None)


def has_field(owner: Type, name: str) -> bool:
    """Whether a field may be there: an alternative knows it, or expects names nobody knows."""
    return owner.is_any or any(name in shape.fields or shape.loose for shape in owner.of(Object))


def fields_of(owner: Type) -> Mapping[str, Type]:
    """The fields known at a value, for completion; those of all alternatives."""
    names = dict.fromkeys(name for shape in owner.of(Object) for name in shape.fields)
    return {name: member(Type(owner.of(Object)), name) for name in names}


def element_of(owner: Type) -> Type:
    """What one element of a list is; any if it is not known to be one."""
    if owner.is_any:
        return ANY
    return union(shape.element for shape in owner.of(List))


def element_at(shape: List, index: int) -> Type:
    """What `list[index]` gives: null where the list is too short."""
    if index in shape.at:
        return shape.at[index]
    is_there = index < shape.least if index >= 0 else -index <= shape.least
    return shape.element if is_there else shape.element.or_null(Null(shape.unsure, shape.source))


def values_of(owner: Type) -> Type:
    """What the fields of an object hold, whichever they are."""
    if owner.is_any:
        return ANY
    return union(held for shape in owner.of(Object) for held in (*shape.fields.values(), shape.rest) if held)
