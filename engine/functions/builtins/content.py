"""Builtins that look into text, lists and objects, or put them together."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.errors import Fault
from engine.functions.registry import Expression, function
from engine.functions.results import always
from engine.functions.scalars import NUMBERS, exact, kind, listed, misfit
from engine.functions.takes import LIST, OBJECT, TEXT_LIST
from engine.types import (
    ANY,
    BOOLEAN,
    INTEGER,
    TEXT,
    List,
    Object,
    Text,
    Type,
    list_of,
    map_of,
    object_of,
    type_of,
    union,
    values_of,
)

_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    Decimal: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_KIND_NAMES = union(map(type_of, dict.fromkeys(_TYPES.values())))


@function(gives=always(BOOLEAN), takes=(LIST | TEXT,))
def contains(subject: Any, search: Any) -> bool:
    """Whether a list holds a value, or a text another text.

    >>> contains(["A", "B"], "B"), contains("ABC", "BC"), contains([1], True)
    (True, True, False)
    """
    if type(subject) is list:
        if type(search) is str or search is None:
            return search in subject
        return any(_same(element, search) for element in subject)
    if type(subject) is not str:
        raise misfit("contains", "a list or text", subject)
    if type(search) is not str:
        raise misfit("contains", "text", search, "search")
    return search in subject


@function(gives=always(BOOLEAN), takes=(TEXT, TEXT))
def starts_with(subject: Any, prefix: Any) -> bool:
    """Whether a text begins with another.

    >>> starts_with("ORD-1", "ORD-")
    True
    """
    return _text("starts_with", subject).startswith(_text("starts_with", prefix, "prefix"))


@function(gives=always(BOOLEAN), takes=(TEXT, TEXT))
def ends_with(subject: Any, suffix: Any) -> bool:
    """Whether a text ends with another.

    >>> ends_with("orders.csv", ".csv")
    True
    """
    return _text("ends_with", subject).endswith(_text("ends_with", suffix, "suffix"))


@function(subject=1, gives=always(TEXT), takes=(TEXT, TEXT_LIST))
def join(separator: Any, elements: Any) -> str:
    """The texts of a list as one text, with a separator between them.

    >>> join(", ", ["A", "B"])
    'A, B'
    """
    glue = _text("join", separator, "the separator")
    try:
        return glue.join(listed("join", elements))
    except TypeError:
        odd = next(element for element in elements if type(element) is not str)
        raise Fault(f"join() works on a list of text, this one holds {kind(odd)}; [*].text(@) helps", odd) from None


@function(gives=always(list_of(TEXT)), takes=(OBJECT,))
def keys(x: Any) -> list[str]:
    """The keys of an object.

    >>> keys({"sku": "A", "qty": 5})
    ['sku', 'qty']
    """
    if type(x) is not dict:
        raise misfit("keys", "an object", x)
    return list(x)


@function(gives=lambda x: list_of(values_of(x)), takes=(OBJECT,))
def values(x: Any) -> list[Any]:
    """The values of an object.

    >>> values({"sku": "A", "qty": 5})
    ['A', 5]
    """
    if type(x) is not dict:
        raise misfit("values", "an object", x)
    return list(x.values())


@function(gives=always(INTEGER), takes=(LIST | TEXT | OBJECT,))
def length(x: Any) -> int:
    """How many elements a list has, keys an object, characters a text.

    >>> length(["A", "B"]), length("Acme")
    (2, 4)
    """
    if type(x) not in (list, str, dict):
        raise misfit("length", "a list, an object or text", x)
    return len(x)


@function(name="map", subject=1, gives=lambda given, _: list_of(given), takes=(ANY, LIST))
def map_(expression: Expression, elements: Any) -> list[Any]:
    """What an expression gives for each element of a list, nulls included.

    >>> map_(lambda element: element.get("sku"), [{"sku": "A"}, {}])
    ['A', None]
    """
    return list(map(expression, listed("map", elements)))


def _merged(*objects: Type) -> Type:
    """The later wins; of objects that are not wholly known, nothing is known."""
    known: dict[str, Type] = {}
    for one in objects:
        shapes = one.of(Object)
        if len(shapes) != 1 or shapes[0].rest is not None or shapes[0].required != frozenset(shapes[0].fields):
            return map_of()
        known |= shapes[0].fields
    return object_of(known)


@function(gives=_merged, takes=(OBJECT, OBJECT))
def merge(first: Any, *others: Any) -> dict[str, Any]:
    """One object of the keys of several; the later wins.

    >>> merge({"sku": "A", "qty": 1}, {"qty": 5})
    {'sku': 'A', 'qty': 5}
    """
    merged: dict[str, Any] = {}
    for one in (first, *others):
        if type(one) is not dict:
            raise misfit("merge", "objects", one)
        merged.update(one)
    return merged


def _reversed(x: Type) -> Type:
    return x if x.is_any else Type(tuple(_backwards(shape) for shape in x.shapes if isinstance(shape, (List, Text))))


def _backwards(shape: List | Text) -> List | Text:
    return Text(shape.longest) if isinstance(shape, Text) else shape


@function(gives=_reversed, takes=(LIST | TEXT,))
def reverse(x: Any) -> Any:
    """The list or the text from end to beginning.

    >>> reverse(["A", "B"])
    ['B', 'A']
    """
    if type(x) is not list and type(x) is not str:
        raise misfit("reverse", "a list or text", x)
    return x[::-1]


@function(name="type", gives=always(_KIND_NAMES))
def type_(x: Any) -> str:
    """The kind of a value: `string`, `number`, `boolean`, `array`, `object` or `null`.

    >>> type_(Decimal("1.5"))
    'number'
    """
    try:
        return _TYPES[type(x)]
    except KeyError:
        raise misfit("type", "a value of JSON", x) from None


def _same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        if type(a) not in NUMBERS or type(b) not in NUMBERS:
            return False
        return exact("contains", a) == exact("contains", b) if Decimal in (type(a), type(b)) else bool(a == b)
    if type(a) is list:
        return len(a) == len(b) and all(map(_same, a, b))
    if type(a) is dict:
        return a.keys() == b.keys() and all(_same(held, b[key]) for key, held in a.items())
    return bool(a == b)


def _text(name: str, value: Any, operand: str = "") -> str:
    if type(value) is not str:
        raise misfit(name, "text", value, operand)
    return value
