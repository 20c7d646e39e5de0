"""What a step does, in a sentence."""

from __future__ import annotations

from engine.docs.endpoints import EFFECTS, operation
from engine.docs.shown import worded
from engine.docs.words import condition, rule
from engine.expression.expressions import Expression
from engine.mapping import Constant
from engine.spec.integration import Integration
from engine.spec.messages import Step


def what(step: Step) -> str:
    """The kind of a step, for one that calls nothing."""
    return "refuse" if step.refuse is not None else "compute"


def told(integration: Integration, step: Step) -> str:
    """What a step does, under which conditions, and how often."""
    return "; ".join(filter(None, [_action(integration, step), *_conditions(integration, step)]))


def _action(integration: Integration, step: Step) -> str:
    if step.refuse is not None:
        later = ", and may be tried again later" if step.temporary else ""
        return f"refuses the message{later}: {refusal(step)}"
    if not step.call:
        return "computes a value"
    found = operation(integration, step.call)
    if found is None:
        return "runs the message"
    words = f"{found.what}, {EFFECTS[found.effect]}"
    return f"{found.endpoint.description}: {words}" if found.endpoint.description else words


def _conditions(integration: Integration, step: Step) -> list[str]:
    found = []
    if step.when is not None:
        found.append(f"only if {condition(step.when)}")
    if step.unless:
        found.append(f"only if {step.unless} is missing, else its result is taken")
    if step.each is not None:
        found.append(f"once for each of: {rule(step.each)} (each called {step.item})")
    if step.repeat is not None:
        every, limit = (
            worded(step.repeat.every, integration, "duration"),
            worded(step.repeat.limit, integration, "duration"),
        )
        found.append(f"again every {every} until {condition(step.repeat.until)}, for at most {limit}")
    if step.always:
        found.append("also after a failure")
    if step.optional:
        found.append("its failure spoils nothing")
    return found


def refusal(step: Step) -> str:
    """The words with which a step refuses."""
    if isinstance(step.refuse, Expression):
        return rule(step.refuse).removeprefix("the text ")
    return f"“{step.refuse.value}”" if isinstance(step.refuse, Constant) else ""
