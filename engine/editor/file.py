"""A file as an editor holds it, and what is known of it: as it is, or as it can be read while it is half-written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engine.checks import Kept, Subject
from engine.checks.files import Source, findings_of, read_file
from engine.diagnostics import Diagnostic
from engine.document import Document, Path_, Scalar
from engine.editor.changes import still, without_changes
from engine.editor.cursor import Cursor, cursor
from engine.editor.stand_in import operator_above, with_key, with_stand_in
from engine.editor.text import Text
from engine.inference import Scope, Typing
from engine.spec.integration import Integration

_OURS = re.compile(r"^engine[ \t]*:", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file as an editor holds it.

    Attributes:
        source: what could be read of it.
        before: the file as it was when it last could be read; None, if it can.
        others: the files it uses, by the name of their integration.
        kept: what was found in it before; what an edit leaves as it was is not checked again.
        readings: what would be known of it, if its text were another; each text that was asked for is read once.
    """

    path: Path
    text: Text
    source: Source
    before: File | None
    others: Mapping[str, Source] = field(repr=False)
    kept: Kept = field(default_factory=Kept, repr=False)
    readings: dict[str, View | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def view(self) -> View | None:
        """What is known of it as it is now."""
        return self._seen(self.source)

    @cached_property
    def rest(self) -> View | None:
        """What is known of it, if need be without the lines that were changed since it last could be read."""
        if self.view or not self.before:
            return self.view
        return self._reading(without_changes(self.before.text.content, self.text.content))

    @cached_property
    def findings(self) -> list[Diagnostic]:
        """What is wrong in it. While it cannot be read, why not, and what was wrong before in lines that still stand."""
        if self.view:
            return findings_of(self.view.subject, self.source.found, self.kept)
        return sorted([*self.source.found, *self._still_wrong()], key=lambda one: (one.mark, one.rule))

    def _still_wrong(self) -> Iterator[Diagnostic]:
        """Nothing that is unused: it may be used where the file cannot be read."""
        if self.before:
            moved = still(self.before.text.content, self.text.content)
            for finding in self.before.findings:
                now = moved(finding) if not finding.rule.startswith("unused-") else None
                if now is not None:
                    yield now

    @property
    def integrations(self) -> dict[str, Integration]:
        return {name: other.integration for name, other in self.others.items() if other.integration is not None}

    @property
    def is_integration(self) -> bool:
        """Whether it is one of ours, among all the YAML an editor opens: it says `engine:`, or stands where they stand."""
        content = self.text.content
        if self.path.stem.endswith(".openapi"):
            return False
        return self.path.parent.name == "integrations" or not content.strip() or _OURS.search(content) is not None

    def cursor(self, index: int) -> Cursor:
        return cursor(self.text.content, index)

    def around(self, at: Cursor, index: int) -> View | None:
        """What is known around a cursor; where the file is no YAML, as it is without what is being written there."""
        return self.view or self.completed(at, index) or self.rest or (self.before.view if self.before else None)

    def completed(self, at: Cursor, index: int) -> View | None:
        """What is known with something that can be read in place of what is being written; else without its line."""
        content, line = self.text.content, self.text.line_span(index)
        found = next(filter(None, self._with_stand_in(at, index)), None)
        return found or self._reading(content[: line.start] + content[line.end :])

    def _with_stand_in(self, at: Cursor, index: int) -> Iterator[View | None]:
        content, line = self.text.content, self.text.line_span(index)
        in_brackets = any(one.column is None for one in at.open)
        for closed in (True, False) if in_brackets else (False,):
            found = self._reading(with_stand_in(content, at, line, closed=closed))
            if found and found.lacks_map(at.path):
                found = self._reading(with_stand_in(content, at, line, closed=closed, mapped=True)) or found
            yield found
        if at.place in ("key", "open") and not in_brackets:
            yield self._reading(with_key(content, at, line))

    def _reading(self, content: str) -> View | None:
        """What would be known of it, if it were this text."""
        if content not in self.readings:
            self.readings[content] = self._seen(
                read(self.path, content, self.before.source if self.before else self.source)
            )
        return self.readings[content]

    def _seen(self, source: Source) -> View | None:
        if source.document is None or source.integration is None:
            return None
        return View(self, Subject(source.document, source.integration, self.integrations))


@dataclass(frozen=True)
class View:
    """A file and what is known of it: its data with positions, its classes, and their types."""

    file: File
    subject: Subject
    _typing: dict[Path_, Typing] = field(default_factory=dict, repr=False, compare=False)

    @property
    def document(self) -> Document:
        return self.subject.document

    @property
    def integration(self) -> Integration:
        return self.subject.integration

    def typing(self, path: Path_) -> Typing:
        """The types of the message, flow or event that a path leads into, and of what they follow from; of nothing else,
        for that is ready at once."""
        entry = path[:2]
        if entry not in self._typing:
            trees = tuple(tree for tree in self.subject.trees if tree.path[:2] == entry)
            self._typing[entry] = self.subject.typing.within(lambda other: other[:2] == entry, trees)
        return self._typing[entry]

    def data(self, path: Path_) -> object:
        """What stands at a path; None if nothing does."""
        found: object = self.document.data
        for step in path:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def scope(self, path: Path_) -> Scope | None:
        """What is in reach of the expression or constant at a path; None if none stands there."""
        found = self.data(path)
        return self.typing(path).scope_at(found.mark) if isinstance(found, Scalar) else None

    def lacks_map(self, path: Path_) -> bool:
        """Whether a path leads into an operator that has no `$map` beside it yet, and so is none."""
        above = operator_above(path)
        return above is not None and "$map" not in self.names(*above)

    def names(self, *path: str | int) -> list[str]:
        """The keys of the mapping at a path."""
        found = self.data(path)
        return [str(key) for key in found] if isinstance(found, dict) else []

    def source_of(self, file: Path) -> Source | None:
        """This file, or one that it uses."""
        if file == self.file.path:
            return Source(file, self.document, self.integration, ())
        return next((other for other in self.file.others.values() if other.path == file), None)

    def other(self, alias: str) -> Source | None:
        """The file of a used integration, by its local name."""
        return self.file.others.get(self.integration.uses.get(alias, ""))


def read(path: Path, content: str, before: Source | None) -> Source:
    """A file as an editor holds it, perhaps not saved.

    Args:
        before: an earlier text of it; what is as it was is not read again.
    """
    return read_file(path, content.encode("utf-8", "surrogatepass"), before)
