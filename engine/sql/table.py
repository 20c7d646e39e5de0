"""`tables:` the tables and views of a database, as far as the integration uses them."""

from typing import Annotated

from pydantic import Field

from engine.columns.column import Columns
from engine.parts.part import Part
from engine.parts.scalars import Text


class Table(Part):
    """A table, or a SELECT that is read like one."""

    noun = "a table"

    columns: Annotated[
        Columns,
        Field(
            description="its columns, as far as they are used: type, then required, null or generated",
            examples=[{"order_no": "text(20) required", "placed_on": "date", "total": "decimal(19,4)"}],
        ),
    ]
    key: Annotated[tuple[Text, ...], Field(description="the columns that tell its rows apart", examples=[["order_no"]])]
    unique: Annotated[
        tuple[tuple[Text, ...], ...], Field(description="further columns that do", examples=[[["batch", "direction"]]])
    ] = ()
    view: Annotated[
        Text | None,
        Field(
            description="a SELECT that is read in place of a table",
            examples=["SELECT h.order_no, h.placed_on, h.total FROM order_header h"],
        ),
    ] = None
    reads: Annotated[
        tuple[Text, ...], Field(description="with `view`: the tables behind it, for the grants", examples=[["header"]])
    ] = ()

    def tells_apart(self, columns: tuple[str, ...]) -> bool:
        """Whether at most one row has certain values in these columns."""
        return any(set(unique) <= set(columns) for unique in (self.key, *self.unique))
