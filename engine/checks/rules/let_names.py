"""A name that `$let` gives must not hide one of the language: in its reach the other could not be used."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.mapping.nodes import Build
from engine.parts.scalars import RESERVED

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for node in subject.nodes:
        for entry in node.let if isinstance(node, Build) else ():
            if entry.name in RESERVED:
                words = f'"{entry.name}" is a name of the language'
                yield Diagnostic(entry.place.mark, "reserved-name", words, "choose another name")
