"""The entries of a file: each message and flow that is a piece of its own (`engine.document.pieces`); all else is the head.

This is how a check is made again after an edit. A *local* rule says of an entry only what follows from

- the entry and what its aliases repeat, and where that stands,
- the head: connections, settings, schemas, events, …
- the faces of the entries: their names; of a message also the names of its input and output; where the output has no name
  and is called, the whole message, for then the type of the reply follows from it,
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

from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.document import Document, Path_
from engine.document.pieces import Piece
from engine.spec.flows import Hold
from engine.spec.messages import Message, Step

HEAD: Path_ = ()

_SUFFIX = re.compile(r"\.(?:ya?ml|json|wsdl)\b")
_NAME = re.compile(r"[\w./-]*\Z")


@dataclass(frozen=True)
class Entries:
    """A file, cut into entries: the pieces of each, and of the head."""

    pieces: Mapping[Path_, tuple[Piece, ...]]

    def owner(self, path: Path_) -> Path_:
        """The entry that a path of the file belongs to."""
        return path[:2] if path[:2] in self.pieces else HEAD


def entries(document: Document) -> Entries:
    """The entries of a file."""
    head = tuple(piece for piece in document.pieces if len(piece.path) < 2)
    return Entries({HEAD: head, **{piece.path: (piece,) for piece in document.pieces if len(piece.path) == 2}})


def surroundings(subject: Subject, cut: Entries) -> tuple[Any, ...]:
    """All that local rules look at outside of an entry: the head, the faces of all entries, other files."""
    integration, called = subject.integration, frozenset(_answering(subject))
    faces = [(name, _face(name, one, called, cut)) for name, one in integration.messages.items()]
    confirming = {flow.confirm.flow for flow in integration.flows.values() if flow and flow.confirm}
    flows = [(name, cut.pieces.get(("flows", name)) if name in confirming else None) for name in integration.flows]
    used = {name: _Same(subject.others.get(name)) for name in integration.uses.values()}
    files = tuple(_stats(integration.folder, subject.document.extent.source.text))
    return cut.pieces[HEAD], tuple(faces), tuple(flows), used, files, tuple(cut.pieces)


def _answering(subject: Subject) -> Iterator[str]:
    """What is called somewhere for its answer."""
    for _, part in subject.parts:
        if isinstance(part, (CallSpec, Step)) and part.call:
            yield part.call
        elif isinstance(part, Hold) and part.refresh:
            yield part.refresh


def _face(name: str, message: Message | None, called: frozenset[str], cut: Entries) -> Any:
    if message is None:
        return None
    is_answer_known = isinstance(message.output, str) or (message.output is None and name not in called)
    named = isinstance(message.input, str) or message.input is None
    return (message.input, message.output) if named and is_answer_known else cut.pieces.get(("messages", name))


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
