"""Paging by the last record read: the same call with a new cursor until a short page."""

from typing import Annotated, Any, Literal

from pydantic import Field

from engine.paging.pages import Next, Page, Paging
from engine.parts.fields import OF_REPLY, Query
from engine.parts.scalars import Natural, Text


class Keyset(Paging):
    """Continue behind the last record: `{type: keyset, param: after, next: "=reply.value[-1].id", size_param: $top, size: 500}`.

    Under a flow the cursor of the read takes the place of `param` and `next`.
    """

    noun = "keyset paging"

    type: Literal["keyset"]
    size: Annotated[Natural, Field(description="records per page; a shorter page is the last", examples=[500])]
    param: Annotated[
        Text | None, Field(description="name of the parameter that carries the last record's key", examples=["after"])
    ] = None
    next: Annotated[
        Query | None, OF_REPLY, Field(description="the last record's key", examples=["=reply.value[-1].id"])
    ] = None

    def first(self) -> dict[str, Any]:
        return self.sized()

    def following(self, page: Page) -> Next | None:
        if self.is_last(page) or self.param is None or self.next is None:
            return None
        key = self.next.compiled(page.scope)
        return None if key is None else Next({self.param: key})

    def by_cursor(self, count: int) -> bool:
        return self.param is None and count >= self.size
