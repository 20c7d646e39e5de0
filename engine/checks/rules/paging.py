"""Paging counts records, so the endpoint must say where they are."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.protocols.rest import Endpoint

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Endpoint) and part.page is not None and part.records is None:
            yield Diagnostic(
                subject.key(*path, "page"),
                "page-without-records",
                "pages are counted by their records",
                "add `records: =reply.…`",
            )
