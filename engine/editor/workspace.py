"""The files an editor has open; files beside them are read from disk, and again when changed."""

from __future__ import annotations

from collections.abc import Mapping
from os.path import isfile
from pathlib import Path

from engine.checks import Kept
from engine.checks.files import SUFFIXES, Source, files, read_file
from engine.editor.file import File, read
from engine.editor.text import Text


class Workspace:
    """The open files of one editor."""

    def __init__(self) -> None:
        self._open: dict[Path, File] = {}
        self._beside: dict[Path, tuple[tuple[int, int], Source]] = {}

    def put(self, path: Path, content: str) -> File:
        """A file was opened, or its text may have changed; what has not changed is not read or checked again."""
        known = self._open.get(path)
        same = known is not None and known.text.content == content
        earlier = _readable(known)
        source = known.source if same and known else read(path, content, earlier.source.left if earlier else None)
        before = earlier if source.document is None else None
        others = self._others(path, before.source if before else source)
        if known is None or source is not known.source or not _are_same(others, known.others):
            kept = known.kept if known else Kept()
            known = self._open[path] = File(path, Text(content), source, before, others, kept)
        return known

    def refresh(self, path: Path) -> list[File]:
        """The open files of a file's folder, to be checked anew: something beside them was saved."""
        beside = [file for file in self._open.values() if file.path.parent == path.parent]
        for file in beside:
            others = self._others(file.path, file.before.source if file.before else file.source)
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
        source = self._beside_read(path)
        text = source.document.extent.source.text if source.document else ""
        return File(path, Text(text), source, None, self._others(path, source))

    def again(self, path: Path) -> list[File]:
        """The open files that use the integration of a file, checked anew if it has changed."""
        users = [file for file in self._open.values() if path.stem in file.others and file.path != path]
        return [self.put(file.path, file.text.content) for file in users]

    def _others(self, path: Path, source: Source) -> dict[str, Source]:
        names = source.integration.uses.values() if source.integration else ()
        found = {name: self._beside_of(path, name) for name in names}
        return {name: other for name, other in found.items() if other is not None}

    def _beside_of(self, path: Path, name: str) -> Source | None:
        for suffix in SUFFIXES:
            file = path.with_name(name + suffix)
            if file in self._open:
                return (_readable(self._open[file]) or self._open[file]).source
            if isfile(file):
                return self._beside_read(file)
        return None

    def _beside_read(self, file: Path) -> Source:
        stat = file.stat()
        signature = (stat.st_mtime_ns, stat.st_size)
        if file not in self._beside or self._beside[file][0] != signature:
            self._beside[file] = signature, read_file(file)
        return self._beside[file][1]


def _readable(file: File | None) -> File | None:
    """A file as it is, or as it was when it last could be read."""
    return file if file is None or file.source.document is not None else file.before


def _are_same(some: Mapping[str, Source], others: Mapping[str, Source]) -> bool:
    """Whether nothing was read anew."""
    return some.keys() == others.keys() and all(source is others[name] for name, source in some.items())


def saved_in(folder: Path) -> list[Path]:
    """The integrations of a folder, sorted; none if it is not there yet."""
    return files(folder) if folder.is_dir() else []
