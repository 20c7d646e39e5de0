"""What flows do, as exchanges for the journal."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from engine.errors import EngineError, InvalidInput, MappingError, Refused, Unreachable
from engine.exchange import Exchange, Status, Trace, id_of, new_id, now
from engine.redaction import Redactor
from engine.runtime.live.integration import LiveIntegration

log = logging.getLogger("engine.exchanges")


class Recorder(Protocol):
    """Where exchanges go: the journal."""

    def record(self, exchange: Exchange, redactor: Redactor) -> None: ...


def attempt(
    live: LiveIntegration,
    about: Mapping[str, Any],
    flow: str,
    key: str,
    trace: Trace,
    error: EngineError | None,
) -> Exchange:
    """One attempt at a delivery, or at a batch of them, as an exchange with an id and a time of its own.

    Args:
        about: `exchange` as its expressions saw it, the same at every attempt, but for `at`: when this one began.
        key: of the flow; empty if it has none.
    """
    event = about["key"] if key and about["key"] not in (key, about["id"]) else ""
    began = round(datetime.fromisoformat(about["at"]).timestamp() * 1000)
    own = {**about, "id": id_of(began), "key": key or about["key"]}
    return _exchange(live, own, flow, trace, error)._replace(delivery=about["id"], event=event)


def work(
    live: LiveIntegration, about: Mapping[str, Any], name: str, trace: Trace, error: EngineError | None
) -> Exchange:
    """What is done once: one reading of a flow, or what a probe found."""
    return _exchange(live, about, name, trace, error)


def answer(live: LiveIntegration, flow: str, id: str, key: str, by: str, error: EngineError | None) -> Exchange:
    """An answer to what a flow has sent, or that there was none.

    Args:
        id: of the delivery's exchange.
        by: the flow whose record it is.
    """
    about = {"id": new_id(), "key": key, "at": now()}
    told = _exchange(live, about, flow, Trace(payloads=False), error)
    return told._replace(answered_by=by, delivery=id, duration=0)


def _exchange(
    live: LiveIntegration, about: Mapping[str, Any], name: str, trace: Trace, error: EngineError | None
) -> Exchange:
    trace.call = ""
    trace.mark(280)
    return Exchange(
        id=about["id"],
        integration=live.name,
        message=name,
        key=about["key"],
        at=about["at"],
        status=status(error),
        reply=None,
        error=live.redactor.text(str(error)) if error else "",
        answered_by="system",
        duration=trace.micros,
        moments=tuple(trace.moments),
    )


def say(exchange: Exchange) -> None:
    """One line in the log, for whoever wants to see each exchange as it ends."""
    if log.isEnabledFor(logging.DEBUG):
        key = "" if exchange.key in (exchange.id, exchange.delivery) else f", key {exchange.key}"
        why = f": {exchange.error}" if exchange.error else ""
        name, took = f"{exchange.integration}.{exchange.message}", exchange.duration / 1000
        log.debug("%s%s: %s in %.1f ms%s", name, key, exchange.status, took, why)


def status(error: EngineError | None) -> Status:
    """The outcome of an exchange that ended so."""
    if error is None:
        return "done"
    kinds: tuple[tuple[type[EngineError], Status], ...] = (
        (InvalidInput, "invalid"),
        (Refused, "refused"),
        (Unreachable, "unreachable"),
        (MappingError, "mapping"),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), "stopped")
