"""What every kind of paging can do: say what to ask for next."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from engine.parts.part import Part
from engine.parts.scalars import Natural, Text


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read.

    Attributes:
        number: 1 for the first.
        count: how many records it held.
        scope: `settings reply status headers`, for Queries.
    """

    number: int
    count: int
    scope: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Next:
    """The next page: parameters to set, or an address to ask instead."""

    query: dict[str, Any]
    url: str | None = None


class Paging(Part):
    """How to get the next page; a page shorter than `size` is the last, so is an empty one."""

    noun = "a page"

    size_param: Annotated[
        Text | None, Field(description="name of the parameter that carries the page's size", examples=["$top"])
    ] = None
    size: Annotated[
        Natural | None, Field(description="records per page; a shorter page is the last", examples=[500])
    ] = None
    max: Annotated[Natural, Field(description="most pages that are read; more is an error", examples=[1000])] = 10_000

    @abstractmethod
    def first(self) -> dict[str, Any]:
        """Query parameters of the first page."""

    @abstractmethod
    def following(self, page: Page) -> Next | None:
        """What comes behind a page; None if it was the last."""

    def by_cursor(self, count: int) -> bool:
        """Whether, after a page of so many records, the caller asks again with its own cursor."""
        return False

    def sized(self) -> dict[str, Any]:
        return {self.size_param: self.size} if self.size_param and self.size else {}

    def is_last(self, page: Page) -> bool:
        return page.count == 0 or (self.size is not None and page.count < self.size)
