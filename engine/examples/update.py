"""`engine test --update`: what the failing examples of a file should say, written into it."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.document import parse
from engine.errors import EngineError, SpecError
from engine.examples.clock import JumpingLoop
from engine.examples.expectations import of_flow, of_message
from engine.examples.play import Theatre
from engine.examples.revise import Edit, Page, applied
from engine.examples.script import BadReply
from engine.examples.suite import FlowCase, Subject, chosen
from engine.spec.load import read


@dataclass(frozen=True)
class Revision:
    """A file before and after."""

    file: Path
    before: str
    after: str

    def diff(self) -> Iterable[str]:
        """The change as a unified diff."""
        name = str(self.file)
        return difflib.unified_diff(*self._lines(), name, name, lineterm="", n=1)

    def write(self) -> None:
        """Change the file; its byte order mark, if it has one, stays."""
        mark = b"\xef\xbb\xbf" if self.file.read_bytes().startswith(b"\xef\xbb\xbf") else b""
        self.file.write_bytes(mark + self.after.encode())

    def _lines(self) -> tuple[list[str], list[str]]:
        return self.before.splitlines(), self.after.splitlines()


def revision(subject: Subject, words: str = "") -> Revision:
    """A file whose examples, those that hold the words, expect what came; nothing is written yet.

    Raises:
        SpecError: the file would not be read as it should; it stays as it is.
    """
    file = Path(subject.document.file)
    before = file.read_bytes().decode("utf-8-sig")
    page = Page(before, str(file))
    edits: list[Edit] = []
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        theatre = Theatre.of(subject)
        for case in chosen(subject, words):
            try:
                if isinstance(case, FlowCase):
                    edits += of_flow(page, case, runner.run(theatre.flow_ending(case)))
                else:
                    edits += of_message(page, case, runner.run(theatre.ending(case)))
            except (EngineError, BadReply):
                continue
    if "\r\n" in before:
        edits = [replace(edit, text=edit.text.replace("\n", "\r\n")) for edit in edits]
    after = applied(before, edits)
    found = [finding for finding in read(parse(after, str(file)))[1] if finding.severity == "error"]
    if found:
        raise SpecError(found)
    return Revision(file, before, after)
