"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from engine.checks.entry import HEAD, Entry
from engine.diagnostics import Diagnostic, Mark
from engine.document import Document, Path_
from engine.inference import Typing, typing
from engine.mapping.nodes import Node
from engine.parts.part import Part
from engine.schemas import Schemas
from engine.spec.integration import Integration
from engine.spec.sites import Site, Tree

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Subject:
    """One file under check.

    Attributes:
        others: the integrations of the same folder, by name, for `uses`.
        cut: the entries that it is looked at in; none: it is one.
    """

    document: Document
    integration: Integration
    others: Mapping[str, Integration] = field(default_factory=dict)
    cut: tuple[Entry, ...] = ()

    def within(self, *entries: Entry) -> Subject:
        """The same file, of which only some entries are gone through; what is known of the file is found out once."""
        part = replace(self, cut=entries)
        vars(part).update(schemas=self.schemas, typing=self.typing.within(part.looks_at, part.trees))
        return part

    def edited(self, before: Subject) -> Subject:
        """The same file, with what was known before an edit that left its head as it was."""
        after = replace(self)
        types = before.typing.edited(self.integration, self.others, self.document.key_mark)
        vars(after).update(schemas=before.schemas, typing=types.within(after.looks_at, after.trees))
        return after

    def by_entry(self, find: Callable[[Subject], T]) -> Iterator[T]:
        """What something finds in each entry: looked for once, as long as the entry, and what local rules look at outside
        of it, are as they were. So it holds no places."""
        for entry in self.entries:
            if find not in entry.known:
                entry.known[find] = find(self.within(entry))
            yield entry.known[find]

    def looks_at(self, path: Path_) -> bool:
        """Whether what stands at a path is to be checked."""
        return any(entry.holds(path) for entry in self.entries)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What is to be gone through."""
        return self.cut or (Entry(HEAD, self.integration),)

    @cached_property
    def parts(self) -> tuple[tuple[Path_, Part], ...]:
        """Every part of the file, each with its path."""
        return tuple(part for entry in self.entries for part in entry.parts)

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Every mapping, value and Query of the file."""
        return tuple(tree for entry in self.entries for tree in entry.trees)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every expression of the file."""
        return tuple(site for entry in self.entries for site in entry.sites)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of its mappings."""
        return tuple(node for entry in self.entries for node in entry.nodes)

    @cached_property
    def typing(self) -> Typing:
        """The types of everything in it."""
        return typing(self.integration, self.others, self.document.key_mark).within(self.looks_at, self.trees)

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
