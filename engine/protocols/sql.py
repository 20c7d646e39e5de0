"""`type: sql`: the tables of a database. The language's part; `sql_session` is its behaviour."""

import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from engine.calls import Session
from engine.columns.schema import cell, read_row, written_row
from engine.columns.values import Values
from engine.credentials.password import Password
from engine.document import Path_
from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.policies import Retry
from engine.parts.registry import OneOf
from engine.parts.scalars import Duration, Name, ReadBy, Text, Zone, matching, wrong
from engine.protocols.connection import NetworkConnection, Opening
from engine.sql.endpoints.claim import Claim
from engine.sql.endpoints.endpoint import WORDS, SqlEndpoint
from engine.sql.endpoints.select import Select
from engine.sql.ports import PORTS
from engine.sql.table import Table

BACKENDS = (*PORTS, "sqlite")


def _url(value: Any) -> str:
    try:
        found = urlsplit(value) if isinstance(value, str) else urlsplit("")
        backend, user, port = found.scheme.partition("+")[0], found.username or found.password, found.port
    except ValueError:
        backend, user, port = "", None, None
    if backend not in BACKENDS or port == 0 or not (found.hostname or backend == "sqlite"):
        hint = f"write one such as postgresql://db.example.com:5432/erp; one of: {', '.join(BACKENDS)}"
        raise wrong("this is no address of a database", hint)
    if user:
        raise wrong("an address holds no user or password", "use `auth: {type: password, …}` and settings")
    return str(value)


with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # pydantic had a method of the name `schema`

    class _InSchema(Part):
        """What the tables of a database have in common."""

        schema: Annotated[
            S[Text] | None,
            Field(description="where its tables are; default: the user's", examples=["=settings.folder"]),
        ] = None  # type: ignore[assignment]


class SqlConnection(_InSchema, NetworkConnection):
    """A database: the integration reads and writes tables that the other side reads and writes, too."""

    noun = "a database connection"

    type: Literal["sql"]
    url: Annotated[
        S[Annotated[str, ReadBy(_url, matching("^[a-z0-9+]+://"))]],
        Field(
            description="its address, without user: postgresql, mysql, mariadb, mssql, oracle or sqlite, with +driver "
            "where it is not the usual one",
            examples=["postgresql://db.example.com:5432/erp"],
        ),
    ]
    auth: Annotated[
        Password | None,
        Field(
            description="who we are",
            examples=[{"type": "password", "username": "=settings.user", "password": "=settings.password"}],
        ),
    ] = None
    zone: Annotated[
        S[Zone],
        Field(
            description="where it stands: a date-time in a column of days becomes the day there",
            examples=["Europe/Paris"],
        ),
    ] = "UTC"
    values: Annotated[
        Values,
        Field(
            description="its conventions: nothing, yes and no, decimals, times",
            examples=[{"null_text": " ", "yes_no": [2, 1]}],
        ),
    ] = Field(default_factory=Values)
    timeout: Annotated[
        S[Duration] | None, Field(description="longest time for one call; default 10s", examples=["20s"])
    ] = None
    retry: Annotated[
        Retry | None, Field(description="repeats of a failed call", examples=[{"attempts": 3, "backoff": "200ms..2s"}])
    ] = None
    tables: Annotated[
        dict[Text, Table],
        Field(
            description="its tables, as far as they are used",
            examples=[{"ORDERS": {"columns": {"NO": "text(20) required", "TOTAL": "decimal(19,4)"}, "key": ["NO"]}}],
        ),
    ]
    endpoints: Annotated[
        dict[Name, Annotated[SqlEndpoint, OneOf("engine.sql.endpoints")]],
        Field(
            description="what is done with them, by name", examples=[{"orders": {"type": "select", "table": "ORDERS"}}]
        ),
    ]

    @cached_property
    def schemas(self) -> Mapping[str, Any]:
        """A row of each table, as it is read."""
        return {name: read_row(table.columns, table.key) for name, table in self.tables.items() if table is not None}

    @cached_property
    def _schemas(self) -> dict[tuple[str, str], Any]:
        tables = {name: table for name, table in self.tables.items() if table is not None}
        found: dict[tuple[str, str], Any] = {}
        for name, endpoint in self.endpoints.items():
            if endpoint is not None:
                found[name, "request"] = endpoint.request_schema(tables)
                found[name, "reply"] = endpoint.reply_schema(tables)
        return found

    def request_schema(self, endpoint: str) -> Any:
        return self._schemas.get((endpoint, "request"))

    def reply_schema(self, endpoint: str) -> Any:
        return self._schemas.get((endpoint, "reply"))

    def parameter_schema(self, endpoint: str, name: str) -> Any:
        return self._criterion(endpoint, name) if isinstance(self.endpoints.get(endpoint), Select) else None

    def set_schemas(self) -> Iterator[tuple[Path_, Any]]:
        for name, endpoint in self.endpoints.items():
            if isinstance(endpoint, (Select, Claim)):
                for column in endpoint.query:
                    yield ("endpoints", name, "query", column), self._criterion(name, column)
            if isinstance(endpoint, Claim):
                row = self._written(endpoint.table)
                for key in ("take", "done", "failed"):
                    for column in getattr(endpoint, key):
                        yield ("endpoints", name, key, column), row.get(column)

    def _criterion(self, endpoint: str, name: str) -> Any:
        """What a column is compared with: a value, several, or one behind a word such as `above`."""
        found = self.endpoints[endpoint]
        table = self.tables.get(found.table) if isinstance(found, (Select, Claim)) else None
        column = table.columns.get(name) if table is not None else None
        if column is None:
            return None
        value = cell(column, null=True)
        several = [value, {"type": "array", "items": value}]
        words = {word: {"anyOf": several} for word in WORDS}
        return {"anyOf": [*several, {"type": "object", "properties": words, "additionalProperties": False}]}

    def _written(self, table: str) -> Mapping[str, Any]:
        """The schemas of the columns of a table, as they are written."""
        found = self.tables.get(table)
        return written_row(found.columns, ())["properties"] if found is not None else {}

    def open(self, opening: Opening) -> Session:
        from engine.protocols.sql_session import SqlSession

        return SqlSession(self, opening)
