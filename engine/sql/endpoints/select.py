"""`type: select`: rows, read."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.columns.schema import read_row
from engine.parts.fields import Tree
from engine.parts.scalars import Text
from engine.sql.endpoints.endpoint import SqlEndpoint
from engine.sql.table import Table


class Select(SqlEndpoint):
    """Reads rows: `{type: select, table: ORDERS, query: {STATUS: N}}`."""

    noun = "a select"

    type: Literal["select"]
    table: Annotated[Text, Field(description="the table", examples=["ORDERS"])]
    query: Annotated[
        dict[Text, Tree],
        Field(
            description="which rows: column: value, list of values, or {above|at_least|below|at_most|not: value}, over "
            "settings; the call's is added. Null stands for rows that hold nothing there",
            examples=[{"STATUS": ["N", "P"], "COUNT": {"above": 0}}],
        ),
    ] = Field(default_factory=dict)
    columns: Annotated[
        tuple[Text, ...], Field(description="the columns that are read; default: all", examples=[["ORDER_NO", "TOTAL"]])
    ] = ()
    order: Annotated[
        tuple[Text, ...], Field(description="the columns to sort by; default: the key", examples=[["CHANGED"]])
    ] = ()

    @property
    def what(self) -> str:
        return f"select {self.table}"

    @property
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        return "read"

    def request_schema(self, tables: Mapping[str, Table]) -> Any:
        return None

    def reply_schema(self, tables: Mapping[str, Table]) -> Any:
        table = tables.get(self.table)
        if table is None:
            return None
        columns = {name: table.columns[name] for name in self.columns or table.columns if name in table.columns}
        return {"type": "array", "items": read_row(columns, table.key)}
