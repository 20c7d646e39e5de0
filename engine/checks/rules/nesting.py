"""A mapping is compiled to a Python function, which can be nested only so deeply."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import SyntaxFault, levels, too_deep
from engine.expression.expressions import Expression
from engine.mapping import compile_mapping
from engine.mapping.nodes import Build, Fields, Items, Merge, Node

LOCAL = True

SHALLOW = 16
"""So many levels Python bears surely: it takes 20 loops and 100 indentations, of which a level makes at most one and three."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    said = too_deep().message
    for tree in subject.trees:
        if _levels(tree.node) <= SHALLOW:
            continue
        try:
            compile_mapping(tree.node)
        except SyntaxFault as fault:
            if fault.message == said:
                yield Diagnostic(subject.key(*tree.path), "too-deep", fault.message, fault.hint)


def _levels(node: Node | None) -> int:
    """How many levels a mapping has, those of its expressions counted."""
    match node:
        case Expression():
            return levels(node.tree)
        case Fields():
            inner = [entry.node for entry in node.entries]
        case Items():
            inner = list(node.nodes)
        case Merge():
            inner = list(node.parts)
        case Build():
            inner = [node.map, *(entry.node for entry in node.let)]
            inner += [around for around in (node.each, node.when) if around is not None]
        case _:
            return 1
    return 1 + max(map(_levels, inner), default=0)
