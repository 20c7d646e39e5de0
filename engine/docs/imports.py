"""Files that a flow reads: which, when they are whole, and where they go."""

from __future__ import annotations

from collections.abc import Iterator

from engine.docs.adjustable import adjustable
from engine.docs.model import Code, Span, Words, listed, spans
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.files.endpoints.read import ReadFiles
from engine.files.endpoints.write import WriteFile
from engine.files.folder import QUIET
from engine.protocols.files import FilesConnection


def import_of(subject: Subject, call: str) -> ReadFiles | None:
    """The files that a flow reads, if it does."""
    _, found = subject.integration.endpoint_called(call)
    return found if isinstance(found, ReadFiles) else None


def imported(subject: Subject, call: str) -> Iterator[tuple[str, Words]]:
    """What becomes of files and their rows; nothing for any other call."""
    files = import_of(subject, call)
    if files is None:
        return
    order = "in the order of their names" if files.order == "name" else "the oldest first"
    yield "Reads files", (Code(files.match), f", {order}; what ends in .gz or .zip is unpacked")
    yield "A file is whole", _whole(subject, files)
    yield "A file holds", _holds(files)
    yield "When all its records are accepted", ("it is moved to ", Code(f"{files.archive}/"), ", and never read again")
    bad = worded(files.tolerate, subject.integration)
    rejected = Code(f"{files.error}/NAME.rejected")
    words = ("it stands in ", rejected, f" with its line, the others go on; with more than {bad} the file is ")
    yield "When a row cannot be read", (*words, "broken, and moved to ", Code(f"{files.error}/"))


def _whole(subject: Subject, files: ReadFiles) -> Words:
    found: list[Words] = []
    ready = files.ready
    if ready.marker is not None:
        found.append(("when ", Code(ready.marker), " stands beside it"))
    if ready.quiet is not None or ready.marker is None:
        quiet = ready.quiet if ready.quiet is not None else QUIET
        found.append(f"when nothing was written to it for {worded(quiet, subject.integration, 'duration')}")
    return listed(found, ", and ")


def _holds(files: ReadFiles) -> Words:
    form = files.format
    kind = str(form.type).replace("_", " ")  # type: ignore[attr-defined]  # every format that can be chosen has a type
    columns = getattr(form, "columns", None)
    if not columns:
        records = getattr(form, "records", None)
        return (f"{kind}, a record for each ", Code(str(records))) if records else kind
    shown: list[Words] = [(Code(name), f" {column}") for name, column in columns.items()]
    return (f"{kind}, {form.encoding}: ", *spans(listed(shown)))  # type: ignore[attr-defined]  # what has columns is text


def folder_rows(subject: Subject, name: str, connection: FilesConnection) -> list[Words]:
    """A folder, for the network sheet: where, what the engine's user must be allowed, what for."""
    read: list[Span] = []
    rights: list[str] = []
    for endpoint in connection.endpoints.values():
        if isinstance(endpoint, ReadFiles):
            read += [", ", Code(endpoint.match)]
            rights += ["read", "move files away", f"make {endpoint.archive}/ and {endpoint.error}/"]
        elif isinstance(endpoint, WriteFile):
            read += [", ", Code(endpoint.path)]
            rights += ["write"]
    where = adjustable(subject.integration, connection.folder)
    may = ", ".join(dict.fromkeys(rights))
    return [Code(name), where, tuple(read[1:]), may, connection.description or subject.system]
