"""What is known of a condition before it runs: always true, never true, or neither.

Only what holds for every value is claimed. A part that fails (text against number) makes no condition true, so it does
not stand against "never"; "always" is claimed only of parts that cannot fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from engine.errors import Fault
from engine.expression.ast import Ast
from engine.expression.operations import equal, less, less_or_equal, truth

_NUMBERS = (int, float, Decimal)
_MIRRORED = {"lt": "gt", "gt": "lt", "lte": "gte", "gte": "lte"}
_NEGATED = {"eq": "ne", "ne": "eq"}


def folded(node: Ast) -> bool | None:
    """Whether a condition is true for all values, for none, or (None) for some."""
    children = node.get("children", [])
    match node["type"]:
        case "literal":
            return truth(node["value"])
        case "not_expression":
            inner = folded(children[0])
            return None if inner is None else not inner
        case "and_expression":
            return _all(list(_joined(node, "and_expression")))
        case "or_expression":
            negated = [_negated(part) for part in _joined(node, "or_expression")]
            inner = _all(negated)
            return None if inner is None else not inner
        case "comparator":
            return _compared(node["value"], *children)
    return None


def _joined(node: Ast, kind: str) -> Iterator[Ast]:
    """The parts of `a && b && c`."""
    if node["type"] == kind:
        for child in node["children"]:
            yield from _joined(child, kind)
    else:
        yield node


def _negated(node: Ast) -> Ast:
    if node["type"] == "not_expression":
        inner: Ast = node["children"][0]
        return inner
    if node["type"] == "comparator" and node["value"] in _NEGATED:
        return {**node, "value": _NEGATED[node["value"]]}
    return {"type": "not_expression", "children": [node]}


def _all(parts: list[Ast]) -> bool | None:
    """Whether all conditions hold together."""
    known = [folded(part) for part in parts]
    if False in known or _contradict(parts):
        return False
    return True if all(known) else None


def _compared(operator: str, left: Ast, right: Ast) -> bool | None:
    if left["type"] == right["type"] == "literal":
        try:
            return truth(_OPERATORS[operator](left["value"], right["value"]))
        except Fault:
            return None
    return None


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": equal,
    "ne": lambda left, right: not equal(left, right),
    "lt": less,
    "lte": less_or_equal,
    "gt": lambda left, right: less(right, left),
    "gte": lambda left, right: less_or_equal(right, left),
}


def _contradict(parts: Iterable[Ast]) -> bool:
    """Whether two conditions that must hold together exclude each other, whatever the data is."""
    facts = [_fact(part) for part in parts]
    return any(
        one[1] == other[1] and _exclude(one, other) for number, one in enumerate(facts) for other in facts[number + 1 :]
    )


_Fact = tuple[str, str, Any]
"""What is demanded, of which expression, and the constant it is compared with."""


def _fact(node: Ast) -> _Fact:
    if node["type"] == "not_expression":
        return "false", _key(node["children"][0]), None
    if node["type"] == "comparator":
        operator, (left, right) = node["value"], node["children"]
        if left["type"] == "literal":
            operator, left, right = _MIRRORED.get(operator, operator), right, left
        if right["type"] == "literal":
            return operator, _key(left), right["value"]
        if operator == "ne":
            return "false", _key({**node, "value": "eq"}), None
    return "true", _key(node), None


def _exclude(one: _Fact, other: _Fact) -> bool:
    """Whether two demands on the same expression cannot both be met."""
    for (first, _, a), (second, _, b) in ((one, other), (other, one)):
        if first == "true" and second == "false":
            return True
        if first == "eq":
            if second == "eq":
                return not equal(a, b)
            if second == "ne":
                return equal(a, b)
            if second in ("true", "false"):
                return truth(a) is not (second == "true")
            if second in _OPERATORS and isinstance(a, _NUMBERS) and isinstance(b, _NUMBERS):
                return not truth(_OPERATORS[second](a, b))
        if first in ("gt", "gte") and second in ("lt", "lte") and type(a) in _NUMBERS and type(b) in _NUMBERS:
            return truth(less(b, a)) or (equal(a, b) and (first, second) != ("gte", "lte"))
    return False


def _key(node: Ast) -> str:
    """What two writings of one expression have in common."""
    children = node.get("children", [])
    if node["type"] == "comparator" and node["value"] in _NEGATED:
        inner = sorted(map(_key, children))
    else:
        inner = [_key(child) if isinstance(child, dict) else repr(child) for child in children]
    value = node.get("value")
    return f"{node['type']}:{type(value).__name__}:{value!r}({','.join(inner)})"
