"""Values of any kind: choosing between them, and changing their kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.errors import Fault
from engine.functions.registry import function
from engine.functions.results import numbers, through_number, words
from engine.functions.scalars import NUMBERS, exact, misfit, rounded, spelled, unsigned_zero
from engine.functions.takes import PLAIN, PRINTED
from engine.types import ANY, BOOLEAN, NEVER, List, Number, Type, list_of, union

MISSING: Any = object()
"""Stands for an argument that was not written; null is a value that was."""


def _first_not_null(*values: Type) -> Type:
    """Null only if the last may be null; what comes behind a value that is never null does not count."""
    found = NEVER
    for value in values:
        found |= value.something
        if not value.is_any and value.null is None:
            return found
    null = values[-1].null
    return found.or_null(null) if null else found


@function(gives=_first_not_null)
def coalesce(first: Any, *others: Any) -> Any:
    """The first argument that is not null.

    >>> coalesce(None, "", "EUR")
    ''
    """
    if first is not None:
        return first
    for other in others:
        if other is not None:
            return other
    return None


@function(gives=lambda x: words(x).null_as(x), takes=(PRINTED.or_null(),))
def text(x: Any) -> str | None:
    """The value as text: numbers digit for digit, booleans as `true` and `false`.

    Lists and objects are a Fault.

    >>> text(Decimal("4.1250"))
    '4.1250'
    """
    return None if x is None else spelled("text", x)


def _number(x: Type, places: Type | None = None) -> Type:
    """Exact; a number with places is meant as one, a text without them may have been a code."""
    recoded = places is None and through_number(x)
    whole = numbers(x).of(Number)[0].whole
    return Type((Number(whole=whole, recoded=recoded),)).null_as(x)


@function(gives=_number, takes=(PLAIN.or_null(),))
def decimal(x: Any, places: Any = MISSING) -> Decimal | None:
    """The exact number in a number or in text; with `places` rounded half up to exactly that many places.

    Text must be a plain number (`-412.50`); an exponent, blanks or anything else is a Fault.

    >>> decimal("4.125", 4)
    Decimal('4.1250')
    >>> decimal("0.125", 2)
    Decimal('0.13')
    """
    if x is None:
        return None
    number = exact("decimal", x)
    return unsigned_zero(number) if places is MISSING else rounded("decimal", number, places)


@function(gives=lambda x: Type((Number(whole=True, recoded=through_number(x)),)).null_as(x), takes=(PLAIN.or_null(),))
def integer(x: Any) -> int | None:
    """The whole number in a number or in text; `10.0` is 10, `10.5` a Fault.

    >>> integer("0042")
    42
    """
    if x is None or type(x) is int:
        return x
    number = exact("integer", x)
    if number != number.to_integral_value():
        raise Fault("integer(): the number is not whole; decimal(x, 0) rounds", x)
    return int(number)


def _listed(x: Type) -> Type:
    if x.is_any:
        return list_of(ANY)
    inside = union(shape.element if isinstance(shape, List) else Type((shape,)) for shape in x.something.shapes)
    return list_of(inside)


@function(name="list", gives=_listed)
def list_(x: Any) -> list[Any]:
    """A list of what is there: null gives the empty list, one value a list of one, a list stays.

    >>> list_({"sku": "A"}), list_(None)
    ([{'sku': 'A'}], [])
    """
    if x is None:
        return []
    return x if type(x) is list else [x]


@function(gives=lambda _, a, b: a | b)
def choose(cond: Any, a: Any, b: Any) -> Any:
    """The second argument if the first is true, else the third.

    False are null, `false`, `""`, `[]` and `{}`; the number 0 is true, as everywhere in the language.

    >>> choose([], "some", "none")
    'none'
    """
    return a if cond or type(cond) in NUMBERS else b


@function(gives=lambda x, yes, no: (yes | no).null_as(x), takes=(BOOLEAN.or_null(),))
def yes_no(x: Any, yes: Any, no: Any) -> Any:
    """The other system's word for true or for false: the second argument for true, the third for false.

    Null stays null; anything but a boolean is a Fault.

    >>> yes_no(True, "Y", "N")
    'Y'
    """
    if x is True:
        return yes
    if x is False:
        return no
    if x is None:
        return None
    raise misfit("yes_no", "a boolean", x)
