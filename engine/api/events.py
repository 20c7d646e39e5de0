"""`POST /v1/{integration}/events/{event}`: 202 once it is safe. A JSON list is several events, accepted all or none."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from engine.api import problems
from engine.api.counts import Counts
from engine.api.requests import Problem, as_json, as_problem, decoded, key_of
from engine.api.routes import Request, Route
from engine.errors import EngineError, Unreachable
from engine.exchange import new_id
from engine.plan import EventPlan
from engine.runtime.by_itself.flows import Flows
from engine.runtime.intake.events import Posted, Taken
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.recording import status

MOST = 1000  # events in one call


def routes(flows: Flows, live: LiveIntegration, counts: Counts | None = None) -> dict[str, Route]:
    """A path for each event.

    Args:
        counts: where it is counted what becomes of them.
    """
    return {f"/v1/{live.name}/events/{name}": _route(flows, live, plan, counts) for name, plan in live.events.items()}


def _route(flows: Flows, live: LiveIntegration, plan: EventPlan, counts: Counts | None) -> Route:
    def count(outcome: str, events: int = 1) -> None:
        if counts is not None:
            counts.events[live.name, plan.name, outcome] += events

    async def answer(request: Request) -> Response:
        posted = decoded(request.body, request.headers)
        posts = posts_of(plan, posted, key_of(request.headers))
        headers = {name.replace("-", "_"): value for name, value in request.headers.items()}
        try:
            taken = await flows.intake.take(live.name, plan.name, posts, headers)
        except EngineError as error:
            count(status(error), len(posts))
            again = {"Retry-After": "5"} if isinstance(error, Unreachable) else None
            return as_problem(problems.of_error(error, new_id(), live.redactor), again)
        for one in taken:
            count(_outcome(one))
        if is_several(plan, posted):
            return as_json([_told(one) for one in taken], 202)
        return as_json(_told(taken[0]), 202, _headers(live.name, taken[0]))

    return Route(live, "POST", ("event", plan.name), answer)


def posts_of(plan: EventPlan, posted: Any, key: str) -> list[Posted]:
    """The events that were posted.

    Args:
        key: the Idempotency-Key of the request.

    Raises:
        Problem: they are too many.
    """
    if not is_several(plan, posted):
        return [Posted(posted, key)]
    if len(posted) > MOST:
        raise Problem("too-large", f"at most {MOST:,} events are posted in one call")
    return [Posted(body, f"{key}#{number}" if key else "") for number, body in enumerate(posted)]


def is_several(plan: EventPlan, posted: Any) -> bool:
    """Whether a list is several events, rather than one that is a list."""
    takes_lists = plan.schema is not None and "array" in str(plan.schema.get("type", ""))
    return isinstance(posted, list) and not takes_lists


def _headers(integration: str, taken: Taken) -> dict[str, str]:
    """The exchange, and where its delivery is shown while it is open."""
    place = {} if taken.ignored else {"Location": f"/v1/{integration}/deliveries/{taken.exchange}"}
    return {"Engine-Exchange": taken.exchange, **place}


def _outcome(taken: Taken) -> str:
    return "known" if taken.known else "ignored" if taken.ignored else "accepted"


def _told(taken: Taken) -> dict[str, Any]:
    told: dict[str, Any] = {"exchange": taken.exchange}
    if taken.known:
        told["known"] = True
    if taken.ignored:
        told["ignored"] = True
    return told
