"""What describes the engine: whether it lives, whether it takes work, how it is doing, what it offers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from starlette.responses import Response

from engine.api.access import Denied
from engine.api.backlog import Backlog, BacklogReader
from engine.api.openapi import document
from engine.api.requests import Problem, as_json
from engine.api.vitals import Vitals
from engine.errors import Unreachable
from engine.runtime.by_itself.flows import Flows
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine

PATHS = ("/healthz", "/readyz", "/metrics", "/openapi.json")


class Describing:
    """Answers `PATHS`. Everybody is told whether the engine lives and takes work; the rest is for allowed networks.

    Args:
        ready: whether the engine takes new work.
        flows: None where only messages are answered.
        vitals: None where nothing is counted.
    """

    def __init__(self, engine: Engine, ready: Callable[[], bool], flows: Flows | None, vitals: Vitals | None) -> None:
        self._ready = ready
        self._flows = flows
        self._vitals = vitals
        self._backlog = None if flows is None else BacklogReader(flows.store, engine.integrations.values())
        self._answers_messages = any(live.messages for live in engine.integrations.values()) and (
            flows is None or flows.duties.api
        )

    async def answer(self, path: str, visible: Sequence[LiveIntegration]) -> Response:
        """The answer to a path of `PATHS`.

        Args:
            visible: the integrations that the caller's network may know of.
        """
        if path == "/healthz":
            return as_json({"status": "ok"})
        if path == "/readyz":
            return await self._readiness(visible)
        if path == "/metrics":
            return await self._metrics(visible)
        return as_json(document(visible))

    async def _readiness(self, visible: Sequence[LiveIntegration]) -> Response:
        """200 while the engine takes work. What is wrong beside that is told to allowed networks, and changes no status:
        a shop's questions are answered while one system is down or a delivery is parked."""
        if not self._ready():
            return as_json({"status": "stopping"}, 503)
        backlog, told = await self._read_backlog(), {}
        if self._backlog is not None:
            told["store"] = "reachable" if backlog is not None else "unreachable"
        status = "ready" if backlog is not None or self._backlog is None or self._answers_messages else "no store"
        if not visible:
            told = {}
        elif self._vitals is not None:
            told |= self._details(backlog, visible, self._vitals)
        return as_json({"status": status, **told}, 200 if status == "ready" else 503)

    @staticmethod
    def _details(backlog: Backlog | None, visible: Sequence[LiveIntegration], vitals: Vitals) -> dict[str, Any]:
        names = {live.name for live in visible}
        offline = [one.name for live in visible for one in live.sessions.availabilities if one.is_offline]
        told: dict[str, Any] = {"offline": offline}
        if backlog is not None:
            parked = [one.count for one in backlog.open if one.state == "parked" and one.name.integration in names]
            told["parked"] = sum(parked)
        return told | ({"reload": vitals.trouble} if vitals.trouble else {})

    async def _metrics(self, visible: Sequence[LiveIntegration]) -> Response:
        if self._vitals is None:
            raise Problem("not-found", "nothing is counted here")
        if not visible:
            raise Denied("forbidden", "this network may not connect")
        from engine.api.metrics import CONTENT_TYPE, Numbers, exposed  # here: only who is asked needs the library

        now = self._flows.clock.now() if self._flows is not None else time.time()
        unasked = self._flows.engine.unasked if self._flows is not None else {}
        numbers = Numbers(self._vitals, visible, await self._read_backlog(), now, unasked)
        return Response(exposed(numbers), 200, media_type=CONTENT_TYPE)

    async def _read_backlog(self) -> Backlog | None:
        try:
            return await self._backlog.look() if self._backlog is not None else None
        except Unreachable:
            return None
