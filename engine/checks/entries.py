"""The entries of a file: each message and flow that begins on a line of its own; all else is the head.

This is how a check is made again after an edit. A *local* rule says of an entry only what follows from

- the text of the entry and of what its aliases repeat, and where that stands,
- the head: connections, settings, schemas, events, …
- the faces of the entries: their names; of a message also the names of its input and output; where the output has no name
  and is called, the whole text, for then the type of the reply follows from it,
- the integrations that are used, and the files that are named.

All of that is compared before what was found in an entry is taken over; so nothing that is out of date can be. The other
rules look at the whole file each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.diagnostics import Mark
from engine.document import Document, Path_
from engine.spec.flows import Hold
from engine.spec.messages import Message, Step

HEAD: Path_ = ()

_CUT = ("messages", "flows")
_SUFFIX = re.compile(r"\.(?:ya?ml|json|wsdl)\b")
_NAME = re.compile(r"[\w./-]*\Z")


Piece = tuple[Mark, str]
"""Where a stretch of text begins, and the text."""


@dataclass(frozen=True)
class Entries:
    """A file, cut into entries.

    Attributes:
        texts: the pieces of each entry, and of the head.
        repeated: what the aliases of an entry repeat of others.
    """

    texts: Mapping[Path_, tuple[Piece, ...]]
    repeated: Mapping[Path_, tuple[Piece, ...]]

    def owner(self, path: Path_) -> Path_:
        """The entry that a path of the file belongs to."""
        return path[:2] if path[:2] in self.texts else HEAD

    def said(self, entry: Path_) -> tuple[tuple[Piece, ...], ...]:
        """All that the file says of an entry."""
        return self.texts[entry], self.repeated.get(entry, ())


def entries(document: Document) -> Entries:
    """The entries of a file."""
    source, begins = document.extent.source, _begins(document)
    lines = sorted(begins)
    texts: dict[Path_, tuple[Piece, ...]] = {HEAD: ()}
    for line, behind in zip(lines, [*lines[1:], len(source.starts)], strict=True):
        text = source.text[source.starts[line - 1] : source.starts[behind - 1]]
        owner = begins[line]
        texts[owner] = (*texts.get(owner, ()), (Mark(source.file, line, 1), text))
    found = Entries(texts, {})
    repeated: dict[Path_, tuple[Piece, ...]] = {}
    for path, home in document.homes.items():
        owner = found.owner(path)
        if path[:-1] not in document.homes and found.owner(home) != owner:
            place = document.values[home]
            repeated[owner] = (*repeated.get(owner, ()), (place.begin, source.text[place.start : place.end]))
    return Entries(texts, repeated)


def _begins(document: Document) -> dict[int, Path_]:
    """The lines on which entries, and the keys of the file, begin; what shares a line with another belongs to the head."""
    source = document.extent.source
    found: dict[int, Path_] = {}
    for path in [path for path in document.keys if len(path) == 1 or (len(path) == 2 and path[0] in _CUT)]:
        mark = document.key_mark(path)
        alone = mark.line not in found and not source.line(mark.line)[: mark.column - 1].strip()
        found[mark.line] = path if alone and len(path) == 2 else HEAD
    return found


def surroundings(subject: Subject, cut: Entries) -> tuple[Any, ...]:
    """All that local rules look at outside of an entry: the head, the faces of all entries, other files."""
    integration, called = subject.integration, frozenset(_answering(subject))
    faces = [(name, _face(name, one, called, cut)) for name, one in integration.messages.items()]
    confirming = {flow.confirm.flow for flow in integration.flows.values() if flow and flow.confirm}
    flows = [(name, _whole(("flows", name), cut) if name in confirming else None) for name in integration.flows]
    used = {name: _Same(subject.others.get(name)) for name in integration.uses.values()}
    files = tuple(_stats(integration.folder, subject.document.extent.source.text))
    return cut.said(HEAD), tuple(faces), tuple(flows), used, files, tuple(cut.texts)


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
    return (message.input, message.output) if named and is_answer_known else _whole(("messages", name), cut)


def _whole(entry: Path_, cut: Entries) -> Any:
    """The text of an entry; None if the head has it."""
    return cut.said(entry) if entry in cut.texts else None


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
