"""What functions give, as types: rules that several functions share. Those of one function stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.types import (
    ANY,
    NEVER,
    TEXT,
    Boolean,
    List,
    Null,
    Number,
    Text,
    Type,
    element_of,
    union,
)

Gives = Callable[..., Type]
"""From the types of the arguments to that of the result; an `&expr` is the type of what it gives for an element."""

PERHAPS = Null(unsure=True)
"""Null that depends on the data: no element found, an empty list."""


def unknown(*_: Type) -> Type:
    """Nothing is known of the result."""
    return ANY


def always(result: Type) -> Gives:
    """The same, whatever the arguments are."""
    return lambda *_: result


def unless_null(result: Type) -> Gives:
    """A result, or null where the first argument is null."""
    return lambda x, *_: result.null_as(x)


def words(x: Type) -> Type:
    """The text of a value: how `text()` spells it."""
    if x.is_any:
        return TEXT
    return union(Type((_spelled(shape),)) for shape in x.something.shapes) if x.something.shapes else NEVER


def _spelled(shape: Any) -> Text:
    match shape:
        case Text():
            return shape
        case Boolean():
            return Text(5, frozenset({"true", "false"}))
        case Number():
            return Text(recoded=shape.recoded, source=shape.source)
    return Text()


def numbers(*operands: Type) -> Type:
    """A number: whole if all operands are whole numbers."""
    return Type((Number(all(only_whole(x) for x in operands)),))


def only_whole(x: Type) -> bool:
    shapes = x.something.shapes
    return not x.is_any and bool(shapes) and all(isinstance(shape, Number) and shape.whole for shape in shapes)


def first_found(elements: Type) -> Type:
    """An element of a list, or null if none is found."""
    return element_of(elements).or_null(PERHAPS) if not elements.is_any else ANY


def some_of(elements: Type) -> Type:
    """A list of some of the elements, perhaps none."""
    return Type((List(lambda: element_of(elements)),))


def same_list(elements: Type) -> Type:
    """The list itself, in another order."""
    return elements if elements.is_any else Type(elements.of(List))


def most(elements: Type) -> Type:
    """One of the elements; null for an empty list."""
    if elements.is_any or any(not shape.least for shape in elements.of(List)):
        return first_found(elements)
    return element_of(elements)


def literal(x: Type) -> int | None:
    """The whole number that an argument surely is."""
    for number in x.of(Number):
        if len(x.shapes) == 1 and number.values is not None and len(number.values) == 1:
            value = next(iter(number.values))
            return int(value) if value == int(value) else None
    return None


def through_number(x: Type) -> bool:
    """Whether a number made of this was text before, whose zeros at the beginning are lost."""
    return any(_is_code(text) for text in x.of(Text))


def _is_code(text: Text) -> bool:
    return text.source is not None and text.form not in ("decimal", "number", "integer")


def without_source(x: Type) -> Type:
    """A value that is no longer the one of the schema."""
    return Type(tuple(replace(shape, source=None) for shape in x.shapes), x.known)
