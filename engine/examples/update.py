"""`engine test --update`: what the failing examples of a file should say, written into it."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.document import Path_, parse
from engine.errors import EngineError, SpecError
from engine.examples.clock import JumpingLoop
from engine.examples.compare import matches
from engine.examples.judge import Ending, told
from engine.examples.play import Theatre
from engine.examples.revise import Edit, Page, applied
from engine.examples.script import BadReply
from engine.examples.suite import Case, FlowCase, Subject, chosen
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
            if isinstance(case, FlowCase):
                continue
            try:
                ending = runner.run(theatre.ending(case))
            except (EngineError, BadReply):
                continue
            edits += _of_case(page, case, ending)
    if "\r\n" in before:
        edits = [replace(edit, text=edit.text.replace("\n", "\r\n")) for edit in edits]
    after = applied(before, edits)
    found = [finding for finding in read(parse(after, str(file)))[1] if finding.severity == "error"]
    if found:
        raise SpecError(found)
    return Revision(file, before, after)


def _of_case(page: Page, case: Case, ending: Ending) -> Iterator[Edit]:
    for asked in ending.script.asked:
        call = case.example.calls[asked.index]
        for part in sorted({str(found.path[0]) for found in asked.differences}):
            path = (*case.path, "calls", asked.index, "sent", part)
            wanted, got = asked.request.compared(part, call.sent)
            node = page.find(path)
            if node is not None:
                yield from page.revised(node, wanted, got, asked.request.same(part))
    if ending.answer is None or ending.script.left:
        return
    if ending.answer.error is not None:
        yield from _of_error(page, case, ending.answer.error)
    else:
        yield from _of_reply(page, case, ending.answer.exchange.reply)
        yield from _of_value(page, (*case.path, "failed"), case.example.failed, ending.answer.failed)


def _of_reply(page: Page, case: Case, reply: Any) -> Iterator[Edit]:
    if case.example.error is not None:
        yield from page.swap(case.path, "error", "reply", reply)
    elif "reply" not in case.example.model_fields_set:
        yield from page.put(case.path, "reply", reply)
    else:
        yield from _of_value(page, (*case.path, "reply"), case.example.reply, reply)


def _of_error(page: Page, case: Case, error: EngineError) -> Iterator[Edit]:
    if case.example.error is None:
        got = {name: value for name, value in told(error).items() if value}
        yield from page.swap(case.path, "reply", "error", got)
        return
    for name in ("kind", "text", "code"):
        if name in case.example.error.model_fields_set:
            path = (*case.path, "error", name)
            yield from _of_value(page, path, getattr(case.example.error, name), told(error)[name])


def _of_value(page: Page, path: Path_, wanted: Any, got: Any) -> Iterator[Edit]:
    node = page.find(path)
    if node is not None:
        yield from page.revised(node, wanted, got, matches)
