"""What is said of a condition before it runs holds for all data."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import MappingError
from engine.expression.expressions import bare_query
from engine.expression.folding import folded
from engine.expression.operations import truth

PATHS = st.sampled_from(["a", "b", "a.c", "length(b)"])
CONSTANTS = st.sampled_from(["'x'", "'y'", "''", "`1`", "`1.0`", "`2`", "`true`", "`null`", "`[]`", "`0`"])
COMPARED = st.builds(
    "{} {} {}".format, PATHS | CONSTANTS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), CONSTANTS | PATHS
)
CONDITIONS = st.recursive(
    COMPARED | PATHS | CONSTANTS,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
    ),
    max_leaves=6,
)
VALUES = st.sampled_from(["x", "y", "", 1, 2, 0, True, False, None, [], {}, [1]])
DATA = st.fixed_dictionaries({"a": VALUES | st.fixed_dictionaries({"c": VALUES}), "b": st.sampled_from(["x", "", []])})


@settings(max_examples=2000, deadline=None)
@given(CONDITIONS, DATA)
def test_a_condition_that_is_always_or_never_true_is_so_for_any_data(text: str, data: Any) -> None:
    query = bare_query(text)
    known = folded(query.tree)
    if known is None:
        return
    try:
        value = truth(query.compiled(data))
    except MappingError:
        return  # it cannot be computed for this data, so it is not true either

    assert value is known
