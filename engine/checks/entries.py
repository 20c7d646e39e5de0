"""The entries of a file: each message and flow that is a piece of its own (`engine.document.pieces`); all else is the head.

This is how a check is made again after an edit. A *local* rule says of an entry only what follows from

- the entry and what its aliases repeat,
- the head: connections, settings, schemas, events, …
- the names of all entries, and what flows read,
- the faces of the messages that it calls: the names of their input and output; where one has no name, the whole message and
  the faces of those that it calls, for then the type of the reply follows from it,
- the integrations that are used, and the files that are named.

All of that is compared before what was found in an entry is taken over; so nothing that is out of date can be. A piece that
was taken over is the same as before, so pieces are compared, not texts. The other rules look at the whole file each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.checks.entry import HEAD, Entry
from engine.checks.subject import Subject
from engine.document import Document, Path_
from engine.document.pieces import Piece
from engine.spec.flows import Flow
from engine.spec.integration import Integration

Cut = Mapping[Path_, tuple[Piece, ...]]
"""The pieces of each entry, and of the head."""

_SUFFIX = re.compile(r"\.(?:ya?ml|json|wsdl)\b")
_NAME = re.compile(r"[\w./-]*\Z")


def cut(document: Document) -> Cut:
    """A file, cut into entries."""
    head = tuple(piece for piece in document.pieces if len(piece.path) < 2)
    return {HEAD: head, **{piece.path: (piece,) for piece in document.pieces if len(piece.path) == 2}}


def surroundings(subject: Subject, cut: Cut) -> tuple[Any, ...]:
    """What local rules look at outside of any entry: the head, the names of all entries, other files."""
    integration = subject.integration
    names = tuple(integration.messages), tuple(map(_reading, integration.flows.items()))
    used = {name: _Same(subject.others.get(name)) for name in integration.uses.values()}
    files = tuple(_stats(integration.folder, subject.document.extent.source.text))
    head = tuple(piece for piece in cut[HEAD] if not piece.is_head)
    return head, tuple(cut), names, used, files


@dataclass(frozen=True)
class Faces:
    """What entries show to those that call them.

    Attributes:
        entries: all entries, by their path.
    """

    integration: Integration
    others: Mapping[str, Integration]
    cut: Cut
    entries: Mapping[Path_, Entry]

    def seen(self, path: Path_) -> dict[Path_, Any]:
        """What an entry sees of others."""
        found: dict[Path_, Any] = {}
        waiting = list(self._named(path))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = self._face(name)
                waiting += self._named(name) if found[name] is self.cut.get(name) else ()
        return found

    def _named(self, path: Path_) -> Iterator[Path_]:
        """The entries that one speaks of."""
        if path not in self.entries:
            return
        for call in self.entries[path].calls:
            first, dot, _ = call.partition(".")
            if not dot:
                yield "messages", call
            elif first in self.integration.uses and self._is_used:
                yield from (entry for entry in self.cut if entry != HEAD)
        part = self.entries[path].part
        if isinstance(part, Flow) and part.confirm is not None:
            yield "flows", part.confirm.flow

    def _face(self, path: Path_) -> Any:
        message = self.integration.messages.get(str(path[1])) if path[0] == "messages" else None
        if message is not None and isinstance(message.output, str) and _is_named(message.input):
            return message.input, message.output
        return self.cut.get(path)

    @property
    def _is_used(self) -> bool:
        """Whether another integration may call back."""
        return any(self.integration.name in other.uses.values() for other in self.others.values())


def _is_named(schema: object) -> bool:
    return schema is None or isinstance(schema, str)


def _reading(named: tuple[str, Flow | None]) -> tuple[Any, ...]:
    """What a flow adds to the records that an endpoint gives, and has written back."""
    name, flow = named
    read = flow.read if flow is not None else None
    return (name, read.call, read.value is None, tuple(read.details)) if read is not None else (name,)


def _stats(folder: Path | None, text: str) -> Iterator[tuple[str, int, int]]:
    """When the files that are named were last changed: they may hold schemas."""
    if folder is None:
        return
    for name in sorted({f"{_before(text, found.start())}{found[0]}" for found in _SUFFIX.finditer(text)}):
        try:
            stat = (folder / name).stat()
        except (OSError, ValueError):
            yield name, 0, 0
        else:
            yield name, stat.st_mtime_ns, stat.st_size


def _before(text: str, end: int) -> str:
    """What stands of a file's name before its suffix."""
    found = _NAME.search(text, max(0, end - 255), end)
    return found[0] if found else ""


class _Same:
    """Equal only to itself: two integrations are not compared key by key."""

    def __init__(self, held: object) -> None:
        self._held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._held is other._held

    def __hash__(self) -> int:
        return id(self._held)
