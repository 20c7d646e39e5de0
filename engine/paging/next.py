"""Paging by what the reply says comes next: a link, or a token."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.errors import MappingError
from engine.paging.pages import Next, Page, Paging
from engine.parts.fields import OF_REPLY, Query
from engine.parts.scalars import Text


class NextLink(Paging):
    """Follow the reply: `{type: next, next: =reply._links.next.href}`; with `param`, `next` is a token for that parameter."""

    noun = "next paging"

    type: Literal["next"]
    next: Annotated[
        Query,
        OF_REPLY,
        Field(
            description="the link or token of the next page; null or empty behind the last",
            examples=["=reply._links.next.href"],
        ),
    ]
    param: Annotated[
        Text | None,
        Field(
            description="name of the parameter that carries the token; without it `next` is a link", examples=["cursor"]
        ),
    ] = None

    def first(self) -> dict[str, Any]:
        return self.sized()

    def following(self, page: Page) -> Next | None:
        value = self.next.compiled(page.scope)
        if value is None or value == "":
            return None
        if self.param:
            return Next({self.param: value})
        if not isinstance(value, str):
            raise MappingError("the link to the next page is no text", self.next.at(0))
        return Next({}, value)
