"""One file, loaded: data, and where each value and key stands.

Plain scalars stay text; the place where they stand gives them their type, so nothing is guessed. Keys and scalars are
`Scalar`s, which know where they stand; lists and mappings are found by `Document.mark(path)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.diagnostics import Diagnostic, Mark
from engine.document.compose import Node, compose
from engine.document.extent import Extent
from engine.document.place import Place, Source
from engine.document.reader import Reader
from engine.errors import SpecError

MAX_BYTES = 2_000_000

Path_ = tuple[str | int, ...]


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
    """

    file: str
    data: dict[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    values: dict[Path_, Place] = field(repr=False)
    keys: dict[Path_, Place] = field(repr=False)
    homes: dict[Path_, Path_] = field(repr=False)
    paths: dict[int, Path_] = field(repr=False)
    extent: Extent = field(repr=False)

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
        data[name] = data.pop(key)
        old, new = (*above, str(key)), (*above, name)
        for known in (self.values, self.keys, self.homes):
            _rekeyed(known, old, new)
        for path, home in self.homes.items():
            self.homes[path] = _moved(home, old, new)
        for identity, path in self.paths.items():
            self.paths[identity] = _moved(path, old, new)


def _rekeyed(known: dict[Path_, Any], old: Path_, new: Path_) -> None:
    for path in [path for path in known if path[: len(old)] == old]:
        known[_moved(path, old, new)] = known.pop(path)


def _moved(path: Path_, old: Path_, new: Path_) -> Path_:
    return (*new, *path[len(old) :]) if path[: len(old)] == old else path


def load(path: str | Path) -> Document:
    """Read one integration file.

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
    return decode(raw, name)


def decode(raw: bytes, name: str) -> Document:
    """Read the bytes of a file, as `load` does."""
    if len(raw) > MAX_BYTES:
        raise _stop(name, "too-large", f"the file has more than {MAX_BYTES:,} bytes", "split it")
    return parse(_text(name, raw), name)


def _text(name: str, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:4]:
        raise _stop(name, "not-utf8", "the file is UTF-16 or UTF-32", "save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        mark = Source.of(before + "?", name).mark(len(before))
        raise _stop(name, "not-utf8", "from here on the file is not UTF-8", "save it as UTF-8", mark) from None


def parse(text: str, name: str = "<text>") -> Document:
    """Read YAML text, as `load` does for a file."""
    source = Source.of(text, name)
    nodes: list[Node] = []
    extent = Extent(source, nodes)
    try:
        return _parsed(source, nodes, extent)
    except SpecError as error:
        raise SpecError([extent.ended(finding) for finding in error.diagnostics]) from None


def _parsed(source: Source, nodes: list[Node], extent: Extent) -> Document:
    name, found = source.file, list[Diagnostic]()
    root = compose(source, found.append, nodes)
    if root is None:
        raise _stop(name, "empty-file", "the file is empty", "begin with `engine: 1` and `name: …`")
    if root.kind != "mapping":
        raise _stop(name, "not-a-mapping", "the file must be a mapping of keys", "begin with `engine: 1` and `name: …`")
    reader = Reader(source, found)
    data = reader.read(root)
    return Document(name, data, tuple(found), reader.values, reader.keys, reader.homes, reader.paths, extent)


def _stop(name: str, rule: str, message: str, hint: str, mark: Mark | None = None) -> SpecError:
    return SpecError([Diagnostic(mark or Mark(name, 1, 1), rule, message, hint)])
