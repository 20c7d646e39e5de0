"""`@` at the top of an expression is everything in reach, settings included. Name what is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        for visit in site.expression.of_kind("current"):
            if visit.at_root:
                mark = site.expression.at(int(visit.node.get("start", 0)))
                hint = f"name one of: {', '.join(sorted(site.in_reach))}"
                yield Diagnostic(mark, "whole-scope", "`@` is the whole scope here, settings and all", hint)
