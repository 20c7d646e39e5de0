"""Steps and mappings, compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.calls import fields
from engine.expression.compiled import Compiled
from engine.expression.writer import Writer
from engine.mapping import Node, compile_mapping, compile_mappings
from engine.plan.plan import StepPlan
from engine.spec.integration import Integration
from engine.spec.messages import Step


@dataclass(frozen=True)
class Compiler:
    """How the mappings of one integration are compiled.

    Attributes:
        redact: fields whose values never stand in an error.
        write: makes a writer for each mapping; one that observes, for coverage.
    """

    integration: Integration
    redact: frozenset[str]
    write: Callable[[], Writer]

    def mapping(self, node: Node | None) -> Compiled | None:
        return None if node is None else compile_mapping(node, self.redact, self.write())

    def step(self, step: Step, number: int = 0) -> StepPlan:
        """One step of a message (its place counts from 1), or a flow's reading."""
        message = self.integration.message_called(step.call or "")
        kind = "message" if message else "call" if step.call else "refuse" if step.refuse is not None else "value"
        connection, _, name = (step.call or "").partition(".")
        twice = self._twice(step.call) if kind == "call" else ""
        return StepPlan(
            step=step,
            kind=kind,  # type: ignore[arg-type]
            label=step.call or step.save or kind,
            target=message or (connection, name),
            when=self.mapping(step.when),
            each=self.mapping(step.each),
            request=self._request(step),
            has_body=step.body is not None,
            value=self.mapping(step.value),
            until=self.mapping(step.repeat.until if step.repeat else None),
            refuse=self.mapping(step.refuse),
            once=twice == "once",
            reads=twice == "read",
            number=number,
        )

    def _request(self, step: Step) -> Compiled:
        parts = {"path": fields(step.path), "query": fields(step.query), "headers": fields(step.headers)}
        return compile_mappings({**parts, "body": step.body}, self.redact, self.write())

    def _twice(self, call: str | None) -> str:
        """What a second call does; empty where the protocol does not say."""
        _, endpoint = self.integration.endpoint_called(call)
        return getattr(endpoint, "what_twice", "")
