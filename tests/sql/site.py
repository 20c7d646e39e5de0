"""The database of a small ERP, seen by itself, and a connection of the engine to it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent, indent
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from engine.calls import Call, Reply, Session
from engine.document import parse
from engine.exchange import Trace
from engine.redaction import Redactor
from engine.runtime.connections.sessions import Sessions
from engine.settings import Sources, resolve
from engine.spec.load import read
from tests import mariadb

PRECISE = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb").with_variant(sa.Text(), "sqlite")
DAY = sa.Date().with_variant(sa.Text(), "sqlite")
EXACT = sa.Numeric(28, 13)

tables = sa.MetaData()
header = sa.Table(
    "HEADER",
    tables,
    sa.Column("SEQ", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("STATUS", sa.String(1), nullable=False),
    sa.Column("ORDER_NO", sa.String(20), nullable=False, unique=True),
    sa.Column("NAME", sa.String(35), nullable=False, server_default=" "),
    sa.Column("PLACED_ON", DAY, nullable=False),
    sa.Column("DROP_SHIP", sa.Integer),
    sa.Column("TOTAL", EXACT),
    sa.Column("TAKEN_AT", PRECISE),
    sa.Column("MESSAGE", sa.String(250)),
)
line = sa.Table(
    "LINE",
    tables,
    sa.Column("ORDER_NO", sa.String(20), primary_key=True),
    sa.Column("LINE_NO", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("ITEM", sa.String(20), nullable=False),
    sa.Column("QTY", EXACT, nullable=False),
)

CONNECTION = """
connections:
  db:
    type: sql
    url: URL
    auth: {type: password, username: =settings.user, password: =settings.password}
    insecure: a test database on this machine
    zone: Europe/Paris
    values: {null_text: " ", null_date: 1753-01-01, yes_no: [2, 1], zone: UTC}
    tables:
      HEADER:
        columns:
          SEQ: identity generated
          STATUS: text(1) required
          ORDER_NO: text(20) required
          NAME: text(35)
          PLACED_ON: date
          DROP_SHIP: boolean
          TOTAL: decimal(28,13)
          TAKEN_AT: datetime null
          MESSAGE: text(250) null
        key: [SEQ]
        unique: [[ORDER_NO]]
      LINE:
        columns:
          ORDER_NO: text(20) required
          LINE_NO: integer required
          ITEM: text(20) required
          QTY: decimal(28,13) required
        key: [ORDER_NO, LINE_NO]
    endpoints:
ENDPOINTS
"""

ENDPOINTS = """
headers: {type: select, table: HEADER}
lines: {type: select, table: LINE, order: [ORDER_NO, LINE_NO]}
order:
  type: write
  parts:
    lines: {table: LINE, mode: replace, key: [ORDER_NO]}
    header: {table: HEADER, mode: upsert, key: [ORDER_NO]}
  once: {part: header, again: {STATUS: E}}
waiting:
  type: claim
  table: HEADER
  query: {STATUS: N}
  take: {STATUS: P}
  done: {STATUS: D}
  failed: {STATUS: E, MESSAGE: "=cut(error.text, `250`)"}
  lease: {column: TAKEN_AT, lasts: 10m}
"""


class Site:
    """The database as its owner sees it (`rows`, `put`), and as the engine does (`send`)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.user = mariadb.USER if url.startswith("mariadb") else "postgres"
        self.password = mariadb.PASSWORD
        account = {} if url.startswith("sqlite") else {"username": self.user, "password": self.password}
        self.own = sa.create_engine(sa.make_url(url).set(**account))
        self._opened: list[Sessions] = []

    def prepare(self) -> None:
        tables.create_all(self.own)

    def put(self, table: sa.Table, *rows: Mapping[str, Any]) -> None:
        with self.own.begin() as connection:
            connection.execute(sa.insert(table), list(rows))

    def run(self, statement: sa.Executable) -> None:
        with self.own.begin() as connection:
            connection.execute(statement)

    def rows(self, table: sa.Table, *names: str) -> list[tuple[Any, ...]]:
        columns = [table.c[name] for name in names]
        with self.own.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*table.primary_key))]

    def text(self, endpoints: str = ENDPOINTS, *more: tuple[str, str]) -> str:
        url = self.url.replace("postgresql+psycopg:", "postgresql:").replace("postgres@", "")
        text = CONNECTION.replace("URL", url).replace("ENDPOINTS", indent(dedent(endpoints), " " * 6))
        for old, new in more:
            assert old in text
            text = text.replace(old, new)
        return f"engine: 1\nname: erp\nsettings: {{user: {{type: text}}, password: {{type: secret}}}}\n{text}"

    def open(self, endpoints: str = ENDPOINTS, *more: tuple[str, str]) -> Session:
        """A connection of the engine; `more` replaces what stands in its YAML."""
        integration, findings = read(parse(self.text(endpoints, *more), "erp.yaml"))
        assert [str(finding) for finding in findings] == []
        given = resolve(
            "erp", integration.settings, Sources({"erp.user": self.user, "erp.password": self.password}, {})
        )
        sessions = Sessions(integration, given, Redactor([self.password], integration.log.redact))
        self._opened.append(sessions)
        return sessions["db"]

    async def aclose(self) -> None:
        for sessions in self._opened:
            await sessions.aclose()
        self.own.dispose()


async def send(session: Session, endpoint: str, **call: Any) -> Reply:
    return await session.send(Call(endpoint, retries=False, **call), Trace(payloads=False))


async def pages(session: Session, endpoint: str, **call: Any) -> list[list[Any]]:
    call_ = Call(endpoint, retries=False, **call)
    return [reply.records or [] async for reply in session.pages(call_, Trace(payloads=False))]
