"""`== true`, `== "Y"` and `choose(x, "Y")` name fields, not constants.

In JMESPath a bare word is a field and so is a word in double quotes; such a comparison is always false, and such an
argument always null, without an error. Constants stand in backticks (`true`, `5`), text in single quotes ('Y').
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import Ast
from engine.expression.expressions import Query

LOCAL = True

_OF_VALUES = ("function_expression", "or_expression", "and_expression", "multi_select_list")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        if isinstance(site.expression, Query):
            for visit in site.expression.of_kind("comparator"):
                for side in visit.node["children"]:
                    yield from _mistake(site.expression, side)
            for value in _values(site.expression):
                if value.get("quoted") and value["value"] not in site.in_reach:
                    yield from _mistake(site.expression, value)


def _values(query: Query) -> Iterator[Ast]:
    """What is a value by itself: an argument, an alternative, the whole. Inside a filter any name may be a field."""
    yield query.tree
    for visit in query.of_kind(*_OF_VALUES):
        if visit.at_root:
            yield from visit.node["children"]


def _mistake(query: Query, side: Ast) -> Iterator[Diagnostic]:
    if side["type"] != "field":
        return
    name, start = side["value"], int(side.get("start", 0))
    if side.get("quoted"):
        words, constant = f'"{name}" in double quotes is a field, not text', "'" + name.replace("'", "\\'") + "'"
        fix = constant if query.is_plain else None
        yield Diagnostic(query.at(start), "quoted-text", words, f"write {constant} in single quotes", fix=fix)
    elif name in ("true", "false", "null"):
        words, constant = f"a bare {name} is a field of that name", f"`{name}`"
        yield Diagnostic(query.at(start), "bare-literal", words, f"write it in backticks: {constant}", fix=constant)
