"""What an operator sees and does over HTTP: `GET …/deliveries`, `GET …/deliveries/{id}`, `POST …/resend` and `…/discard`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from starlette.responses import Response

from engine.api.requests import Problem, as_json, decoded
from engine.api.routes import OPEN, Request, Route
from engine.delivery.delivery import NEVER, Delivery, State
from engine.delivery.operating import Discard, Filter, Resend
from engine.errors import Unreachable
from engine.exchange import timestamp
from engine.runtime.by_itself.flows import Flows
from engine.runtime.live.integration import LiveIntegration

MOST = 1000


def routes(flows: Flows, live: LiveIntegration) -> dict[str, Route]:
    """The operator's paths of one integration; a client needs `may: {operate: true}`."""
    api = _Api(flows, live)
    base = f"/v1/{live.name}/deliveries"
    asked = {
        base: ("GET", api.list),
        f"{base}/{OPEN}": ("GET", api.show),
        f"{base}/{OPEN}/resend": ("POST", api.resend),
        f"{base}/{OPEN}/discard": ("POST", api.discard),
    }
    return {path: Route(live, method, ("operate", ""), answer) for path, (method, answer) in asked.items()}


class _Api:
    def __init__(self, flows: Flows, live: LiveIntegration) -> None:
        self._flows = flows
        self._live = live

    async def list(self, request: Request) -> Response:
        """Open deliveries, `?state=parked&flow=orders&key=…&text=…&after=…`; without payloads."""
        filter = _filter(self._live.name, request.query)
        return as_json([_told(one) for one in await self._asked(self._flows.store.found(filter))])

    async def show(self, request: Request) -> Response:
        """One delivery with what it delivers, redacted."""
        (one,) = await self._asked(self._flows.store.found(self._one(request))) or [None]
        shown = {"payload": self._live.redactor.value(_known(one, request).payload)}
        if one.original is not None:
            shown["original"] = self._live.redactor.value(one.original)
        return as_json({**_told(one), **shown})

    async def resend(self, request: Request) -> Response:
        """Try a parked one again, or a sent one that waits for an answer; a body `{"payload": …}` is delivered in place
        of what was accepted."""
        body = decoded(request.body, request.headers) if request.body else {}
        payload = body.get("payload") if isinstance(body, dict) else None
        if payload is not None and not isinstance(payload, dict):
            raise Problem("unreadable", 'write {"payload": {"record": …}}, as `GET …/deliveries/{id}` shows it')
        chosen = await self._asked(
            self._flows.store.resend(Resend(self._one(request), self._now(), payload, _why(body)))
        )
        return as_json(_told(_known(next(iter(chosen), None), request)))

    async def discard(self, request: Request) -> Response:
        """Drop a parked or sent one for good; the body says why: `{"why": …}`."""
        body = decoded(request.body, request.headers)
        if not _why(body):
            raise Problem("unreadable", 'say why: {"why": "…"}')
        chosen = await self._asked(self._flows.store.discard(Discard(self._one(request), self._now(), _why(body))))
        return as_json(_told(_known(next(iter(chosen), None), request)))

    def _now(self) -> float:
        return self._flows.clock.now()

    def _one(self, request: Request) -> Filter:
        return Filter(integration=self._live.name, ids=(request.name,))

    async def _asked(self, work: Any) -> Any:
        try:
            return await work
        except Unreachable as error:
            raise Problem("unreachable", error.text, {"Retry-After": "5"}) from None


def _why(body: Any) -> str:
    why = body.get("why") if isinstance(body, dict) else None
    return why.strip() if isinstance(why, str) else ""


def _known(found: Delivery | None, request: Request) -> Delivery:
    if found is None:
        raise Problem(
            "not-found",
            f"no delivery {request.name} is in that state; parked ones, and sent ones that wait for an answer, can be "
            "resent or discarded",
        )
    return found


def _filter(integration: str, query: Mapping[str, str]) -> Filter:
    known = ("flow", "state", "key", "text", "after", "limit")
    for name in query:
        if name not in known:
            raise Problem("unreadable", f"there is no parameter {name}; there is: {', '.join(known)}")
    state = query.get("state")
    if state is not None and state not in get_args(State):
        raise Problem("unreadable", f"there is no state {state}; there is: {', '.join(get_args(State))}")
    numbers = {name: query[name] for name in ("after", "limit") if name in query}
    if any(not text.isdecimal() for text in numbers.values()):
        raise Problem("unreadable", "after and limit are numbers")
    given: dict[str, Any] = {name: query[name] for name in ("flow", "state", "key", "text") if name in query}
    limit = min(int(numbers.get("limit", "100")), MOST)
    return Filter(integration, after=int(numbers.get("after", "0")), limit=limit, **given)


def _told(one: Delivery) -> dict[str, Any]:
    sent = {"sent": timestamp(one.since)} if one.state == "sent" else {}
    return {
        "exchange": one.id,
        "flow": one.name.flow,
        "key": one.key,
        "state": one.state,
        "attempts": one.attempts,
        "error": one.error,
        "accepted": timestamp(one.created),
        "due": timestamp(one.due) if one.due < NEVER else None,
        **sent,
        "sequence": one.sequence,
    }
