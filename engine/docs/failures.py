"""What happens when something fails: who is told what, what is tried again, what stands in."""

from __future__ import annotations

from collections.abc import Iterator

from engine.docs.anchors import of_message
from engine.docs.endpoints import EFFECTS, Operation, all_operations
from engine.docs.model import Code, Section, Table, Words, listed
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.spec.messages import Message

CASES = ("What happens", "What the engine does", "What the caller gets")
CALLS = (
    "Call",
    "Effect",
    "Time limit",
    "Attempts",
    "Waits",
    "Tried again after",
    "Counts as accepted",
    "Words of a refusal",
)


def failures(subject: Subject, name: str, message: Message) -> Section:
    """The failures of one message: case by case, then call by call."""
    calls = list({found.name: found for found in all_operations(subject.integration, message)}.values())
    cases = list(_cases(subject, message, calls))
    if subject.integration.security is not None and subject.callers(name):
        cases.insert(0, ["the caller may not call it, or not from there", "nothing is sent", "401 or 403"])
    blocks = [Table(CASES, cases)]
    if calls:
        blocks.append(Table(CALLS, [_call(found) for found in calls]))
    return Section("When something fails", f"{of_message(name)}-failures", blocks)


def _cases(subject: Subject, message: Message, calls: list[Operation]) -> Iterator[list[Words]]:
    if message.input is not None:
        yield ["the input does not fit its schema", "nothing is sent", "422, with every path that does not fit"]
    if calls:
        words = f"{subject.system} refuses"
        yield [words, "the message ends; steps that always run are made", "502, with the system's own words"]
    if any(step.refuse is not None for step in message.steps):
        yield ["a step refuses", "the message ends", "502, with the words of the step"]
    if calls:
        tried = "the call is tried again as the table below says, within the time limit of the message"
        yield ["no connection, or no answer in time", tried, _stand_in(subject, message, "503, or 504 for no answer")]
        yield from _offline(subject, message, calls)
    limit = worded(message.timeout, subject.integration, "duration")
    yield [
        f"all steps together take longer than {limit}",
        "the running call is given up",
        _stand_in(subject, message, "504"),
    ]
    yield ["the data cannot be mapped", "the message ends", "500; the place in the file stands in the log"]


def _stand_in(subject: Subject, message: Message, failing: str) -> str:
    """What the caller gets while the system cannot be reached: what stands in, else the failure."""
    found = []
    if message.cache is not None:
        keep = message.cache.offline if message.cache.offline is not None else message.cache.keep
        found.append(f"a kept reply, up to {worded(keep, subject.integration, 'duration')} old")
    if message.fallback is not None:
        found.append("the reply for this case")
    return "; else ".join([*found, failing])


def _offline(subject: Subject, message: Message, calls: list[Operation]) -> Iterator[list[Words]]:
    """Connections that know whether the whole system is down."""
    for name in dict.fromkeys(found.name.partition(".")[0] for found in calls):
        offline = subject.integration.connections[name].offline
        if offline is not None:
            lasts = worded(offline.lasts, subject.integration, "duration")
            asked: Words = ("after that, ", Code(offline.probe), " does not answer either")
            did = f"for {lasts} every call of {name} is refused at once, then one tries again"
            yield [asked, did, _stand_in(subject, message, "503")]


def _call(found: Operation) -> list[Words]:
    causes: list[Words] = [Code(cause) for cause in found.causes]
    only = ", if it surely was not carried out" if found.effect == "once" else ""
    single = found.attempts == "1"
    return [
        Code(found.name),
        EFFECTS[found.effect],
        found.timeout,
        found.attempts,
        "" if single else found.backoff,
        "" if single else (listed([listed(causes), only], "") if only else listed(causes)),
        found.accepted,
        found.words,
    ]
