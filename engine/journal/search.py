"""Asking the journal, over connections of its own, beside an engine that writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Select, and_, func, or_, select, union_all
from sqlalchemy.exc import DBAPIError

from engine.journal import rows, tables
from engine.journal.entries import DEFAULT, Entry, Filter, JournalUnusable, NoSuchExchange, id_at

__all__ = ["Entry", "Filter", "Search"]

_PAGE = 500


class Search:
    """Reads the journal of a database; threads may share one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str = DEFAULT) -> Search:
        """Open the store for reading.

        Raises:
            JournalUnusable: there is none, or it is none of this engine's.
        """
        search = cls(tables.reading(url))
        with search._reading() as connection:
            version = tables.version_of(connection)
        if version is None:
            raise JournalUnusable(f"{url} holds no journal yet; `engine serve` makes one")
        if version > tables.VERSION:
            raise tables.newer(version)
        if version < tables.VERSION:
            raise JournalUnusable(
                f"the journal in {url} was made by an older engine; start `engine serve` once to bring it up to date"
            )
        return search

    def entries(self, filter: Filter) -> Iterator[Entry]:
        """Exchanges, newest first; read page by page, so that a long list holds nothing up."""
        left, before = filter.limit, None
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            with self._reading() as connection:
                page = connection.execute(_statement(filter, before).limit(size)).all()
                texts = self._texts(connection, [row.id for row in page], filter.point) if filter.point else {}
            for row in page:
                yield rows.entry(row, texts.get(row.id, {}))
            if len(page) < size:
                return
            before = page[-1].id
            left = None if left is None else left - size

    def get(self, id: str) -> Entry:
        """One exchange whole, with its payloads, by its id or a beginning of the id that only it has.

        Raises:
            NoSuchExchange: none or several begin so.
        """
        table = tables.exchanges.c
        with self._reading() as connection:
            delivered = and_(_begins(table.delivery, id), tables.holds(table.delivery))
            deliveries = select(table.delivery.label("name"), func.max(table.id).label("last")).where(delivered)
            alone = select(table.id.label("name"), table.id).where(_begins(table.id, id))
            both = union_all(deliveries.group_by(table.delivery), alone).order_by("name").limit(3)
            row_id = the_one(id, {row.name: row.last for row in connection.execute(both)})
            row = connection.execute(select(tables.exchanges).where(table.id == row_id)).one()
            texts = self._texts(connection, [row.id], None)
        return rows.entry(row, texts.get(row.id, {}))

    def latest(self) -> int:
        """The sequence of the exchange written last, 0 if there is none: what a follower begins with."""
        with self._reading() as connection:
            return connection.scalar(select(func.max(tables.exchanges.c.sequence))) or 0

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _texts(self, connection: Connection, ids: Sequence[str], point: int | None) -> dict[str, dict[int, str]]:
        """Payloads by exchange and place."""
        table = tables.payloads
        statement = select(table.c.exchange, table.c.place, table.c.text).where(table.c.exchange.in_(ids))
        if point is not None:
            statement = statement.where(table.c.point == point)
        texts: dict[str, dict[int, str]] = {}
        for exchange, place, text in connection.execute(statement):
            texts.setdefault(exchange, {})[place] = text
        return texts

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            store = self._engine.url.render_as_string(hide_password=True)
            raise JournalUnusable(f"the journal in {store} cannot be read: {error.orig}") from None


def the_one(id: str, found: Mapping[str, str]) -> str:
    """What stands under the id, or else under the only one that begins with it.

    Raises:
        NoSuchExchange: there is none, or several begin so.
    """
    if id in found:
        return found[id]
    if not found:
        raise NoSuchExchange(
            f'no exchange has the id "{id}" or begins with it; `engine log` lists them, retention removes old ones'
        )
    if len(found) > 1:
        first = ", ".join(list(found)[:2]) + (", …" if len(found) > 2 else "")
        raise NoSuchExchange(f'several exchanges begin with "{id}": {first}; write more of the id')
    return next(iter(found.values()))


def _begins(column: Column[str], id: str) -> ColumnElement[bool]:
    return and_(column >= id, column < id + "~")  # all characters of an id sort before "~"


def _statement(filter: Filter, before: str | None) -> Select[Any]:
    table = tables.exchanges
    statement = select(table).order_by(table.c.id.desc())
    for column, value in (
        (table.c.integration, filter.integration),
        (table.c.message, filter.message),
        (table.c.status, filter.status),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if filter.key is not None:
        statement = statement.where(or_(table.c.key == filter.key, tables.is_of(table.c.event, filter.key)))
    if filter.delivery is not None:
        statement = statement.where(tables.is_of(table.c.delivery, filter.delivery))
    if filter.since is not None:
        statement = statement.where(table.c.id >= id_at(filter.since))
    if filter.until is not None:
        statement = statement.where(table.c.id < id_at(filter.until))
    if filter.after is not None:
        # As a set: else the database walks all ids downwards to find the few that are new.
        statement = statement.where(
            table.c.sequence.in_(select(table.c.sequence).where(table.c.sequence > filter.after))
        )
    if filter.point is not None:
        # `reached` alone is not enough: an answer from the cache is complete and was never sent.
        statement = statement.where(table.c.reached >= filter.point, table.c.moments.contains(f"[{filter.point},"))
    return statement if before is None else statement.where(table.c.id < before)
