"""`!a.b` means `(!a).b` in JMESPath, which is always null. The whole path needs parentheses: `!(a.b)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.expressions import Expression

LOCAL = True

_NEGATED = re.compile(r"!\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?![\w.\[(])")
_PATHS = ("subexpression", "index_expression", "projection", "value_projection", "filter_projection", "flatten")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        for visit in site.expression.of_kind(*_PATHS):
            head = visit.node["children"][0]
            if head["type"] == "not_expression" and not head.get("grouped"):
                yield _finding(site.expression, int(head.get("start", 0)))


def _finding(expression: Expression, start: int) -> Diagnostic:
    words, hint = "`!a.b` is read as `(!a).b`, which is always null", "write !(a.b)"
    path = _NEGATED.match(expression.text, expression.lead + start)
    mark = expression.at(start)
    if path is None or not expression.is_plain:
        return Diagnostic(mark, "negated-path", words, hint)
    end = expression.at(path.end() - expression.lead)
    return Diagnostic(mark, "negated-path", words, hint, end=end, fix=f"!({path[1]})")
