"""Rows that a flow has taken from a system: which they are, and what is written back into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.calls import Call
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.errors import EngineError, Refused
from engine.exchange import Trace
from engine.formats.json import dumps
from engine.plan import ClaimPlan
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration

SENT = "(sent)"
"""Among the results of a delivery: its message is done, and only the row is still to be written."""


@dataclass(frozen=True)
class Rows:
    """The rows of one flow that claims."""

    live: LiveIntegration
    flow: LiveFlow
    plan: ClaimPlan

    @classmethod
    def of(cls, live: LiveIntegration, flow: LiveFlow) -> Rows | None:
        """None: the flow does not claim."""
        return None if flow.plan.claim is None else cls(live, flow, flow.plan.claim)

    def name(self, record: Any) -> str:
        """Which row a record is, as text."""
        return f"{'.'.join(self.plan.target)} {dumps([record[column] for column in self.plan.key]).decode()}"

    async def done(self, scopes: Sequence[Mapping[str, Any]], trace: Trace) -> None:
        """Write back that records are delivered, or skipped for good.

        Args:
            scopes: what `done` sees of each: record, exchange, reply.

        Raises:
            EngineError: it cannot be written.
        """
        await self._write("done", [(scope["record"], self.plan.done(scope)) for scope in scopes], trace)

    async def failed(self, scopes: Sequence[Mapping[str, Any]], trace: Trace) -> None:
        """Write back that records are parked or discarded.

        Args:
            scopes: what `failed` sees of each: record, exchange, error.

        Raises:
            EngineError: it cannot be written.
        """
        await self._write("failed", [(scope["record"], self.plan.failed(scope)) for scope in scopes], trace)

    async def renew(self, store: Store, trace: Trace) -> None:
        """Say of all rows under way that they are still worked on, so that no other engine takes them.

        Raises:
            EngineError: it cannot be written, or the store is away.
        """
        name = self.flow.name
        async for found in store.found_all(Filter(name.integration, name.flow)):
            records = [one.payload["record"] for one in found if one.state != "parked" and "record" in one.payload]
            await self._write("renew", [(record, None) for record in records], trace)

    async def _write(self, what: str, rows: Sequence[tuple[Any, Any]], trace: Trace) -> None:
        if not rows:
            return
        connection, endpoint = self.plan.target
        body = [{"key": {name: record[name] for name in self.plan.key}, "values": values} for record, values in rows]
        before, trace.call = trace.call, f"{connection}.{endpoint}:{what}"
        try:
            call = Call(f"{endpoint}:{what}", body=body, retries=False)
            await self.live.sessions[connection].send(call, trace)
        finally:
            trace.call = before


def told(error: EngineError | None, text: str) -> dict[str, Any]:
    """`error` as `failed` sees it.

    Args:
        text: its words, redacted.
    """
    plain = error.text if isinstance(error, Refused) else text
    code = error.code if isinstance(error, Refused) else ""
    return {"text": plain, "code": code}
