"""Deliveries in a line each, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.delivery.delivery import Delivery
    from engine.delivery.finding import Found

Looked = TypeVar("Looked")


def line_of(one: Delivery) -> str:
    """What it is, in which state, how often it was tried, and below that why it failed."""
    from engine.exchange import timestamp

    key = f"  key {one.key}" if one.key else ""
    error = f"\n    {one.error}" if one.error else ""
    sent = f" at {timestamp(one.since)}, waiting for an answer" if one.state == "sent" else ""
    tries = f"{one.attempts} attempt{'' if one.attempts == 1 else 's'}"
    return f"{one.id}  {timestamp(one.created)}  {one.name}{key}  {one.state}{sent}, {tries}{error}"


def found_in(store: str, name: str) -> Found:
    """What the store of deliveries knows by a name.

    Raises:
        JournalUnusable: there is no store.
    """
    from engine.delivery.finding import Found, sought

    return _looked(store, lambda connection: sought(connection, name)) or Found()


def offline_in(store: str) -> Mapping[str, float]:
    """Connections that an engine on the store has found offline, and when one tries again (seconds since 1970)."""
    from engine.delivery.finding import offline

    return _looked(store, offline) or {}


def _looked(store: str, look: Callable[[Connection], Looked]) -> Looked | None:
    from sqlalchemy.exc import DBAPIError

    from engine.journal.tables import reading

    engine = reading(store)
    try:
        with engine.connect() as connection:
            return look(connection)
    except DBAPIError:  # the journal, which is in the same place, says what is wrong with it
        return None
    finally:
        engine.dispose()


def lines_of(found: Found) -> Iterator[str]:
    """What was found, event by event and delivery by delivery."""
    from engine.exchange import timestamp

    for one in found.events:
        event = f'{one.event.integration}.{one.event.event} "{one.event.id}"'
        yield f"accepted  {timestamp(one.at)}  event {event}: exchange {one.exchange}"
    for delivery in found.open:
        yield f"open      {line_of(delivery)}"
    if any(delivery.state in ("parked", "sent") for delivery in found.open):
        yield "engine parked show ID, resend ID or discard ID --why … goes on with one"
