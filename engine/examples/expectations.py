"""What an example should say, after what came: as edits of its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.document import Path_
from engine.errors import EngineError
from engine.examples.compare import matches
from engine.examples.judge import Ending, told
from engine.examples.judge_flow import FlowEnding, expected_outcome, sends
from engine.examples.revise import Edit, Page
from engine.examples.script import Script
from engine.examples.suite import Case, FlowCase

_OF_FLOW = {"sends", "outcome", "failed", "error", "next_cursor"}


def of_message(page: Page, case: Case, ending: Ending) -> Iterator[Edit]:
    """Edits that make an example of a message expect how it ended; none where calls came out of turn."""
    yield from _of_calls(page, case, ending.script)
    if ending.answer is None or ending.script.left:
        return
    if ending.answer.error is not None:
        yield from _of_failure(page, case, ending.answer.error)
    else:
        yield from _of_reply(page, case, ending.answer.exchange.reply)
        yield from _of_value(page, (*case.path, "failed"), case.example.failed, ending.answer.failed)


def of_flow(page: Page, case: FlowCase, ending: FlowEnding) -> Iterator[Edit]:
    """Edits that make an example of a flow expect how it ended; none where calls came out of turn."""
    yield from _of_calls(page, case, ending.script)
    if ending.is_broken_off or ending.script.left:
        return
    example, path = case.example, case.path
    given = example.model_fields_set & _OF_FLOW
    wanted, got = sends(case, ending)
    if "sends" in given:
        yield from _of_value(page, (*path, "sends"), wanted, got)
    elif not given and not any(call.sent for call in example.calls):
        yield from page.put(path, "sends", got)
    yield from _of_outcome(page, case, ending)
    if "failed" in given:
        yield from _of_value(page, (*path, "failed"), example.failed or [], ending.failed)
    if "next_cursor" in given:
        yield from _of_value(page, (*path, "next_cursor"), example.next_cursor, ending.cursor)


# -- how it ended --------------------------------------------------------------------------------------------------


def _of_reply(page: Page, case: Case, reply: Any) -> Iterator[Edit]:
    if case.example.error is not None:
        yield from page.swap(case.path, "error", "reply", reply)
    elif "reply" not in case.example.model_fields_set:
        yield from page.put(case.path, "reply", reply)
    else:
        yield from _of_value(page, (*case.path, "reply"), case.example.reply, reply)


def _of_failure(page: Page, case: Case, error: EngineError) -> Iterator[Edit]:
    if case.example.error is None:
        yield from page.swap(case.path, "reply", "error", _words(error))
    else:
        yield from _of_error(page, case, error)


def _of_outcome(page: Page, case: FlowCase, ending: FlowEnding) -> Iterator[Edit]:
    """What became of the records, and why they failed."""
    example, error = case.example, ending.error
    wanted = expected_outcome(case)
    is_wrong = wanted is not None and wanted != ending.outcome
    if example.error is None:
        if error is not None and (ending.is_early or is_wrong):
            yield from page.put(case.path, "error", _words(error))
    elif error is not None:
        yield from _of_error(page, case, error)
    elif example.outcome is None and ending.outcome != "done":
        yield from page.swap(case.path, "error", "outcome", ending.outcome)
    else:
        yield from page.drop(case.path, "error")
    if is_wrong:
        yield from page.put(case.path, "outcome", ending.outcome)


# -- what examples of messages and flows have in common ------------------------------------------------------------


def _of_calls(page: Page, case: Case | FlowCase, script: Script) -> Iterator[Edit]:
    for asked in script.asked:
        call = case.example.calls[asked.index]
        for part in sorted({str(found.path[0]) for found in asked.differences}):
            wanted, got = asked.request.compared(part, call.sent)
            node = page.find((*case.path, "calls", asked.index, "sent", part))
            if node is not None:
                yield from page.revised(node, wanted, got, asked.request.same(part))


def _of_error(page: Page, case: Case | FlowCase, error: EngineError) -> Iterator[Edit]:
    """An expected error, in the parts it names."""
    expected = case.example.error
    for name in ("kind", "text", "code"):
        if expected is not None and name in expected.model_fields_set:
            yield from _of_value(page, (*case.path, "error", name), getattr(expected, name), told(error)[name])


def _words(error: EngineError) -> dict[str, Any]:
    return {name: value for name, value in told(error).items() if value}


def _of_value(page: Page, path: Path_, wanted: Any, got: Any) -> Iterator[Edit]:
    node = page.find(path)
    if node is not None:
        yield from page.revised(node, wanted, got, matches)
