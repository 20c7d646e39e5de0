"""Rows of a recorded exchange, and the entry that rows make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.exchange import Moment
from engine.formats.json import dumps, loads
from engine.journal import payloads
from engine.journal.entries import Entry
from engine.journal.waiting import Recorded

_ERROR = 8_000


def exchange_row(recorded: Recorded) -> dict[str, Any]:
    """The row of an exchange."""
    moments = recorded.moments
    redactor = recorded.redactor
    return {
        "id": recorded.id,
        "integration": recorded.integration,
        "message": recorded.message,
        "key": redactor.text(recorded.key),
        "at": recorded.at,
        "status": recorded.status,
        "answered_by": recorded.answered_by,
        "duration": recorded.duration,
        "error": redactor.text(recorded.error)[:_ERROR],
        "reached": max([moment[0] for moment in moments], default=0),
        "delivery": recorded.delivery,
        "event": redactor.text(recorded.event),
        "moments": dumps([moment[:3] for moment in moments]).decode(),
    }


def payload_rows(recorded: Recorded) -> list[dict[str, Any]]:
    """The rows of its payloads, none where none were logged."""
    return [
        {
            "exchange": recorded.id,
            "place": place,
            "point": moment.point,
            "call": moment.call,
            "text": payloads.text(moment.payload, recorded.redactor),
        }
        for place, moment in enumerate(recorded.moments)
        if moment.payload is not None
    ]


def entry(row: Sequence[Any], texts: Mapping[int, str]) -> Entry:
    """An entry of an exchange's columns in their order, and the texts of its payloads by their place."""
    *columns, moments = row
    passed = [Moment._make([*moment, texts.get(place)]) for place, moment in enumerate(loads(moments))]
    return Entry(*[*columns, tuple(passed)])
