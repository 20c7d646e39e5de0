"""What all operations on tables have in common."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.policies import Retry
from engine.parts.scalars import Duration, Text
from engine.sql.table import Table

WORDS = ("above", "at_least", "below", "at_most", "not")
"""What may stand in `query` before a value that a column is compared with."""


class SqlEndpoint(Part):
    """One operation on the tables of a database."""

    noun = "a database endpoint"

    description: Annotated[Text | None, Field(description="for people", examples=["Orders that wait"])] = None
    timeout: Annotated[
        S[Duration] | None, Field(description="longest time for one call; default: the connection's", examples=["20s"])
    ] = None
    retry: Annotated[
        Retry | None, Field(description="repeats of a failed call", examples=[{"attempts": 3, "backoff": "200ms..2s"}])
    ] = None

    @property
    @abstractmethod
    def what(self) -> str:
        """What it does, in a few words: `select ZORO_TRK`."""

    @property
    @abstractmethod
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        """What a second sending does."""

    @abstractmethod
    def request_schema(self, tables: Mapping[str, Table]) -> Any:
        """The schema of the body of a call; None if it has none."""

    @abstractmethod
    def reply_schema(self, tables: Mapping[str, Table]) -> Any:
        """The schema of what is answered."""
