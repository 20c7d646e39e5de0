"""A message as a sequence diagram: who asks whom, in the order of its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.docs.endpoints import operation
from engine.docs.sequence import Arrow, Diagram, Event, Frame, Note
from engine.docs.steps import refusal
from engine.docs.words import condition, rule
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step

CALLER, ENGINE = "(caller)", "(engine)"
"""No connection is called so."""


def journey(integration: Integration, name: str, message: Message) -> Diagram:
    """The diagram of one message; logins are left out."""
    steps = [event for step in message.steps for event in _step(integration, step)]
    events = [Arrow(CALLER, ENGINE, name), *steps, Arrow(ENGINE, CALLER, "reply", answer=True)]
    who = participants(integration, steps, {CALLER: "Caller", ENGINE: "Engine"})
    return Diagram(f"{integration.name}.{name}", who, events)


def participants(integration: Integration, events: Sequence[Event], first: dict[str, str]) -> dict[str, str]:
    """Who takes part, by key: those given, then the systems that are called."""
    used = [key for event in events for key in _systems(event)]
    return first | {key: _title(integration, key) for key in dict.fromkeys(used) if key not in first}


def _step(integration: Integration, step: Step) -> Iterator[Event]:
    events: list[Event] = list(_action(integration, step))
    if step.repeat is not None:
        events = [Frame("loop", f"until {condition(step.repeat.until)}", events)]
    if step.each is not None:
        events = [Frame("loop", f"for each {step.item} of {rule(step.each)}", events)]
    conditions = list(_conditions(step))
    yield from [Frame("opt", "; ".join(conditions), events)] if conditions else events


def _conditions(step: Step) -> Iterator[str]:
    """Under which conditions a step runs, and what its failure does."""
    if step.when is not None:
        yield f"if {condition(step.when)}"
    if step.unless:
        yield f"if {step.unless} is missing"
    if step.always:
        yield "also after a failure"
    if step.optional:
        yield "its failure spoils nothing"


def _action(integration: Integration, step: Step) -> Iterator[Event]:
    if step.refuse is not None:
        yield Arrow(ENGINE, CALLER, f"refused: {refusal(step)}", answer=True)
        return
    if not step.call:
        yield Note(ENGINE, f"computes {step.save or 'a value'}")
        return
    found = operation(integration, step.call)
    if found is not None:
        target = step.call.partition(".")[0]
        yield Arrow(ENGINE, target, found.what)
        yield Arrow(target, ENGINE, step.save or "accepted", answer=True)
        return
    system, _, message = step.call.rpartition(".")
    if not system:
        yield Arrow(ENGINE, ENGINE, f"message {message}")
        return
    yield Arrow(ENGINE, system, f"message {message}")
    yield Arrow(system, ENGINE, step.save or "accepted", answer=True)


def _systems(event: Event) -> Iterator[str]:
    if isinstance(event, Arrow):
        yield from (event.source, event.target)
    elif isinstance(event, Frame):
        for inner in event.events:
            yield from _systems(inner)


def _title(integration: Integration, key: str) -> str:
    """What a participant is called: the system, and its connection where it has several."""
    if key in integration.uses and key not in integration.connections:
        return f"{integration.uses[key]} (integration)"
    system = integration.title or integration.name
    return system if len(integration.connections) == 1 else f"{system}: {key}"
