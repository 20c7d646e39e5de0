"""A flow with its times resolved, and what its expressions see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.delivery.decision import Policy
from engine.delivery.delivery import FlowName
from engine.errors import Fault, MappingError
from engine.expression.operations import printed
from engine.plan import FlowPlan
from engine.spec.flows import Flow


@dataclass(frozen=True)
class LiveFlow:
    """A flow in one environment.

    Attributes:
        flow: every time in it is known.
    """

    name: FlowName
    plan: FlowPlan
    flow: Flow
    policy: Policy

    @classmethod
    def of(cls, integration: str, plan: FlowPlan, flow: Flow) -> LiveFlow:
        delivery = flow.delivery
        policy = Policy(delivery.attempts, delivery.backoff, delivery.then)
        return cls(FlowName(integration, plan.name), plan, flow, policy)

    @property
    def reads(self) -> bool:
        """Whether its records are read in runs of their own, not after an event."""
        return self.flow.trigger.event is None

    @property
    def batch(self) -> int:
        return self.flow.batch or 1

    def key(self, scope: Mapping[str, Any]) -> str:
        """The key of a record as text; empty where the flow keeps no order.

        Raises:
            MappingError: it cannot be computed, or is null.
        """
        if self.plan.key is None:
            return ""
        return self.as_key(self.plan.key(scope))

    def as_key(self, value: Any) -> str:
        """The text of what `key` gave.

        Raises:
            MappingError: it has none.
        """
        if type(value) is str and 0 < len(value) <= MOST_CHARACTERS and "\0" not in value:
            return value
        return as_text(value, f"the key of a record of {self.name}")


MOST_CHARACTERS = 500
"""Of keys and ids: databases do not look up longer texts."""


def as_text(value: Any, what: str) -> str:
    """The text of a value by which something is looked up.

    Raises:
        MappingError: it has none (null, a list, an object, nothing in it), or one that no database takes.
    """
    if value is None:
        raise MappingError(f"{what} is null")
    try:
        text = printed(value)
    except Fault as fault:
        raise MappingError(f"{what} is no text: {fault.message}") from None
    if not text:
        raise MappingError(f"{what} is empty")
    if len(text) > MOST_CHARACTERS:
        raise MappingError(f"{what} has {len(text):,} characters; at most {MOST_CHARACTERS} can be looked up")
    if "\0" in text:
        raise MappingError(f"{what} holds the character NUL (\\u0000), which no database looks up")
    return text
