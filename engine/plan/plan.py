"""What a plan consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.expression.compiled import Compiled
from engine.schemas import Check
from engine.spec.events import Event
from engine.spec.flows import Flow
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step


@dataclass(frozen=True)
class StepPlan:
    """One step, compiled.

    Attributes:
        kind: what it does.
        label: how the trace calls it: the endpoint, the message, or the saved name.
        target: (connection, endpoint) of a call; (integration, message) of a message.
        request: over a scope, `(path, query, headers, body)`.
        value: over a scope, what the name stands for; None takes records, else reply.
        once: whether its endpoint would do a thing twice when called twice.
        reads: whether its endpoint changes nothing.
        number: its place among the steps of its message.
    """

    step: Step
    kind: Literal["call", "message", "value", "refuse"]
    label: str
    target: tuple[str, str]
    when: Compiled | None
    each: Compiled | None
    request: Compiled
    has_body: bool
    value: Compiled | None
    until: Compiled | None
    refuse: Compiled | None
    once: bool
    reads: bool
    number: int


@dataclass(frozen=True)
class MessagePlan:
    """One message, compiled.

    Attributes:
        check_input: every way in which an input does not fit its schema.
        check_output: the same for the reply.
    """

    name: str
    message: Message
    steps: tuple[StepPlan, ...]
    reply: Compiled | None
    fallback: Compiled | None
    failed: Compiled | None
    cache_key: Compiled | None
    check_input: Check | None
    check_output: Check | None
    input_schema: Mapping[str, Any] | None
    output_schema: Mapping[str, Any] | None


@dataclass(frozen=True)
class EventPlan:
    """One event that may be posted, compiled.

    Attributes:
        check: every way in which what is posted does not fit its schema.
        map, when, id: over `settings body headers`.
    """

    name: str
    event: Event
    check: Check | None
    schema: Mapping[str, Any] | None
    map: Compiled | None
    when: Compiled | None
    id: Compiled | None


@dataclass(frozen=True)
class DetailsPlan:
    """What belongs to the records of a page: a call, and the field that is equal."""

    step: StepPlan
    match: str


@dataclass(frozen=True)
class ClaimPlan:
    """How rows are written back that a flow takes.

    Attributes:
        target: (connection, endpoint) that takes them.
        key: the columns that tell rows apart.
        done, failed: over a scope, what is set.
    """

    target: tuple[str, str]
    key: tuple[str, ...]
    done: Compiled
    failed: Compiled


@dataclass(frozen=True)
class FlowPlan:
    """One flow, compiled.

    Attributes:
        target: (integration, message) it sends.
        read: as a step without a name; None where the record is the event.
        start, next: over a scope, where reading begins and how it goes on.
        claim: how what it takes is written back; None where it takes nothing.
        changed: over a scope, the values that must differ, as a list.
        wanted: over `records` and what else `when`, `key` and `changed` see, of each that is wanted
            `[record, key, values that must differ]`; None where where a record stood is asked for, or nothing is sent in
            batches.
    """

    name: str
    flow: Flow
    target: tuple[str, str]
    read: StepPlan | None
    claim: ClaimPlan | None
    details: Mapping[str, DetailsPlan]
    start: Compiled | None
    next: Compiled | None
    when: Compiled | None
    until: Compiled | None
    refresh: tuple[str, str] | None
    changed: Compiled | None
    key: Compiled | None
    wanted: Compiled | None
    input: Compiled | None
    refused: Compiled | None
    error: Compiled | None


@dataclass(frozen=True)
class Plan:
    """One integration, compiled.

    Attributes:
        asking: by flow, those whose deliveries wait for an answer by its records (`confirm`).
    """

    integration: Integration
    messages: Mapping[str, MessagePlan]
    events: Mapping[str, EventPlan]
    flows: Mapping[str, FlowPlan]
    asking: Mapping[str, Sequence[FlowPlan]]

    @property
    def name(self) -> str:
        return self.integration.name
