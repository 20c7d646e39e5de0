"""What is sent is answered by the records of another flow, by equal key."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, shown
from engine.document import Path_
from engine.spec.flows import Confirm


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Confirm):
            yield from _flow(subject, part, path)
            if part.error is not None and not subject.holds((*path, "refused")):
                hint = "add `refused: =record.…`, which says whether an answer is a no"
                words = "no answer is ever a no, so these words are never told"
                yield Diagnostic(subject.key(*path, "error"), "never-refused", words, hint)


def _flow(subject: Subject, confirm: Confirm, path: Path_) -> Iterator[Diagnostic]:
    mark = subject.mark(*path, "flow")
    if confirm.flow == path[1]:
        hint = "name the flow that reads what became of them"
        yield Diagnostic(mark, "confirms-itself", "its own records cannot say what became of them", hint)
    elif confirm.flow in sorted(subject.names("flows") or ()) and not subject.holds(("flows", confirm.flow, "key")):
        words = f"the records of {shown(confirm.flow)} answer by their key, and that flow has none"
        yield Diagnostic(mark, "answers-without-key", words, f"add `key: =record.…` to {confirm.flow}")
