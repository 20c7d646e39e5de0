"""Generated expressions over generated data: the result is that of the `jmespath` library, or both fail."""

from __future__ import annotations

import json
from collections import OrderedDict
from decimal import Decimal
from typing import Any

import jmespath
import jmespath.exceptions
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import MappingError
from engine.expression.compiled import query

FIELDS = ("a", "b", "c", '"d e"')
KEYS = ("a", "b", "c", "d e")
TEXT_AGAINST_NUMBER = "text is compared with a number"
TEXT_MERGED = "merge() works on objects, not on text"
"""The library takes an empty text for an object without fields."""

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "a", "b", "10", "é"])
    | st.sampled_from([0.0, 1.5, -2.25])
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)

literals = st.one_of(
    scalars.map(lambda value: f"`{json.dumps(value)}`"),
    st.sampled_from(["'a'", "'b'", "''", "`[]`", "`{}`", "`[1, 2]`", '`{"a": [1]}`']),
)
indexes = st.one_of(
    st.integers(-3, 3).map(lambda index: f"[{index}]"),
    st.tuples(*[st.sampled_from(["", "-2", "-1", "0", "1", "2"])] * 2, st.sampled_from(["1", "2", "-1"])).map(
        lambda parts: f"[{parts[0]}:{parts[1]}:{parts[2]}]"
    ),
    st.sampled_from(["[*]", "[]", ".*"]),
)
CALLS = (
    "length({})",
    "keys({})",
    "values({})",
    "type({})",
    "to_string({})",
    "to_array({})",
    "sort({})",
    "max({})",
    "sum({})",
    "reverse({})",
    "abs({})",
    "not_null({}, {})",
    "contains({}, 'a') && ({})",
    "join({}, {})",
    "merge({}, {})",
    "map(&{}, {})",
    "sort_by({1}, &{0})",
    "starts_with({}, {})",
)


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda two: f"({two[0]}).{two[1]}" if two[1][0] in 'abc"[{' else f"({two[0]}) | {two[1]}"),
        st.tuples(inner, indexes).map(lambda two: f"({two[0]}){two[1]}"),
        st.tuples(st.sampled_from(FIELDS), indexes, st.sampled_from(FIELDS)).map(
            lambda three: "{}{}.{}".format(*three)
        ),
        st.tuples(st.sampled_from(FIELDS), inner, st.sampled_from(["", ".a", "[0]", ".[a, b]", ".{x: a}"])).map(
            lambda three: "{}[?{}]{}".format(*three)
        ),
        st.tuples(inner, st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "|"]), inner).map(
            lambda three: "({}) {} ({})".format(*three)
        ),
        inner.map(lambda one: f"!({one})"),
        pair.map(lambda two: f"[{two[0]}, {two[1]}]"),
        pair.map(lambda two: f'{{x: {two[0]}, "y z": {two[1]}}}'),
        st.tuples(st.sampled_from(CALLS), inner, inner).map(lambda three: three[0].format(three[1], three[2])),
    )


expressions = st.recursive(st.sampled_from(FIELDS) | literals | st.just("@"), deeper, max_leaves=8)


def outcome(expression: str, value: Any) -> Any:
    try:
        return shown(query(expression)(value))
    except (MappingError, ValueError) as error:
        return error


def expected(expression: str, value: Any) -> Any:
    try:
        return shown(jmespath.search(expression, value))
    except (jmespath.exceptions.JMESPathError, TypeError, AttributeError, ValueError) as error:
        return error


def shown(value: Any) -> str:
    """As JSON, so that `true` is not 1; a literal's Decimal is the float of the library."""
    return json.dumps(value, default=lambda number: float(number) if isinstance(number, Decimal) else repr(number))


@settings(max_examples=1500, deadline=None)
@given(expressions, documents)
@example("a[*].b[]", {"a": [{"b": [1]}, None, {"b": 2}]})
@example("a || b", {"a": 0, "b": 1})
@example("!a", {"a": 0})
@example("a == `true`", {"a": 1})
@example("a[?b == `0`]", {"a": [{"b": False}, {"b": 0}]})
@example("'a'.b", {})
@example("`null`[0]", {})
@example("a[*].['x']", {"a": [1]})
@example("merge(@, a)", {"a": ""})
def test_the_result_is_the_librarys_or_both_fail(expression: str, value: Any) -> None:
    ours, theirs = outcome(expression, value), expected(expression, value)

    if isinstance(ours, MappingError) and ours.message.startswith((TEXT_AGAINST_NUMBER, TEXT_MERGED)):
        return
    assert isinstance(ours, Exception) == isinstance(theirs, Exception), (ours, theirs)
    if not isinstance(ours, Exception):
        assert ours == theirs


def test_text_against_a_number_is_a_mapping_error() -> None:
    result = outcome("a < `5`", {"a": "x"})

    assert isinstance(result, MappingError)
    assert result.message == "text is compared with a number; convert one with decimal() or text()"


@given(documents)
def test_the_data_is_never_changed(value: Any) -> None:
    before = json.dumps(value)

    outcome("[a, b.c, a[], {x: @}, a[?b], sort(to_array(c || `1`)) | [0]]", value)

    assert json.dumps(value) == before


def test_subclasses_of_dict_and_list_are_objects_and_lists() -> None:
    class Rows(list[Any]):
        pass

    value = OrderedDict(rows=Rows([OrderedDict(no=1), OrderedDict(no=2)]))

    assert query("rows[?no > `1`].no | [0]")(value) == 2
    assert query("rows[-1].*")(value) == [2]
    assert query("rows[].no")(value) == [1, 2]


def test_a_literal_is_built_anew_for_each_result() -> None:
    compiled = query('`{"a": [1]}`')

    compiled(None)["a"].append(2)

    assert compiled(None) == {"a": [1]}
