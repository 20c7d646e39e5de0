"""A constant that looks like a path was probably meant as a Query; without `=` its letters are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.mapping.nodes import Build, Constant, Fields, Items, Merge, Node
from engine.spec.sites import trees

_PATH = re.compile(
    r"(settings|input|reply|records|item|exchange)(\[\d*\])?\.[A-Za-z_][\w.\[\]]*|(coalesce|decimal|lookup|find|text|integer)\(.*\)"
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    for tree in trees(subject.integration):
        for constant in _constants(tree.node):
            if isinstance(constant.value, str) and _PATH.fullmatch(constant.value):
                hint = f'did you mean "={constant.value}"? Text like this stands under `$raw`'
                yield Diagnostic(
                    constant.place.mark, "forgotten-equals", "this is a constant, but looks like a Query", hint
                )


def _constants(node: Node) -> Iterator[Constant]:
    match node:
        case Constant():
            yield node
        case Fields():
            for entry in node.entries:
                yield from _constants(entry.node)
        case Items():
            for child in node.nodes:
                yield from _constants(child)
        case Merge():
            for part in node.parts:
                yield from _constants(part)
        case Build():
            yield from _constants(node.map)
        case _:
            return
