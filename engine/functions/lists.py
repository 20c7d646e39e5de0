"""Lists and objects: finding, grouping and cutting them up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.errors import Fault
from engine.functions.registry import Expression, function
from engine.functions.results import first_found, some_of
from engine.functions.scalars import listed, misfit, spelled, whole
from engine.functions.takes import LIST, OBJECT, PRINTED
from engine.types import ANY, Object, Type, element_of, list_of, map_of


@function(gives=lambda elements, *_: first_found(elements), takes=(LIST.or_null(), ANY, PRINTED.or_null()))
def find(elements: Any, field: Expression, value: Any) -> Any:
    """The first element of a list whose field equals the value, null if there is none.

    Both are compared as text, so 10 equals "10"; null equals nothing.

    >>> find([{"no": 10}, {"no": 20}], lambda element: element["no"], "20")
    {'no': 20}
    """
    if elements is None:
        return None
    if value is None:
        return None
    wanted = spelled("find", value, "value")
    for element in listed("find", elements):
        held = field(element)
        if held is not None and spelled("find", held, "the field") == wanted:
            return element
    return None


@function(gives=lambda elements, *_: some_of(elements), takes=(LIST.or_null(), ANY, PRINTED.or_null()))
def find_all(elements: Any, field: Expression, value: Any) -> list[Any]:
    """All elements of a list whose field equals the value; a null list has none.

    Both are compared as text, so 10 equals "10"; null equals nothing.

    >>> find_all([{"no": 1, "to": "A"}, {"no": 2, "to": "A"}], lambda element: element["to"], "A")
    [{'no': 1, 'to': 'A'}, {'no': 2, 'to': 'A'}]
    """
    if elements is None:
        return []
    if value is None:
        return []
    wanted = spelled("find_all", value, "value")
    return [
        element
        for element in listed("find_all", elements)
        if (held := field(element)) is not None and spelled("find_all", held, "the field") == wanted
    ]


def _groups(elements: Type, _: Type) -> Type:
    return map_of(list_of(element_of(elements), 1)).null_as(elements)


@function(gives=_groups, takes=(LIST.or_null(),))
def group_by(elements: Any, field: Expression) -> dict[str, list[Any]] | None:
    """The elements of a list by the text of a field: an object with one list for each.

    Groups and elements keep their order; elements whose field is null are left out.

    >>> group_by([{"no": 1, "to": 7}, {"no": 2, "to": "7"}], lambda element: element["to"])
    {'7': [{'no': 1, 'to': 7}, {'no': 2, 'to': '7'}]}
    """
    if elements is None:
        return None
    groups: dict[str, list[Any]] = {}
    for element in listed("group_by", elements):
        held = field(element)
        if held is not None:
            groups.setdefault(spelled("group_by", held, "the field"), []).append(element)
    return groups


def _chunks(elements: Type, _: Type) -> Type:
    return list_of(list_of(element_of(elements), 1))


@function(gives=_chunks, takes=(LIST.or_null(),))
def chunks(elements: Any, n: Any) -> list[list[Any]]:
    """The list cut into lists of at most n elements; a null list gives none.

    >>> chunks(["A", "B", "C"], 2)
    [['A', 'B'], ['C']]
    """
    if elements is None:
        return []
    size = whole("chunks", n, "n")
    if size < 1:
        raise Fault("chunks(): n must be 1 or more", n)
    return [elements[start : start + size] for start in range(0, len(listed("chunks", elements)), size)]


@function(gives=lambda elements, _: first_found(elements), takes=(LIST.or_null(),))
def at(elements: Any, n: Any) -> Any:
    """The n-th element of a list, counted from 0, or from the end if negative; null if there is none, or n is null.

    >>> at(["A", "B"], 1), at(["A", "B"], -1), at(["A", "B"], 2)
    ('B', 'B', None)
    """
    if elements is None:
        return None
    if n is None:
        return None
    position, count = whole("at", n, "n"), len(listed("at", elements))
    return elements[position] if -count <= position < count else None


def _picked(source: Type, _: Type) -> Type:
    if source.is_any:
        return map_of().null_as(source)
    some = tuple(replace(shape, required=frozenset()) for shape in source.of(Object))
    return Type(some).null_as(source)


@function(gives=_picked, takes=(OBJECT.or_null(),))
def pick(fields: Any, keys: Any) -> dict[str, Any] | None:
    """The object with only the keys of a list, in the list's order; keys it does not have are left out.

    >>> pick({"no": 1, "name": "Ann", "age": 40}, ["name", "no", "phone"])
    {'name': 'Ann', 'no': 1}
    """
    if fields is None:
        return None
    if type(fields) is not dict:
        raise misfit("pick", "an object", fields)
    if type(keys) is not list:
        raise misfit("pick", "a list of keys", keys, "keys")
    return {name: fields[name] for key in keys if (name := spelled("pick", key, "a key")) in fields}
