"""`== true` and `== "Y"` compare with fields of that name, not with constants.

In JMESPath a bare word is a field and so is a word in double quotes; such a comparison is always false, without an error.
Constants stand in backticks (`true`, `5`), text in single quotes ('Y').
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import Ast, walk
from engine.expression.expressions import Query


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        if isinstance(site.expression, Query):
            for visit in walk(site.expression.tree):
                if visit.node["type"] == "comparator":
                    for side in visit.node["children"]:
                        found = _mistake(side)
                        if found:
                            yield Diagnostic(site.expression.at(int(side.get("start", 0))), *found)


def _mistake(side: Ast) -> tuple[str, str, str] | None:
    if side["type"] != "field":
        return None
    name = side["value"]
    if side.get("quoted"):
        return "quoted-text", f'"{name}" in double quotes is a field, not text', f"write '{name}' in single quotes"
    if name in ("true", "false", "null"):
        return "bare-literal", f"a bare {name} is a field of that name", f"write it in backticks: `{name}`"
    return None
