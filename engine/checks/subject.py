"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.diagnostics import Diagnostic, Mark
from engine.document import Document, Path_
from engine.inference import Typing, typing
from engine.mapping.nodes import Node, nodes
from engine.parts.part import Part
from engine.schemas import Schemas
from engine.spec.integration import Integration
from engine.spec.sites import Site, Tree, parts, sites


@dataclass(frozen=True, eq=False)
class Subject:
    """One file under check.

    Attributes:
        others: the integrations of the same folder, by name, for `uses`.
        looks_at: whether what stands at a path is to be checked; what local rules go through is only that.
    """

    document: Document
    integration: Integration
    others: Mapping[str, Integration] = field(default_factory=dict)
    looks_at: Callable[[Path_], bool] = lambda _: True

    def within(self, looks_at: Callable[[Path_], bool]) -> Subject:
        """The same file, of which local rules are to look at a part; what both know is found out once."""
        part = Subject(self.document, self.integration, self.others, looks_at)
        vars(part).update(
            schemas=self.schemas,
            typing=self.typing.within(looks_at),
            parts=tuple(found for found in self.parts if looks_at(found[0])),
        )
        return part

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every expression of the file."""
        return tuple(sites(self.trees))

    @cached_property
    def parts(self) -> tuple[tuple[Path_, Part], ...]:
        """Every part of the file, each with its path."""
        return tuple(parts(self.integration))

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Every mapping, value and Query of the file."""
        return self.typing.trees

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of its mappings."""
        return tuple(node for tree in self.trees for node in nodes(tree.node))

    @cached_property
    def typing(self) -> Typing:
        """The types of everything in it."""
        return typing(self.integration, self.others, self.document.key_mark)

    @cached_property
    def schemas(self) -> Schemas:
        """Its schemas, and those of the canonical model."""
        return Schemas(self.integration.known_schemas, self.integration.folder)

    def named(self, name: str) -> Integration | None:
        """An integration by its name: this one, or one of the same folder."""
        return self.integration if name == self.integration.name else self.others.get(name)

    def mark(self, *path: str | int) -> Mark:
        """Where the value at a path stands."""
        return self.document.mark(path)

    def key(self, *path: str | int) -> Mark:
        """Where the key at a path stands."""
        return self.document.key_mark(path)

    def names(self, *path: str | int) -> Set[str] | None:
        """The keys that the file has at a path, also of what could not be read; None if no keys can stand there."""
        found: Any = self.document.data
        for step in path:
            found = found.get(step, {}) if isinstance(found, dict) else None
        return found.keys() if isinstance(found, dict) else None

    def holds(self, path: Path_) -> bool:
        """Whether the file has something at this path."""
        return path in self.document.values


@dataclass(frozen=True)
class Rule:
    """A rule: its name, what it does, and why; whether it is local, see `engine.checks.entries`."""

    name: str
    check: Callable[[Subject], Iterable[Diagnostic]]
    rationale: str
    local: bool = False
