"""A mapping is compiled to a Python function, which can be nested only so deeply."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import SyntaxFault, too_deep
from engine.mapping import compile_mapping
from engine.spec.sites import trees


def check(subject: Subject) -> Iterator[Diagnostic]:
    said = too_deep().message
    for tree in trees(subject.integration):
        try:
            compile_mapping(tree.node)
        except SyntaxFault as fault:
            if fault.message == said:
                yield Diagnostic(subject.key(*tree.path), "too-deep", fault.message, fault.hint)
