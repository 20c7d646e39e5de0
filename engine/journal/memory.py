"""The journal in memory: the same interface and redaction, gone with the process."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.exchange import Exchange, new_id
from engine.journal import rows
from engine.journal.entries import Entry, Filter, id_at, id_at_seconds
from engine.journal.search import the_one
from engine.journal.waiting import Limits, Waiting
from engine.redaction import Redactor


class MemoryJournal:
    """Keeps exchanges in a list, sorted by id; it is also its own search."""

    lost = 0
    stripped = 0

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._sequence = 0
        self._lock = threading.Lock()

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        """Keep an exchange."""
        waiting = Waiting(Limits())
        waiting.put(exchange, redactor)
        (recorded,) = waiting.take(1)
        texts = {row["place"]: row["text"] for row in rows.payload_rows(recorded)}
        with self._lock:
            at = bisect_left(self._entries, recorded.id, key=lambda kept: kept.id)
            if self._entries[at : at + 1] and self._entries[at].id == recorded.id:  # an attempt at the same delivery
                recorded = recorded._replace(id=f"{recorded.id}-{new_id()[-6:]}")
            self._sequence += 1
            entry = rows.entry((self._sequence, *rows.exchange_row(recorded).values()), texts)
            insort(self._entries, entry, key=lambda kept: kept.id)

    def flush(self, timeout: float = 10.0) -> bool:
        """Nothing waits here."""
        return True

    def purge(self, keep: Mapping[str, float]) -> None:
        """Drop what is older than its integration keeps it (seconds)."""
        before = {integration: id_at_seconds(time.time() - seconds) for integration, seconds in keep.items()}
        with self._lock:
            self._entries = [entry for entry in self._entries if entry.id >= before.get(entry.integration, "")]

    def retain(self, keep: Mapping[str, float]) -> None:
        """Purge now; memory does not live long enough for more."""
        self.purge(keep)

    def search(self) -> MemoryJournal:
        """This is its own search."""
        return self

    def close(self) -> None:
        """Nothing is held."""

    def entries(self, filter: Filter) -> Iterator[Entry]:
        """Exchanges, newest first."""
        left = filter.limit if filter.limit is not None else len(self._entries)
        for entry in reversed(self._entries[:]):
            if left > 0 and _matches(filter, entry):
                left -= 1
                yield _with_payloads_of(entry, filter.point)

    def get(self, id: str) -> Entry:
        """One exchange whole.

        Raises:
            NoSuchExchange: none or several begin with this.
        """
        found = {
            entry.delivery: entry.id for entry in self._entries if entry.delivery and entry.delivery.startswith(id)
        }
        found |= {entry.id: entry.id for entry in self._entries if entry.id.startswith(id)}
        only = the_one(id, dict(sorted(found.items())))
        return next(entry for entry in self._entries if entry.id == only)

    def latest(self) -> int:
        """The sequence of the exchange written last, 0 if there is none."""
        return self._sequence


def _matches(filter: Filter, entry: Entry) -> bool:
    return (
        filter.integration in (None, entry.integration)
        and filter.message in (None, entry.message)
        and filter.status in (None, entry.status)
        and filter.key in (None, entry.key, entry.event)
        and filter.delivery in (None, entry.delivery)
        and (filter.since is None or entry.id >= id_at(filter.since))
        and (filter.until is None or entry.id < id_at(filter.until))
        and (filter.after is None or entry.sequence > filter.after)
        and (filter.point is None or any(moment.point == filter.point for moment in entry.moments))
    )


def _with_payloads_of(entry: Entry, point: int | None) -> Entry:
    return replace(entry, moments=tuple([m if m.point == point else m._replace(payload=None) for m in entry.moments]))
