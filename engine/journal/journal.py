"""The journal in a database: one writer thread, many exchanges in one transaction."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.exchange import Exchange
from engine.journal import tables
from engine.journal.batch import Batch, reason
from engine.journal.entries import DEFAULT, JournalUnusable, id_at_seconds
from engine.journal.search import Search
from engine.journal.waiting import Limits, Waiting
from engine.redaction import Redactor

__all__ = ["DEFAULT", "Journal"]

logger = logging.getLogger("engine.journal")

_HOUR = 3600.0
_PURGED = 500  # rows of one transaction of retention: the write lock is short
_REPORT = 60.0  # seconds between two lines about losses


class Journal:
    """Keeps exchanges in a database.

    `record` appends to a bounded queue, nothing more. The writer thread gathers for a few milliseconds, makes the text,
    redacts and writes one transaction. A store that cannot be written is tried again and again, less and less often;
    meanwhile exchanges wait, then lose their payloads, then are lost; all of it is counted and logged.
    """

    def __init__(self, engine: Engine, url: str, limits: Limits) -> None:
        self._engine = engine
        self._url = url
        self._limits = limits
        self._waiting = Waiting(limits)
        self._batch = Batch(engine, self._waiting)
        self._reported = (0, 0)
        self._reported_at = 0.0
        self._prepared = False
        self._broken = False
        self._keep: Mapping[str, float] = {}
        self._purge_at: float | None = None
        self._purging: list[tuple[str, str]] = []
        self._asleep = False
        self._closing = False
        self._wake = threading.Event()
        self._flushes: list[threading.Event] = []
        self._writer = threading.Thread(target=self._run, name="journal", daemon=True)

    @classmethod
    def open(cls, url: str = DEFAULT, limits: Limits | None = None) -> Journal:
        """Open the store, making its tables if there are none, and start the writer.

        A store that cannot be written just now (disk full, read-only) is no error: the writer tries again.

        Raises:
            JournalUnusable: the store cannot be a journal, now or later.
        """
        journal = cls(tables.writing(url), url, limits or Limits())
        try:
            journal._prepare()
        except OperationalError as error:
            journal._trouble(error)
        except DBAPIError as error:
            raise JournalUnusable(f"{url} cannot be a journal: {error.orig}") from None
        journal._writer.start()
        return journal

    @property
    def lost(self) -> int:
        """Exchanges that could not be kept."""
        return self._waiting.lost + self._batch.failed

    @property
    def stripped(self) -> int:
        """Exchanges that were kept without their payloads because too much was waiting."""
        return self._waiting.stripped

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        """Keep an exchange; returns at once and never fails. Called by the event loop's thread."""
        if self._closing:
            self._waiting.lost += 1
            return
        self._waiting.put(exchange, redactor)
        if self._asleep:
            self._asleep = False
            self._wake.set()

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until everything asked for so far is done; False if it is not within so many seconds. Blocks."""
        if not self._writer.is_alive():
            return not self._waiting
        done = threading.Event()
        self._flushes.append(done)
        self._wake.set()
        return done.wait(timeout)

    def purge(self, keep: Mapping[str, float]) -> None:
        """Ask once for what is older than its integration keeps it (seconds) to go; `flush` waits for it."""
        now = time.time()
        self._purging += [(integration, id_at_seconds(now - seconds)) for integration, seconds in keep.items()]
        self._wake.set()

    def retain(self, keep: Mapping[str, float]) -> None:
        """Purge now and every hour from now on."""
        self._keep = dict(keep)
        self._purge_at = time.monotonic()
        self._wake.set()

    def search(self) -> Search:
        """What was kept, over a connection of its own."""
        return Search.open(self._url)

    def close(self) -> None:
        """Write what is left and stop. A store that cannot be written holds this up for `limits.closing` seconds."""
        self._closing = True
        self._wake.set()
        self._writer.join()
        self._engine.dispose()

    # -- the writer's thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause, deadline = self._limits.retry[0], None
        while True:
            try:
                self._write_all()
                pause = self._limits.retry[0]
                if self._closing and not self._waiting:
                    break
                self._rest()
            except Exception as error:
                self._trouble(error)
                if self._closing:
                    deadline = deadline or time.monotonic() + self._limits.closing
                    pause = min(pause, 0.2)
                    if time.monotonic() >= deadline:
                        break
                self._wake.wait(pause)
                self._wake.clear()
                pause = min(pause * 2, self._limits.retry[1])
        self._batch.failed += len(self._batch) + len(self._waiting)
        self._report(at_once=True)

    def _rest(self) -> None:
        """Sleep until there is something to do, then let exchanges gather."""
        if not self._wake.is_set() and not self._waiting:
            self._asleep = True
            if not self._waiting:  # looked at again: an exchange may have come before `_asleep` was seen
                due = None if self._purge_at is None else max(self._purge_at - time.monotonic(), 0.0)
                self._wake.wait(due)
            self._asleep = False
        self._wake.clear()
        if not (self._flushes or self._purging or self._closing):
            time.sleep(self._limits.collect)

    def _write_all(self) -> None:
        """Write what waits, purge what is due, tell those who wait for it.

        Raises:
            DBAPIError: the store cannot be written; what was to be written still waits.
        """
        flushes = len(self._flushes)
        if not self._prepared:
            self._prepare()
        self._write_waiting()
        if self._purge_at is not None and time.monotonic() >= self._purge_at:
            self._purge_at = time.monotonic() + _HOUR
            self.purge(self._keep)
        while self._purging and not self._closing:
            self._purge_some()
            time.sleep(self._limits.collect)
            self._write_waiting()
        self._report()
        for done in self._flushes[:flushes]:
            done.set()
        del self._flushes[:flushes]

    def _write_waiting(self) -> None:
        rounds = len(self._waiting) // self._limits.batch + 1
        while self._batch or (self._waiting and rounds):
            if not self._batch:
                self._batch.take(self._limits.batch)
                rounds -= 1
            self._batch.store()
            self._recovered()

    def _purge_some(self) -> None:
        """Delete some of what is too old, in one short transaction."""
        table, texts = tables.exchanges, tables.payloads
        integration, before = self._purging[0]
        aged = select(table.c.id).where(table.c.integration == integration, table.c.id < before)
        with self._engine.begin() as connection:
            ids = list(connection.scalars(aged.order_by(table.c.id).limit(_PURGED)))
            if ids:
                connection.execute(delete(texts).where(texts.c.exchange.in_(ids)))
                connection.execute(delete(table).where(table.c.id.in_(ids)))
        if len(ids) < _PURGED:
            del self._purging[0]

    def _prepare(self) -> None:
        with self._engine.begin() as connection:
            tables.prepare(connection)
        self._prepared = True

    def _trouble(self, error: Exception) -> None:
        if not self._broken:
            logger.error("the journal %s cannot be written, trying again: %s", _bare(self._engine), reason(error))
        self._broken = True

    def _recovered(self) -> None:
        if self._broken:
            logger.warning("the journal %s is written again", _bare(self._engine))
        self._broken = False

    def _report(self, *, at_once: bool = False) -> None:
        """Say how much was lost since this was last said."""
        now, counts = time.monotonic(), (self.lost, self.stripped)
        if counts == self._reported or not (at_once or now - self._reported_at >= _REPORT):
            return
        lost, stripped = counts[0] - self._reported[0], counts[1] - self._reported[1]
        logger.warning("the journal could not keep %d exchanges, and %d without their payloads", lost, stripped)
        self._reported, self._reported_at = counts, now


def _bare(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
