"""Paging by how many records to skip."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.paging.pages import Next, Page, Paging
from engine.parts.scalars import Natural, Text, Whole


class Offset(Paging):
    """Skip so many records: `{type: offset, param: $skip, size_param: $top, size: 500}`; `start: 1` for a 1-based start index."""

    noun = "offset paging"

    type: Literal["offset"]
    param: Annotated[Text, Field(description="name of the parameter that carries the offset", examples=["$skip"])]
    size: Annotated[Natural, Field(description="records per page; a shorter page is the last", examples=[500])]
    start: Annotated[
        Whole, Field(description="the first offset: 0, or 1 where records are counted from 1", examples=[0])
    ] = 0

    def first(self) -> dict[str, Any]:
        return {**self.sized(), self.param: self.start}

    def following(self, page: Page) -> Next | None:
        return None if self.is_last(page) else Next({self.param: self.start + page.number * self.size})
