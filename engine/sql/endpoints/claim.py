"""`type: claim`: rows, each taken by one engine only; what became of them is written back."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.columns.schema import read_row
from engine.parts.fields import Reach, S, Tree, Value
from engine.parts.part import Part
from engine.parts.scalars import Duration, Natural, Text
from engine.sql.endpoints.endpoint import SqlEndpoint
from engine.sql.table import Table

_RECORD = frozenset({"settings", "exchange", "record"})
OF_DONE = Reach(_RECORD | {"reply"})
OF_FAILED = Reach(_RECORD | {"error"})


class Lease(Part):
    """How long a row stays with an engine that does not say any more that it works on it."""

    noun = "a lease"

    column: Annotated[
        Text, Field(description="a column of date-times, set by the database's clock", examples=["TAKEN_AT"])
    ]
    lasts: Annotated[S[Duration], Field(description="after so long another engine takes the row", examples=["10m"])] = (
        600.0
    )


class Claim(SqlEndpoint):
    """Takes rows for a flow, each by one engine only, and writes back what became of them."""

    noun = "a claim"

    type: Literal["claim"]
    table: Annotated[Text, Field(description="the table", examples=["TRACKING"])]
    query: Annotated[dict[Text, Tree], Field(description="which rows wait, as in a select", examples=[{"STATUS": "N"}])]
    take: Annotated[dict[Text, Value], Field(description="what is set when a row is taken", examples=[{"STATUS": "P"}])]
    done: Annotated[
        dict[Text, Value],
        OF_DONE,
        Field(
            description="what is set when its record is delivered or skipped, over record reply exchange",
            examples=[{"STATUS": "D", "DONE_AT": "=exchange.at"}],
        ),
    ]
    failed: Annotated[
        dict[Text, Value],
        OF_FAILED,
        Field(
            description="what is set when its record is parked or discarded, over record error exchange",
            examples=[{"STATUS": "E", "MESSAGE": "=cut(error.text, `250`)"}],
        ),
    ]
    order: Annotated[
        tuple[Text, ...], Field(description="the columns to take rows by; default: the key", examples=[["CREATED"]])
    ] = ()
    limit: Annotated[
        S[Natural], Field(description="rows at a time; more are taken until none is left", examples=[100])
    ] = 100
    lease: Annotated[
        Lease,
        Field(description="when rows of an engine that died are taken again", examples=[{"column": "TAKEN_AT"}]),
    ]

    @property
    def what(self) -> str:
        return f"claim {self.table}"

    @property
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        return "repeatable"

    def request_schema(self, tables: Mapping[str, Table]) -> Any:
        return None

    def reply_schema(self, tables: Mapping[str, Table]) -> Any:
        table = tables.get(self.table)
        return None if table is None else {"type": "array", "items": read_row(table.columns, table.key)}
