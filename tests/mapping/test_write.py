"""What is written as YAML reads back as the same data, here and by other tools."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from engine.document import parse
from engine.mapping.read import data
from engine.mapping.write import alone, entry, lines, within

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | _TEXT | st.decimals(allow_nan=False, allow_infinity=False, places=3)
)
VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_TEXT.filter(lambda key: key not in ("", "<<")), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(VALUES)
@example(Decimal("10000000000000000000000000.001"))
@example(Decimal("4.1250"))
@example({"a": [{"b": ["long " * 40, {"c": "long " * 40}]}]})
def test_what_is_written_reads_back(value: object) -> None:
    alike = [f"value: {alone(value)}", f"value: [{within(value)}]", "value:\n" + "\n".join(lines(value, 2))]
    for text in [*alike, entry("value", value, 20)]:
        document = parse(text)

        assert document.diagnostics == ()
        said: list[object] = []
        read = data(document.data["value"], said.append)
        assert same(read, [value] if text.startswith("value: [") and text == alike[1] else value)
        assert said == []


# without the question mark, which ends optional keys: YAML 1.1 takes none within brackets
@given(st.text(st.sampled_from(" :#-,[]{}&*!|>'\"%@`=$/(_.~<\\\n\ta1é\u00a0"), max_size=6))
@example("1_000")
@example("12:30")
@example("2026-03-01 12:00")
@example("off")
def test_other_tools_read_the_same_text(value: str) -> None:
    other = YAML(typ="safe", pure=True)
    other.version = (1, 1)

    assert other.load(f"- {alone(value)}\n- {{{within(value)}: [{within(value)}]}}\n") == [value, {value: [value]}]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=decimal(found.price.value, `4`)", "=decimal(found.price.value, `4`)"),
        ("=body.no != 'T'", "=body.no != 'T'"),
        ("text(20) required", "text(20) required"),
        ("https://erp.example", "https://erp.example"),
        ("it said: no", '"it said: no"'),
        ('say "no": {{ input.no }}', "'say \"no\": {{ input.no }}'"),
        ("{{ input.no }}", '"{{ input.no }}"'),
        ("00123", '"00123"'),
        ("1E10", '"1E10"'),
        ("no", '"no"'),
        ({"price": "=at(a, `0`)"}, '{price: "=at(a, `0`)"}'),
    ],
)
def test_a_text_stands_in_quotes_where_it_must(value: Any, written: str) -> None:
    assert alone(value) == written


def test_a_list_of_objects_has_a_dash_for_each() -> None:
    calls = [{"call": "erp.order", "reply": {"status": 422}}, "second"]

    assert entry("calls", calls, 30) == "calls:\n  - call: erp.order\n    reply: {status: 422}\n  - second"


def same(one: Any, other: Any) -> bool:
    """Whether values are equal, and of the same kinds: 1 is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (bool, str, dict, list)) or isinstance(other, (bool, str, dict, list)):
        return type(one) is type(other) and bool(one == other)
    return bool(one == other)
