"""What a plan consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.expression.compiled import Compiled
from engine.schemas import Check
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
class Plan:
    """One integration, compiled."""

    integration: Integration
    messages: Mapping[str, MessagePlan]

    @property
    def name(self) -> str:
        return self.integration.name
