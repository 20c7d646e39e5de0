"""The rule `nesting` tries to compile only what is deep; what is not must surely compile."""

from __future__ import annotations

import pytest

from engine.checks.rules.nesting import SHALLOW, _levels
from engine.mapping import compile_mapping, read_mapping
from engine.mapping.nodes import Node

LOOP = {"$each": "=a[?b].c || d", "$let": {"x": "=coalesce(a, b)"}, "$when": "=a && b || c"}


def _never(finding: object) -> None:
    raise AssertionError(finding)


def nested(around: dict[str, object], expression: str) -> Node:
    """As many levels as `SHALLOW`, but those of the expression, of one kind."""
    inside: object = expression
    while _levels(read_mapping({**around, "$map": inside}, _never)) <= SHALLOW:
        inside = {**around, "$map": inside}
    return read_mapping(inside, _never)


@pytest.mark.parametrize(
    "expression",
    [
        "=a",
        "=a[?b[?c[?d[?e]]]].f[*].g",
        "=a[*].b[*].c[*].d[*].e[*].f",
        "=(a && (b || (c && (d || (e && f)))))",
        "=map(&map(&map(&map(&a, b), c), d), e)",
        "=choose(a, choose(b, choose(c, choose(d, e, f), g), h), i)",
        "=coalesce(" + ", ".join("a" * 300) + ")",
        "{{ a | default(b) }} {{ c }}",
    ],
)
@pytest.mark.parametrize("around", [LOOP, {"$each": "=a"}, {"$when": "=a"}, {}], ids=["all", "each", "when", "map"])
def test_what_is_shallow_compiles(around: dict[str, object], expression: str) -> None:
    node = nested(around, expression.replace("| default(b) ", ""))

    assert _levels(node) <= SHALLOW
    compile_mapping(node)
