"""What flows do, as exchanges for the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import EngineError, InvalidInput, MappingError, Refused, Unreachable
from engine.exchange import Exchange, Status, Trace, new_id, now
from engine.runtime.live import LiveIntegration


def attempt(
    live: LiveIntegration,
    about: Mapping[str, Any],
    flow: str,
    key: str,
    trace: Trace,
    error: EngineError | None,
) -> Exchange:
    """One attempt at a delivery, or one reading.

    Args:
        about: `exchange` as its expressions saw it.
        key: by which people look for it.
    """
    trace.call = ""
    trace.mark(280)
    again = f"-{about['attempt']}" if about["attempt"] > 1 else ""
    return Exchange(
        id=f"{about['id']}{again}",
        integration=live.name,
        message=flow,
        key=key or about["key"],
        at=about["at"],
        status=status(error),
        reply=None,
        error=live.redactor.text(str(error)) if error else "",
        answered_by="system",
        duration=trace.micros,
        moments=tuple(trace.moments),
    )


def answer(live: LiveIntegration, flow: str, id: str, key: str, by: str, error: EngineError | None) -> Exchange:
    """An answer to what a flow has sent, or that there was none.

    Args:
        id: of the delivery's exchange.
        by: the flow whose record it is.
    """
    trace = Trace(payloads=False)
    trace.mark(280)
    return Exchange(
        id=f"{id}-answer-{new_id()[-6:]}",  # several may come
        integration=live.name,
        message=flow,
        key=key,
        at=now(),
        status=status(error),
        reply=None,
        error=live.redactor.text(str(error)) if error else "",
        answered_by=by,
        duration=0,
        moments=tuple(trace.moments),
    )


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
