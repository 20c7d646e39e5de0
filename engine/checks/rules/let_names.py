"""A name that `$let` gives must not hide one of the language: in its reach the other could not be used."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.mapping.nodes import ELEMENT_NAMES, Build, Fields, Items, Merge, Node
from engine.parts.scalars import RESERVED
from engine.spec.sites import trees


def check(subject: Subject) -> Iterator[Diagnostic]:
    for tree in trees(subject.integration):
        for build in _builds(tree.node):
            for entry in build.let:
                if entry.name in RESERVED - ELEMENT_NAMES:
                    words = f'"{entry.name}" is a name of the language'
                    yield Diagnostic(entry.place.mark, "reserved-name", words, "choose another name")


def _builds(node: Node) -> Iterator[Build]:
    match node:
        case Fields():
            below: tuple[Node | None, ...] = tuple(entry.node for entry in node.entries)
        case Items():
            below = node.nodes
        case Merge():
            below = node.parts
        case Build():
            yield node
            below = (node.each, node.map, *(entry.node for entry in node.let))
        case _:
            return
    for inner in below:
        if inner is not None:
            yield from _builds(inner)
