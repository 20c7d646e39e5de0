"""Exchanges into the database: together in one transaction, or one by one where it does not take one of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from sqlalchemy import Engine, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from engine.exchange import new_id
from engine.journal import rows, tables
from engine.journal.entries import JournalUnusable
from engine.journal.waiting import Recorded, Waiting

_STRETCH = 0.0005  # after so many seconds of making text the writer steps back ...
_PAUSE = 0.0002  # ... for so many, so that the event loop gets the interpreter

logger = logging.getLogger("engine.journal")


class Batch:
    """Exchanges that are being stored; what is not stored yet stays here, however storing ends.

    Attributes:
        failed: exchanges that the database does not take.
    """

    def __init__(self, engine: Engine, waiting: Waiting) -> None:
        self._engine = engine
        self._waiting = waiting
        self._left: list[Recorded] = []
        self.failed = 0

    def __len__(self) -> int:
        return len(self._left)

    def take(self, count: int) -> None:
        """Take at most so many of those that wait."""
        self._left = self._waiting.take(count)

    def store(self) -> None:
        """Store them in one transaction; if the database does not take one of its rows, one by one without that.

        Attempts at a delivery share its id; from the second on they get one of their own.

        Raises:
            DBAPIError: the store cannot be written; what was not stored is still here.
        """
        try:
            self._store(self._left)
            self._done(len(self._left))
        except Exception as error:
            if is_trouble(error):
                raise
            self._tell_apart()
            while self._left:
                self._store_first()

    def _tell_apart(self) -> None:
        """Give exchanges an id of their own whose id is there already; drop what was written before, as nobody knew.

        Raises:
            DBAPIError: the store cannot be read.
        """
        of, apart, there = tables.exchanges.c, list[Recorded](), list[Recorded]()
        with self._engine.connect() as connection:
            ids = of.id.in_([one.id for one in self._left])
            known = {row.id: row[1:] for row in connection.execute(select(of.id, of.status, of.duration).where(ids))}
        for one in self._left:
            outcome = (one.status, one.duration)
            if known.get(one.id) == outcome:
                there.append(one)
                continue
            apart.append(one if one.id not in known else one._replace(id=f"{one.id}-{new_id()[-6:]}"))
            known.setdefault(one.id, outcome)
        self._waiting.written(there)
        self._left = apart

    def _store_first(self) -> None:
        first = self._left[0]
        try:
            self._store([first])
        except Exception as error:
            if is_trouble(error):
                raise
            self.failed += 1
            logger.warning("exchange %s cannot be kept: %s", first.id, reason(error))
        self._done(1)

    def _store(self, batch: Sequence[Recorded]) -> None:
        """One transaction."""
        texts, began = [], time.monotonic()
        for recorded in batch:
            for row in rows.payload_rows(recorded):
                texts.append(row)
                if time.monotonic() - began > _STRETCH:
                    time.sleep(_PAUSE)
                    began = time.monotonic()
        exchanges = [rows.exchange_row(recorded) for recorded in batch]
        with self._engine.begin() as connection:
            tables.insert_all(connection, tables.exchanges, exchanges)
            tables.insert_all(connection, tables.payloads, texts)

    def _done(self, count: int) -> None:
        self._waiting.written(self._left[:count])
        del self._left[:count]


def is_trouble(error: Exception) -> bool:
    """Whether the store cannot be written at all; else it is this row that it does not take."""
    return isinstance(error, DBAPIError) and not isinstance(error, (IntegrityError, DataError))


def reason(error: Exception) -> str:
    """An error in the database's own words, without the data."""
    if isinstance(error, DBAPIError):
        return str(error.orig)
    return str(error) if isinstance(error, JournalUnusable) else type(error).__name__
