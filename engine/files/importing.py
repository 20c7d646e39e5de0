"""Reading a folder's files page by page, so that each record is taken once, whatever breaks in between.

How far it is stands in `ReadSoFar`, which the flow keeps in one transaction with the records of a page. A page that is
asked for means that the one before is safe: only then is a file archived.
"""

from __future__ import annotations

import gzip
import logging
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from engine.files.endpoints.read import ReadFiles
from engine.files.folder import fingerprint, put_away, unpacked, waiting
from engine.files.formats.record_format import Broken, Filed, Flawed, Origin, Row
from engine.files.rejects import Rejects

PAGE = 1600
DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, NotImplementedError)
"""What a packed file raises that is cut short, damaged, or packed in an unknown way."""
KNOWN = 100
"""So many files are remembered by what they hold: the same is not imported again."""

log = logging.getLogger("engine.files")


@dataclass(frozen=True)
class ReadSoFar:
    """How far a folder has been read.

    Attributes:
        name, holds: the file that is being read, and what it holds; empty between two files.
        records: how many of its rows are done, bad ones too.
        line: of the last of them.
        known: what the last files held.
    """

    name: str = ""
    holds: str = ""
    records: int = 0
    line: int = 0
    known: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Any) -> ReadSoFar:
        return cls(**{**kept, "known": tuple(kept.get("known", ()))}) if isinstance(kept, dict) else cls()

    def kept(self) -> dict[str, Any]:
        """As the store keeps it."""
        return {**asdict(self), "known": list(self.known)}


@dataclass(frozen=True)
class Page:
    """Records, and how far they reach.

    Attributes:
        share: how much of the file is read, from 0 to 1.
        aside: behind the last records of a file, what is told of its rows that cannot be read; empty if all can.
    """

    records: list[Filed]
    reached: ReadSoFar
    share: float = 1.0
    aside: str = ""


class FileBroken(Exception):
    """A file was not of its format; it stands among the broken ones."""


@dataclass
class Importing:
    """Reads the files of an endpoint, from a position on.

    Attributes:
        zone: of times without offset.
        dry: whether files are only looked at: none is moved, no row set aside.
    """

    folder: Path
    asked: ReadFiles
    zone: str
    dry: bool = False
    position: ReadSoFar = field(default_factory=ReadSoFar)

    def pages(self) -> Iterator[Page]:
        """Page after page, over all files that are whole.

        Raises:
            FileBroken: files could not be read on; told when the others are done.
            OSError: the folder or a file cannot be read, moved or written.
        """
        broken: list[str] = []
        for path in waiting(self.folder, self.asked):
            try:
                yield from self._file(path)
            except FileBroken as error:
                broken.append(str(error))
        if broken:
            raise FileBroken("; ".join(broken))

    def _file(self, path: Path) -> Iterator[Page]:
        holds = fingerprint(path)
        if holds in self.position.known:
            log.warning("%s holds what was imported before; it is not imported again", path.name)
            self._put_away(path, self.asked.archive)
            return
        if holds != self.position.holds:
            self.position = ReadSoFar(path.name, holds, known=self.position.known)
        try:
            aside = yield from self._rows(path)
        except Broken as error:
            target = self._put_away(path, self.asked.error)
            words = f"{path.name} is broken behind record {self.position.records:,}: {error}; it is {target} now"
            raise FileBroken(words) from None
        self.position = ReadSoFar(known=(holds, *self.position.known)[:KNOWN])
        yield Page([], self.position, aside=aside)
        self._put_away(path, self.asked.archive)

    def _rows(self, path: Path) -> Generator[Page, None, str]:
        """The pages of one file; then what is told of rows that cannot be read."""
        rejects, origin = Rejects(self.folder / self.asked.error, path.name), Origin(path.name, str(path))
        bad, size = 0 if self.dry else rejects.begin(self.position.line), max(path.stat().st_size, 1)
        with ExitStack() as stack:
            stream, raw = stack.enter_context(unpacked(path))
            rows = self._read(stream)
            for _ in islice(rows, self.position.records):  # those that are done
                pass
            for taken in _portions(rows):
                wrong = [row for row in taken if isinstance(row, Flawed)]
                if not self.dry:
                    rejects.add(wrong)
                bad += len(wrong)
                if bad > int(self.asked.tolerate):
                    raise Broken(
                        f"more than {self.asked.tolerate} rows cannot be read, the first ones stand in {rejects.path}"
                    )
                last = self.position.records + len(taken)
                reached = ReadSoFar(path.name, self.position.holds, last, taken[-1].line, self.position.known)
                records = [row for row in taken if isinstance(row, Filed)]
                for record in records:
                    record.origin = origin
                yield Page(records, reached, raw.tell() / size)
                self.position = reached
        if not bad:
            return ""
        told = f"{path.name}: {bad:,} row{'s' if bad > 1 else ''} cannot be read"
        if not self.dry:
            told += f"; correct what stands in {rejects.path}, and send it in a file of its own"
            log.warning(told)
        return told

    def _read(self, stream: Any) -> Iterator[Row]:
        """The rows; what is wrong with a packed file is told like what is wrong with its content."""
        try:
            yield from self.asked.format.rows(stream, self.zone)
        except DAMAGED as error:
            raise Broken(f"it cannot be unpacked: {error}") from None

    def _put_away(self, path: Path, folder: str) -> Path:
        if self.dry:
            return path
        return put_away(path, self.folder / folder, self.asked.ready.marker)


def _portions(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows of a page each; what was read before a file turns out to be broken, too."""
    while True:
        taken: list[Row] = []
        try:
            taken.extend(islice(rows, PAGE))
        except Broken:
            if taken:
                yield taken
            raise
        if not taken:
            return
        yield taken
