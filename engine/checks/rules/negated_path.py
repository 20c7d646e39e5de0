"""`!a.b` means `(!a).b` in JMESPath, which is always null. The whole path needs parentheses: `!(a.b)`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import walk

_PATHS = ("subexpression", "index_expression", "projection", "value_projection", "filter_projection", "flatten")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        for visit in walk(site.expression.tree):
            children = visit.node.get("children") or [{}]
            head = children[0] if visit.node["type"] in _PATHS else {}
            if isinstance(head, dict) and head.get("type") == "not_expression" and not head.get("grouped"):
                mark = site.expression.at(int(head.get("start", 0)))
                yield Diagnostic(
                    mark, "negated-path", "`!a.b` is read as `(!a).b`, which is always null", "write !(a.b)"
                )
