"""One file, loaded: data, and where each value and key stands.

Plain scalars stay text; the place where they stand gives them their type, so nothing is guessed. Keys and scalars are
`Scalar`s, which know where they stand; lists and mappings are found by `Document.mark(path)`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.diagnostics import Diagnostic, Mark
from engine.document.extent import Extent, Written
from engine.document.pieces import Piece, pieces, places, whole
from engine.document.place import Path_, Place, Source
from engine.errors import SpecError

MAX_BYTES = 2_000_000


@dataclass(frozen=True)
class Document:
    """One file, loaded.

    Attributes:
        file: its name, as shown in findings.
        data: nested dicts, lists, `Scalar`s and None.
        diagnostics: findings made while loading (duplicate keys, tags, expressions that YAML cut).
        values: where each value stands.
        keys: where each key stands.
        homes: of what is read again by an alias, the path at its anchor.
        paths: where a mapping or list stands, by its identity.
        extent: how far what stands at a place reaches, and the comments beside it.
        pieces: what it was read in; when the file is read again, those that are as they were are taken over.
        made: what was made of its mappings and lists, by their identity; taken over with them.
        changed: pieces whose data is no longer what is written, so they are not taken over.
        is_left: whether its file has got another text, so that what is taken over may move to other lines.
    """

    file: str
    data: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    values: dict[Path_, Place] = field(repr=False)
    keys: dict[Path_, Place] = field(repr=False)
    homes: dict[Path_, Path_] = field(repr=False)
    paths: dict[int, Path_] = field(repr=False)
    extent: Extent = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    made: dict[int, Any] = field(default_factory=dict, repr=False)
    changed: list[Piece] = field(default_factory=list, repr=False)
    is_left: bool = False

    @property
    def left(self) -> Document:
        """The same, once its file has got another text."""
        return replace(self, is_left=True)

    def path_of(self, data: Any) -> Path_ | None:
        """Where a mapping or list of `data` stands; None if it is not from this file."""
        return self.paths.get(id(data))

    def mark(self, path: Path_) -> Mark:
        """Where the value at `path` stands, or the nearest thing above it that exists."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path].begin if path in self.values else Mark(self.file, 1, 1)

    def key_mark(self, path: Path_) -> Mark:
        """Where the key at `path` stands; for an element of a list, the element."""
        return self.keys[path].mark if path in self.keys else self.mark(path)

    def home(self, path: Path_) -> Mark:
        """Where the key stands under which a mapping was written: at the anchor, if it is used by an alias."""
        return self.key_mark(self.homes.get(path, path))

    def meant(self, data: dict[str, Any], key: str, name: str) -> None:
        """Read a misspelled key of a mapping as the name that was meant; places stay those of the file."""
        above = self.paths[id(data)]
        self._change(above)
        data[name] = data.pop(key)
        old, new = (*above, str(key)), (*above, name)
        for known in (self.values, self.keys, self.homes):
            _rekeyed(known, old, new)
        for path, home in self.homes.items():
            self.homes[path] = _moved(home, old, new)
        for identity, path in self.paths.items():
            self.paths[identity] = _moved(path, old, new)

    def _change(self, path: Path_) -> None:
        around = [piece for piece in self.pieces if piece.path and path[: len(piece.path)] == piece.path]
        self.changed.extend(around[-1:])


def _rekeyed(known: dict[Path_, Any], old: Path_, new: Path_) -> None:
    for path in [path for path in known if path[: len(old)] == old]:
        known[_moved(path, old, new)] = known.pop(path)


def _moved(path: Path_, old: Path_, new: Path_) -> Path_:
    return (*new, *path[len(old) :]) if path[: len(old)] == old else path


def load(path: str | Path, cut: Collection[str] = (), short_of: str = "") -> Document:
    """Read one file.

    Args:
        cut, short_of: as `parse` takes them.

    Raises:
        SpecError: the file cannot be read at all, or is no YAML mapping. Everything else is a finding in `diagnostics`.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise _stop(name, "is-a-directory", "this is a directory, not a file", "name a .yaml file") from None
    except OSError as error:
        words = f"the file cannot be read: {error.strerror}"
        raise _stop(name, "cannot-read", words, "check its name and rights") from None
    except ValueError:
        raise _stop(name, "cannot-read", "this is no name of a file", "check its name") from None
    return decode(raw, name, cut, short_of=short_of)


def decode(
    raw: bytes, name: str, cut: Collection[str] = (), before: Document | None = None, short_of: str = ""
) -> Document:
    """Read the bytes of a file, as `load` does.

    Args:
        cut, before, short_of: as `parse` takes them.
    """
    if len(raw) > MAX_BYTES:
        raise _stop(name, "too-large", f"the file has more than {MAX_BYTES:,} bytes", "split it")
    return parse(_text(name, raw), name, cut, before, short_of)


def _text(name: str, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:4]:
        raise _stop(name, "not-utf8", "the file is UTF-16 or UTF-32", "save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        mark = Source.of(before + "?", name).mark(len(before))
        raise _stop(name, "not-utf8", "from here on the file is not UTF-8", "save it as UTF-8", mark) from None


def parse(
    text: str, name: str = "<text>", cut: Collection[str] = (), before: Document | None = None, short_of: str = ""
) -> Document:
    """Read YAML text, as `load` does for a file.

    Args:
        cut: the keys whose entries are read for themselves; none: the file is read as a whole.
        before: an earlier text of the file; what is as it was is taken over, down to the identity of its data.
        short_of: the last key of those entries, which need not be read.
    """
    source = Source.of(text, name)
    known = [piece for piece in before.pieces if piece not in before.changed] if before else ()
    found = pieces(source, cut, known, before is not None and before.is_left, short_of) if cut else None
    if found is not None:
        return _assembled(source, found, before.made if before else {})
    written = Written(source, [])
    try:
        return _whole(source, written)
    except SpecError as error:
        extent = Extent(source, [written])
        raise SpecError([extent.ended(finding) for finding in error.diagnostics]) from None


def _whole(source: Source, written: Written) -> Document:
    name, piece = source.file, whole(source, written)
    if piece is None:
        raise _stop(name, "empty-file", "the file is empty", "begin with `engine: 1` and `name: …`")
    if not isinstance(piece.data, dict):
        raise _stop(name, "not-a-mapping", "the file must be a mapping of keys", "begin with `engine: 1` and `name: …`")
    extent = Extent(source, [written])
    return Document(name, piece.data, piece.found, piece.values, piece.keys, piece.homes, piece.paths, extent, (piece,))


def _assembled(source: Source, found: list[Piece], made: dict[int, Any]) -> Document:
    """A file out of its pieces."""
    data: dict[str, Any] = {}
    values: dict[Path_, Place] = {}
    keys: dict[Path_, Place] = {}
    homes: dict[Path_, Path_] = {}
    paths: dict[int, Path_] = {id(data): ()}
    for path, first, last in places(found):
        values[path] = Place(source, source.index(first.begin), source.index(last.source.mark(last.end)))
    for piece in found:
        if piece.is_head:
            entries: dict[str, Any] = {}
            data |= dict.fromkeys(piece.data, entries)
            paths[id(entries)] = piece.path
        else:
            above: dict[str, Any] = data[str(piece.path[0])] if len(piece.path) > 1 else data
            above |= piece.data
        values |= piece.values
        keys |= piece.keys
        homes |= piece.homes
        paths |= piece.paths
    diagnostics = tuple(finding for piece in found for finding in piece.found)
    extent = Extent(source, [piece.written for piece in found])
    kept = {identity: held for identity, held in made.items() if identity in paths}
    return Document(source.file, data, diagnostics, values, keys, homes, paths, extent, tuple(found), kept)


def _stop(name: str, rule: str, message: str, hint: str, mark: Mark | None = None) -> SpecError:
    return SpecError([Diagnostic(mark or Mark(name, 1, 1), rule, message, hint)])
