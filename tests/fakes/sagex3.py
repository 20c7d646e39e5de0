"""Sage X3 behind its staging tables: a database, and the job that X3 runs over them every minute.

Modelled on what is known of X3: columns end with `_0`, an empty text is one blank, an empty day is 1753-01-01, yes is 2 and
no is 1; a row's state is N (new), P (taken), D (done) or E (error). It knows nothing of who else uses the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb").with_variant(sa.Text(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
NO_MOMENT, NO_DAY = "1753-01-01 00:00:00", "1753-01-01"


def _texts(**lengths: int) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(n), nullable=False, server_default=" ") for name, n in lengths.items()]


def _moments(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, MOMENT, nullable=False, server_default=NO_MOMENT) for name in names]


def _days(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, DAY, nullable=False, server_default=NO_DAY) for name in names]


def _sequence() -> sa.Column[Any]:
    return sa.Column("ZSEQ_0", sa.Integer, sa.Identity(), primary_key=True, autoincrement=True)


tables = sa.MetaData()
customers = sa.Table(
    "ZORO_BPC",
    tables,
    _sequence(),
    *_texts(ZBATCH_0=80, ZDIR_0=3, ZSTA_0=1, BPCNUM_0=15, BPCNAM_0=35, BPAADDLIG_0=50, BPAADDLIG_1=50, POSCOD_0=10),
    *_texts(CTY_0=40, SAT_0=35, CRY_0=3, TEL_0=40, WEB_0=80, CUR_0=3),
    sa.Column("OSTCTL_0", sa.Integer),
    sa.Column("OSTAUZ_0", sa.Numeric(28, 13)),
    *_moments("ZCREDATTIM_0", "ZUPDDATTIM_0", "ZPRODATTIM_0"),
    *_texts(ZERRMSG_0=250),
    sa.UniqueConstraint("ZBATCH_0", "ZDIR_0"),
)
orders = sa.Table(
    "ZORO_SOH",
    tables,
    _sequence(),
    *_texts(ZSTA_0=1, ZRES_0=1, CUSORDREF_0=20, SALFCY_0=5, SOHTYP_0=5, BPCORD_0=15, STOFCY_0=5, CUR_0=3),
    *_moments("ZRESDATTIM_0", "ZCREDATTIM_0", "ZUPDDATTIM_0"),
    *_days("ORDDAT_0", "DEMDLVDAT_0"),
    *_texts(BPDNAM_0=35, BPDADDLIG_0=50, BPDADDLIG_1=50, BPDPOSCOD_0=10, BPDCTY_0=40, BPDSAT_0=35, BPDCRY_0=3),
    *_texts(YPROJECT_0=30, SOHNUM_0=20, ZERRMSG_0=250),
    sa.Column("YDROPSHIP_0", sa.Integer),
    sa.UniqueConstraint("CUSORDREF_0"),
)
lines = sa.Table(
    "ZORO_SOP",
    tables,
    sa.Column("CUSORDREF_0", sa.String(20), primary_key=True),
    sa.Column("SOPLIN_0", sa.Integer, primary_key=True, autoincrement=False),
    *_texts(ITMREF_0=20, ITMDES_0=30, SAU_0=3),
    sa.Column("QTY_0", sa.Numeric(28, 13), nullable=False),
    sa.Column("GROPRI_0", sa.Numeric(19, 7)),
)
tracking = sa.Table(
    "ZORO_TRK",
    tables,
    _sequence(),
    *_texts(ZSTA_0=1, SOHNUM_0=20, CUSORDREF_0=20, SDHNUM_0=20, BPTNUM_0=15, ZTRACK_0=40, ZERRMSG_0=250),
    *_days("SHIDAT_0"),
    *_moments("ZUPDDATTIM_0", "ZPRODATTIM_0"),
)
warranties = sa.Table(
    "ZORO_WAR",
    tables,
    sa.Column("ZWARID_0", sa.String(36), primary_key=True),
    *_texts(ZSTA_0=1, BPCNUM_0=15, ITMREF_0=20, ZSERIAL_0=40),
    *_days("ZBUYDAT_0"),
    *_moments("ZUPDDATTIM_0"),
)


@dataclass
class SageX3:
    """X3's side of the tables.

    Attributes:
        url: of the database, with who X3 is there.
        refused: items that X3 does not know, and what it says of them.
        taken: how often each order was taken in; more than once is a doubled order.
        broken: orders that X3 saw without all their lines.
    """

    url: str
    refused: dict[str, str] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = sa.create_engine(self.url, pool_pre_ping=True)
        self._numbers = 0

    def prepare(self) -> None:
        """Make the tables."""
        tables.create_all(self.engine)

    def close(self) -> None:
        self.engine.dispose()

    # -- X3's job --------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Take in what is new: customers, then orders; gives how many orders."""
        with self.engine.begin() as connection:
            where = (customers.c.ZDIR_0 == "O2E", customers.c.ZSTA_0 == "N")
            connection.execute(sa.update(customers).where(*where).values(ZSTA_0="D"))
            connection.execute(sa.update(warranties).where(warranties.c.ZSTA_0 == "N").values(ZSTA_0="D"))
            new = connection.execute(sa.select(orders).where(orders.c.ZSTA_0 == "N").order_by(orders.c.ZSEQ_0)).all()
            for order in new:
                self._take(connection, order._mapping)
        return len(new)

    def _take(self, connection: sa.Connection, order: Mapping[str, Any]) -> None:
        number = order["CUSORDREF_0"]
        found = connection.execute(
            sa.select(lines).where(number == lines.c.CUSORDREF_0).order_by(lines.c.SOPLIN_0)
        ).all()
        numbers = [line.SOPLIN_0 for line in found]
        if not found or numbers != [1000 * n for n in range(1, len(found) + 1)]:
            self.broken.append(number)
        unknown = [self.refused[line.ITMREF_0] for line in found if line.ITMREF_0 in self.refused]
        this = sa.update(orders).where(order["ZSEQ_0"] == orders.c.ZSEQ_0)
        if unknown:
            connection.execute(this.values(ZSTA_0="E", ZERRMSG_0=unknown[0]))
            return
        self.taken[number] = self.taken.get(number, 0) + 1
        self._numbers += 1
        connection.execute(this.values(ZSTA_0="D", SOHNUM_0=f"SON{self._numbers:08d}"))

    # -- what X3 tells ---------------------------------------------------------------------------------------------

    def set_credit_limit(self, customer: str, limit: Decimal, mark: str, currency: str = "EUR") -> None:
        self.put(
            customers,
            ZBATCH_0=mark,
            ZDIR_0="E2O",
            ZSTA_0="N",
            BPCNUM_0=customer,
            CUR_0=currency,
            OSTCTL_0=2,
            OSTAUZ_0=limit,
        )

    def ship(self, order: str, number: str, carrier: str, on: date | str | None = None) -> None:
        self.put(
            tracking,
            ZSTA_0="N",
            CUSORDREF_0=order,
            ZTRACK_0=number,
            BPTNUM_0=carrier,
            **({} if on is None else {"SHIDAT_0": on}),
        )

    def put(self, table: sa.Table, **cells: Any) -> None:
        """A row as it stands."""
        with self.engine.begin() as connection:
            connection.execute(sa.insert(table).values(**cells))

    # -- looking ---------------------------------------------------------------------------------------------------

    def rows(self, table: sa.Table, *names: str) -> list[tuple[Any, ...]]:
        """Some columns of every row, in the order of the table's key."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(*(table.c[name] for name in names)).order_by(*table.primary_key))
            return [tuple(row) for row in found]

    def count(self, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)
