"""The files an editor has open, read as far as they can be; files beside them are read from disk, and again when changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from os.path import isfile
from pathlib import Path

from engine.checks import Kept, Subject
from engine.checks.files import SUFFIXES, Source, files, findings, findings_of, read_file
from engine.diagnostics import Diagnostic
from engine.document import Document, Path_, Scalar
from engine.editor.cursor import Cursor, cursor
from engine.editor.text import Text
from engine.inference import Scope, Typing
from engine.spec.integration import Integration

STAND_IN = '"=`null`"'
"""A value that can stand wherever an expression can."""

_OURS = re.compile(r"^engine[ \t]*:", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file as an editor holds it.

    Attributes:
        source: what could be read of it.
        before: what could be read when it last was YAML; the same, if it is.
        others: the files it uses, by the name of their integration.
        kept: what was found in it before; what an edit leaves as it was is not checked again.
    """

    path: Path
    text: Text
    source: Source
    before: Source | None
    others: Mapping[str, Source] = field(repr=False)
    kept: Kept = field(default_factory=Kept, repr=False)

    @cached_property
    def view(self) -> View | None:
        """What is known of it as it is now."""
        return self._seen(self.source)

    @cached_property
    def findings(self) -> list[Diagnostic]:
        return findings_of(self.view.subject, self.source.found, self.kept) if self.view else findings(self.source, {})

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
        return next(self.views(at, index), None)

    def views(self, at: Cursor, index: int) -> Iterator[View]:
        """What is known around a cursor, in several ways: as it is; with something that can be read in place of what is
        being written; without the line; as it was."""
        content, line = self.text.content, self.text.line_span(index)
        if self.view:
            yield self.view
        if line.start <= at.start:
            begin = content[: at.start].rstrip("\"'=")
            yield from self._reading(f"{begin}{STAND_IN if at.place == 'value' else ''}{content[line.end :]}")
        yield from self._reading(content[: line.start] + content[line.end :])
        before = self._seen(self.before) if self.before else None
        if before:
            yield before

    def _reading(self, content: str) -> Iterator[View]:
        view = self._seen(_source(self.path, content, self.before))
        if view:
            yield view

    def _seen(self, source: Source) -> View | None:
        if source.document is None or source.integration is None:
            return None
        return View(self, Subject(source.document, source.integration, self.integrations))


@dataclass(frozen=True)
class View:
    """A file and what is known of it: its data with positions, its classes, and their types."""

    file: File
    subject: Subject

    @property
    def document(self) -> Document:
        return self.subject.document

    @property
    def integration(self) -> Integration:
        return self.subject.integration

    @property
    def typing(self) -> Typing:
        return self.subject.typing

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
        return self.typing.scope_at(found.mark) if isinstance(found, Scalar) else None

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


class Workspace:
    """The open files of one editor."""

    def __init__(self) -> None:
        self._open: dict[Path, File] = {}
        self._beside: dict[Path, tuple[tuple[int, int], Source]] = {}

    def put(self, path: Path, content: str) -> File:
        """A file was opened, or its text may have changed; what has not changed is not read or checked again."""
        known = self._open.get(path)
        same = known is not None and known.text.content == content
        source = known.source if same and known is not None else _source(path, content, known.before if known else None)
        before = source if source.document is not None else known.before if known else None
        others = self._others(path, source, before)
        if known is None or source is not known.source or not _are_same(others, known.others):
            kept = known.kept if known else Kept()
            known = self._open[path] = File(path, Text(content), source, before, others, kept)
        return known

    def refresh(self, path: Path) -> list[File]:
        """The open files of a file's folder, to be checked anew: something beside them was saved."""
        beside = [file for file in self._open.values() if file.path.parent == path.parent]
        for file in beside:
            others = self._others(file.path, file.source, file.before)
            self._open[file.path] = File(file.path, file.text, file.source, file.before, others)
        return [self._open[file.path] for file in beside]

    def close(self, path: Path) -> None:
        self._open.pop(path, None)

    def get(self, path: Path) -> File | None:
        return self._open.get(path)

    def folder(self, path: Path) -> list[File]:
        """All integrations of a file's folder, those that are not open as they are saved."""
        names = {*saved_in(path.parent), *(file for file in self._open if file.parent == path.parent)}
        return [self._open.get(name) or self._saved(name) for name in sorted(names)]

    def _saved(self, path: Path) -> File:
        source = self._read(path)
        text = source.document.extent.source.text if source.document else ""
        return File(path, Text(text), source, source, self._others(path, source, source))

    def again(self, path: Path) -> list[File]:
        """The open files that use the integration of a file, checked anew if it has changed."""
        users = [file for file in self._open.values() if path.stem in file.others and file.path != path]
        return [self.put(file.path, file.text.content) for file in users]

    def _others(self, path: Path, source: Source, before: Source | None) -> dict[str, Source]:
        integration = source.integration or (before.integration if before else None)
        names = integration.uses.values() if integration else ()
        found = {name: self._beside_of(path, name) for name in names}
        return {name: other for name, other in found.items() if other is not None}

    def _beside_of(self, path: Path, name: str) -> Source | None:
        for suffix in SUFFIXES:
            file = path.with_name(name + suffix)
            if file in self._open:
                return self._open[file].before or self._open[file].source
            if isfile(file):
                return self._read(file)
        return None

    def _read(self, file: Path) -> Source:
        stat = file.stat()
        signature = (stat.st_mtime_ns, stat.st_size)
        if file not in self._beside or self._beside[file][0] != signature:
            self._beside[file] = signature, read_file(file)
        return self._beside[file][1]


def _source(path: Path, content: str, before: Source | None) -> Source:
    """A file as an editor holds it, perhaps not saved.

    Args:
        before: an earlier text of it.
    """
    return read_file(path, content.encode("utf-8", "surrogatepass"), before)


def _are_same(some: Mapping[str, Source], others: Mapping[str, Source]) -> bool:
    """Whether nothing was read anew."""
    return some.keys() == others.keys() and all(source is others[name] for name, source in some.items())


def saved_in(folder: Path) -> list[Path]:
    """The integrations of a folder, sorted; none if it is not there yet."""
    return files(folder) if folder.is_dir() else []
