"""`POST /v1/{integration}/messages/{message}`: answered in real time."""

from __future__ import annotations

from starlette.responses import Response

from engine.api import problems
from engine.api.requests import as_json, as_problem, decoded, key_of
from engine.api.routes import Request, Route
from engine.errors import Refused, Unreachable
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Completed, Engine


def routes(engine: Engine, live: LiveIntegration) -> dict[str, Route]:
    """A path for each message."""
    return {f"/v1/{live.name}/messages/{name}": _route(engine, live, name) for name in live.messages}


def _route(engine: Engine, live: LiveIntegration, name: str) -> Route:
    async def answer(request: Request) -> Response:
        value, key = decoded(request.body, request.headers), key_of(request.headers)
        return _answered(await engine.run(live.name, name, value, key, request.trace), live)

    return Route(live, "POST", ("message", name), answer)


def _answered(answer: Completed, live: LiveIntegration) -> Response:
    """The exchange as an HTTP answer: 200, 207 if records of a batch failed, or a problem."""
    exchange = answer.exchange
    headers = {"Engine-Exchange": exchange.id}
    if answer.error is not None:
        wait = getattr(answer.error, "retry_after", None)
        if isinstance(answer.error, (Refused, Unreachable)) and wait:
            headers["Retry-After"] = str(max(round(wait), 1))
        return as_problem(problems.of_error(answer.error, exchange.id, live.redactor), headers)
    if exchange.answered_by != "system":
        headers["Engine-Answered-By"] = exchange.answered_by.replace(" ", "-")
    if answer.failed:
        return as_json({"reply": exchange.reply, "failed": answer.failed}, 207, headers)
    return as_json(exchange.reply, 200, headers)
