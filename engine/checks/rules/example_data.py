"""The data of examples fits the schemas, or the example shows an exchange that cannot happen.

Checked are the input or the event, the reply or what is sent, and the canned replies of endpoints and messages, as far as
they have a schema. An input that is meant to be refused (`error: {kind: invalid}`) may be wrong, and so may the replies of
an example that ends with an error; where a matcher such as `{$any: text}` stands, anything fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.formats.json import Json
from engine.openapi.schemas import NoSchema
from engine.protocols.http import Defaults, HttpConnection, HttpEndpoint
from engine.schemas import Schemas, WrongSchema
from engine.spec import matchers
from engine.spec.examples import Example, ExampleCall, FlowExample, Problem
from engine.spec.flows import Flow
from engine.spec.messages import Message

LOCAL = True


@dataclass(frozen=True)
class _Sample:
    """A value of an example, and the schema it should fit."""

    what: str
    path: Path_
    value: Any
    schema: Any
    schemas: Schemas


def check(subject: Subject) -> Iterator[Diagnostic]:
    for sample in _all(subject):
        if sample.schema is not None and subject.holds(sample.path):
            yield from _findings(subject, sample)


def _all(subject: Subject) -> Iterator[_Sample]:
    integration = subject.integration
    for name, message in integration.messages.items():
        for number, example in enumerate(message.examples if message and subject.looks_at(("messages", name)) else ()):
            yield from _of_message(subject, message, example, ("messages", name, "examples", number))
    for name, flow in integration.flows.items():
        for number, shown in enumerate(flow.examples if flow and subject.looks_at(("flows", name)) else ()):
            yield from _of_flow(subject, flow, shown, ("flows", name, "examples", number))


def _of_message(subject: Subject, message: Message, example: Example, path: Path_) -> Iterator[_Sample]:
    if example.error is None or example.error.kind != "invalid":
        yield _Sample("the input of the example", (*path, "input"), example.input, message.input, subject.schemas)
    yield _Sample("the reply of the example", (*path, "reply"), example.reply, message.output, subject.schemas)
    yield from _of_calls(subject, example.calls, example.error, path)


def _of_flow(subject: Subject, flow: Flow, example: FlowExample, path: Path_) -> Iterator[_Sample]:
    if example.error is None or example.error.kind != "invalid":
        event = subject.integration.events.get(flow.trigger.event or "")
        if event is not None:
            yield _Sample("the event of the example", (*path, "event"), example.event, event.schema, subject.schemas)
        message, schemas = _message(subject, flow.send)
        for number, one in enumerate(example.sends if message else ()):
            at = (*path, "sends", number, "input")
            yield _Sample(f"what the example sends to {flow.send}", at, one.input, message and message.input, schemas)
    yield from _of_calls(subject, example.calls, example.error, path)


def _of_calls(subject: Subject, calls: Sequence[ExampleCall], error: Problem | None, path: Path_) -> Iterator[_Sample]:
    for number, call in enumerate(calls):
        if call is not None and call.reply is not None and call.reply.status < 300 and error is None:
            body = (*path, "calls", number, "reply", "body")
            schema, schemas = _answered(subject, call)
            yield _Sample(f"the reply of {call.call} in the example", body, call.reply.body, schema, schemas)


def _answered(subject: Subject, call: ExampleCall) -> tuple[Any, Schemas]:
    """The schema of what a call is answered with; None if it has none."""
    message, of_message = _message(subject, call.call)
    if message is not None:
        return message.output, of_message
    above, endpoint = subject.integration.endpoint_called(call.call)
    if not isinstance(above, HttpConnection) or endpoint is None or not _is_json(call, endpoint, above):
        return None, subject.schemas
    return above.reply_schema(call.call.partition(".")[2]), subject.schemas


def _message(subject: Subject, name: str) -> tuple[Message | None, Schemas]:
    """A message of the file, or of an integration it uses, with the schemas that it names."""
    first, dot, second = name.partition(".")
    if not dot:
        return subject.integration.messages.get(name), subject.schemas
    other = subject.others.get(subject.integration.uses.get(first, ""))
    if other is None or first in subject.integration.connections:
        return None, subject.schemas
    return other.messages.get(second), Schemas(other.schemas, other.folder)


def _is_json(call: ExampleCall, endpoint: HttpEndpoint, above: Defaults) -> bool:
    """Whether the canned reply is what the schema describes: there, and read as JSON."""
    assert call.reply is not None
    kind = next((value for name, value in call.reply.headers.items() if name.lower().endswith("type")), "json")
    form = endpoint.format or above.format
    is_there = call.reply.status not in endpoint.absences
    return is_there and "json" in kind and (form is None or isinstance(form, Json))


def _findings(subject: Subject, sample: _Sample) -> Iterator[Diagnostic]:
    matched = list(_matchers(sample.value))
    try:
        if matched and all(_is_inside(at, matched) for at in sample.schemas.wrong_places(sample.schema, sample.value)):
            return
        violations = sample.schemas.check(sample.schema)(sample.value)
    except (NoSchema, WrongSchema):
        return  # told where the schema stands
    for violation in violations:
        inside = _steps(violation.path)
        if not _is_inside(inside, matched):
            field = f'"{violation.path}" ' if violation.path else ""
            place = f" ({sample.schema})" if isinstance(sample.schema, str) else ""
            words = f"{sample.what} does not fit: {field}{violation.message}{place}"
            mark = subject.mark(*sample.path, *inside)
            yield Diagnostic(mark, "wrong-example", words, "change the example, or the schema")


def _is_inside(path: Path_, matched: Sequence[Path_]) -> bool:
    return any(path[: len(above)] == above for above in matched)


def _steps(path: str) -> Path_:
    """`items[0].sku` as a path of the file."""
    steps = re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)
    return tuple(int(index) if index else name for index, name in steps)


def _matchers(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Where matchers stand, also misspelled ones."""
    if isinstance(value, dict):
        if matchers.matcher(value) or matchers.meant(value):
            yield path
        for key, held in value.items():
            yield from _matchers(held, (*path, key))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from _matchers(held, (*path, index))
