"""Generated mappings over generated data equal a plain interpreter that walks the tree."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jmespath
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jmespath.exceptions import JMESPathError

from engine.document import NOWHERE
from engine.errors import MappingError
from engine.expression.expressions import Expression, Query, read_query, read_template
from engine.mapping import Build, Constant, Entry, Fields, Items, Merge, Node, compile_mapping

OMITTED = object()
NAMES = ("a", "b", "p", "q", "item", "number", "key")
KEYS = ("x", "y", "z", "it's", "{0}")

data = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "s", "10"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abxy"), inner, max_size=3),
    max_leaves=12,
)
paths = st.lists(st.sampled_from(["a", "b", "x", "[0]", "[-1]", "[*]", "[]"]), max_size=2)
queries = st.one_of(
    st.tuples(st.sampled_from(NAMES), paths).map(
        lambda two: two[0] + "".join(step if step[0] == "[" else f".{step}" for step in two[1])
    ),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["||", "&&", "=="]), st.sampled_from(NAMES)).map(" ".join),
    st.sampled_from(["!a", "[a, item]", "{x: item, y: p}", "`0`", "'s'", "`null`", "number > `1`", "type(item)"]),
).map(lambda text: read_query(f"={text}"))
templates = st.sampled_from(["n {{ number or 0 }}", "{{ 's' if item else 't' }}{{ '{' }}"]).map(read_template)
leaves = queries | templates | st.integers(-2, 2).map(Constant) | st.sampled_from(["s", None, "'"]).map(Constant)


@cache
def nodes(levels: int) -> st.SearchStrategy[Any]:
    """Mappings of at most so many levels."""
    if not levels:
        return leaves
    inner = nodes(levels - 1)
    several = st.lists(inner, max_size=3).map(tuple)
    maybe = st.none() | queries
    build = st.tuples(inner, maybe, entries(inner, ("p", "q"), st.just(False)), maybe, st.just(NOWHERE))
    return st.one_of(
        leaves,
        entries(inner, KEYS, st.booleans()).map(Fields),
        several.map(Items),
        several.map(lambda parts: Merge(parts, NOWHERE)),
        build.map(lambda parts: Build(*parts)),
        build.map(lambda parts: Build(*parts)),
    )


def entries(inner: Any, names: tuple[str, ...], optional: Any) -> st.SearchStrategy[tuple[Entry, ...]]:
    entry = st.tuples(st.sampled_from(names), optional, inner).map(lambda parts: Entry(*parts, NOWHERE))
    return st.lists(entry, max_size=3).map(lambda found: tuple({one.name: one for one in found}.values()))


class Misfit(Exception):
    """The data does not fit the mapping."""


def value_of(node: Node, scope: dict[str, Any]) -> Any:
    """What a node gives; `OMITTED` where a `$when` leaves it out."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Expression):
        return expressed(node, scope)
    if isinstance(node, Fields):
        given = [(entry, value_of(entry.node, scope)) for entry in node.entries]
        return {e.name: v for e, v in given if v is not OMITTED and not (e.optional and v is None)}
    if isinstance(node, Items):
        return [value for child in node.nodes for value in listed(child, scope)]
    if isinstance(node, Merge):
        return merge([nulled(value_of(part, scope)) for part in node.parts])
    if node.each is not None:
        return listed(node, scope)
    inner = named(node, scope)
    return value_of(node.map, inner) if wanted(node, inner) else OMITTED


def listed(node: Node, scope: dict[str, Any]) -> list[Any]:
    """What a node adds to the list it stands in."""
    if not isinstance(node, Build):
        return [nulled(value_of(node, scope))]
    if node.each is None:
        inner = named(node, scope)
        return listed(node.map, inner) if wanted(node, inner) else []
    result: list[Any] = []
    for number, (key, item) in enumerate(pairs(nulled(value_of(node.each, scope))), 1):
        inner = named(node, {**scope, "item": item, "number": number, "key": key})
        if wanted(node, inner):
            result += listed(node.map, inner)
    return result


def named(node: Build, scope: dict[str, Any]) -> dict[str, Any]:
    for entry in node.let:
        scope = {**scope, entry.name: nulled(value_of(entry.node, scope))}
    return scope


def wanted(node: Build, scope: dict[str, Any]) -> bool:
    if node.when is None:
        return True
    value = expressed(node.when, scope)
    return value is not False and value not in (None, "", [], {})


def expressed(node: Expression, scope: dict[str, Any]) -> Any:
    if isinstance(node, Query):
        return jmespath.search(node.text[1:], scope)
    number, item = (jmespath.search(text, scope) for text in ("number || `0`", "item || `false`"))
    if node.text.startswith("n "):
        return f"n {printed(number)}"
    return ("t" if item is False else "s") + "{"


def printed(value: Any) -> str:
    if isinstance(value, (list, dict)):
        raise Misfit
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def pairs(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    if not isinstance(value, list) and value is not None:
        raise Misfit
    return [(None, element) for element in value or ()]


def merge(parts: list[Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for part in parts:
        if not isinstance(part, dict) and part is not None:
            raise Misfit
        for key, value in (part or {}).items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merge([result[key], value]) if both else value
    return result


def nulled(value: Any) -> Any:
    return None if value is OMITTED else value


def outcome(way: Callable[[], Any], *failures: type[Exception]) -> str:
    try:
        return json.dumps(way())
    except failures:
        return "fails"


@settings(max_examples=1000, deadline=None)
@given(nodes(4), st.fixed_dictionaries({}, optional=dict.fromkeys(("a", "b", "item", "number"), data)))
@example(read_query("=number > `1`"), {"number": "text"})
def test_a_compiled_mapping_equals_the_interpreter(node: Any, scope: dict[str, Any]) -> None:
    expected = outcome(lambda: nulled(value_of(node, scope)), Misfit, TypeError, JMESPathError)

    assert outcome(lambda: compile_mapping(node)(scope), MappingError) == expected
