"""Paging by page number."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.paging.pages import Next, Page, Paging
from engine.parts.scalars import Natural, Text, Whole


class Number(Paging):
    """Ask for page 1, 2, 3: `{type: number, param: "page[number]", size_param: "page[size]", size: 100}`."""

    noun = "number paging"

    type: Literal["number"]
    param: Annotated[
        Text, Field(description="name of the parameter that carries the page's number", examples=["page[number]"])
    ]
    size: Annotated[Natural, Field(description="records per page; a shorter page is the last", examples=[100])]
    start: Annotated[Whole, Field(description="the first page's number", examples=[1])] = 1

    def first(self) -> dict[str, Any]:
        return {**self.sized(), self.param: self.start}

    def following(self, page: Page) -> Next | None:
        return None if self.is_last(page) else Next({self.param: self.start + page.number})
