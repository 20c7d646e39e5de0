"""Sent is not done: what a flow's records say of the deliveries of other flows that wait for an answer (`confirm`)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.delivery.confirming import Answer, Answered, Late
from engine.delivery.delivery import FlowName
from engine.errors import EngineError, Fault, MappingError, Refused, Unreachable
from engine.exchange import timestamp
from engine.expression.operations import printed, truth
from engine.plan import FlowPlan
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine

log = logging.getLogger("engine.answers")

NOBODY = "nobody"
"""Answered what was not answered in time."""


def answers(live: LiveIntegration, flow: LiveFlow, scope: Mapping[str, Any], now: float) -> Iterator[Answer]:
    """What a record of a flow answers; a flow that is switched off still hears of what it has sent.

    Args:
        scope: what the flow's expressions see of the record.
    """
    asking = live.plan.asking.get(flow.name.flow, ())
    if not asking:
        return
    try:
        key = flow.key(scope)
    except MappingError:
        return  # its own delivery is parked for it
    for plan in asking:
        yield Answer(
            FlowName(live.name, plan.name), key, now, live.redactor.text(_refused(plan, scope, flow.name.flow))
        )


def _refused(plan: FlowPlan, scope: Mapping[str, Any], by: str) -> str:
    """Why an answer is a no; empty if it is a yes. One that cannot be judged is a no, so that a person looks."""
    try:
        if plan.refused is None or not truth(plan.refused(scope)):
            return ""
        words = plan.error(scope) if plan.error is not None else None
        return (printed(words) if words is not None else "") or f"refused by {by}, without a word"
    except Fault as fault:
        return f"the answer by {by} cannot be told: {fault.message}"
    except EngineError as error:
        return f"the answer by {by} cannot be judged: {error}"


def tell(engine: Engine, live: LiveIntegration, by: str, answered: Sequence[Answered]) -> None:
    """Keep in the journal what came of answers, and count those that nothing waited for.

    Args:
        by: the flow whose records they are.
    """
    for one in answered:
        if one.became == "unasked":
            engine.unasked[live.name, one.answer.name.flow] += 1
        else:
            error = Refused(one.answer.refused, code="refused") if one.answer.refused else None
            engine.record_answer(live, one.answer.name.flow, one.id, one.answer.key, by, error)


def tell_late(engine: Engine, live: LiveIntegration, late: Late, now: float) -> None:
    """Say that an answer has not come in time, in the log and in the journal."""
    words = f"no answer came within {now - late.sent:,.0f} s; it was sent at {timestamp(late.sent)}"
    log.warning("%s: %s: key %s: %s", late.name, late.id, live.redactor.text(late.key), words)
    error = Unreachable(words, cause="timeout", may_have_happened=True)
    engine.record_answer(live, late.name.flow, late.id, late.key, NOBODY, error)
