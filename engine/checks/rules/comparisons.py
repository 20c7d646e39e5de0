"""`== true` and `== "Y"` compare with fields of that name, not with constants.

In JMESPath a bare word is a field and so is a word in double quotes; such a comparison is always false, without an error.
Constants stand in backticks (`true`, `5`), text in single quotes ('Y').
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import Ast
from engine.expression.expressions import Query


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        if isinstance(site.expression, Query):
            for visit in site.expression.of_kind("comparator"):
                for side in visit.node["children"]:
                    yield from _mistake(site.expression, side)


def _mistake(query: Query, side: Ast) -> Iterator[Diagnostic]:
    if side["type"] != "field":
        return
    name, start = side["value"], int(side.get("start", 0))
    if side.get("quoted"):
        words, constant = f'"{name}" in double quotes is a field, not text', f"'{name}'"
        fix = constant if query.is_plain and "'" not in name else None
        yield Diagnostic(query.at(start), "quoted-text", words, f"write {constant} in single quotes", fix=fix)
    elif name in ("true", "false", "null"):
        words, constant = f"a bare {name} is a field of that name", f"`{name}`"
        yield Diagnostic(query.at(start), "bare-literal", words, f"write it in backticks: {constant}", fix=constant)
