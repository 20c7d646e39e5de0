"""An entry of a file: a message or flow that is a piece of its own (`engine.document.pieces`), or all else, the head."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.calls import CallSpec
from engine.document import Path_
from engine.mapping.nodes import Node, nodes
from engine.parts.part import Part
from engine.spec.examples import ExampleCall
from engine.spec.flows import Flow, Hold
from engine.spec.integration import Integration
from engine.spec.messages import Step
from engine.spec.sites import Site, Tree, parts, sites, trees

HEAD: Path_ = ()


@dataclass(frozen=True, eq=False)
class Entry:
    """What stands in an entry, gone through once.

    Attributes:
        path: where it stands; the head, at the root.
        part: what it was read as; None if it could not be read.
        apart: the paths of all other entries.
        known: what was found in it, by what looks for it.
    """

    path: Path_
    part: Part | None
    apart: Collection[Path_] = ()
    known: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def holds(self, path: Path_) -> bool:
        """Whether what stands at a path of the file belongs to it."""
        return path[:2] == self.path if self.path else path[:2] not in self.apart

    @cached_property
    def parts(self) -> tuple[tuple[Path_, Part], ...]:
        """Every part of it, each with its path."""
        return tuple(parts(self.part, self.path, self.apart)) if self.part is not None else ()

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Every mapping, value and Query of it."""
        return tuple(trees(self.part, self.path, self.apart)) if self.part is not None else ()

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every expression of it."""
        return tuple(sites(self.trees))

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of its mappings."""
        return tuple(node for tree in self.trees for node in nodes(tree.node))

    @cached_property
    def calls(self) -> frozenset[str]:
        """All that is called in it, in its examples too: endpoints and messages."""
        return frozenset(call for _, part in self.parts if (call := _call(part)))


def _call(part: Part) -> str | None:
    match part:
        case CallSpec() | Step() | ExampleCall():
            return part.call
        case Flow():
            return part.send
        case Hold():
            return part.refresh
    return None


def entry(integration: Integration, path: Path_, paths: Collection[Path_]) -> Entry:
    """An entry of an integration.

    Args:
        paths: those of all entries but the head.
    """
    if path == HEAD:
        return Entry(HEAD, integration, paths)
    held: Mapping[Any, Part | None] = getattr(integration, str(path[0]))
    return Entry(path, held.get(path[1]))
