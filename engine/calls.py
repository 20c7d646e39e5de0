"""A call as written in the language, `{call, path, query, headers, body}`, and what a session takes and gives."""

from collections.abc import AsyncIterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, Protocol

from pydantic import Field

from engine.document import NOWHERE
from engine.exchange import Trace
from engine.expression.compiled import Compiled
from engine.mapping import Fields, Node, compile_mappings
from engine.mapping.nodes import Entry
from engine.parts.fields import Tree, Value
from engine.parts.part import Part
from engine.parts.scalars import Text


class Absent:
    """Stands for a body that is not there (null is a body)."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Call(NamedTuple):
    """One technical call, its data ready. Its text holds no data.

    Attributes:
        endpoint: name of the endpoint in its connection.
        path: values of the path's placeholders.
        query: parameters; a list repeats one, null leaves it out.
        headers: null leaves one out.
        body: what is written in the endpoint's format, or ABSENT.
        timeout: seconds, None for the endpoint's own.
        retries: whether it may be sent again by itself, as the endpoint's `retry` says or because a connection broke;
            what writes under a flow is sent again by its `delivery` only.
        position: how far a flow has read before, as `Reply.reached` said; None at the first time.
        dry: whether a reading only looks, and takes nothing away.
    """

    endpoint: str
    path: Mapping[str, Any] = _NOTHING
    query: Mapping[str, Any] = _NOTHING
    headers: Mapping[str, Any] = _NOTHING
    body: Any = ABSENT
    timeout: float | None = None
    retries: bool = True
    position: Any = None
    dry: bool = False

    def __repr__(self) -> str:
        return f"<Call {self.endpoint}>"


class Flawed(dict[str, Any]):
    """A record that holds what cannot be read: what can be is there, the rest as text.

    Attributes:
        flaw: what is wrong with it.
    """

    def __init__(self, record: Mapping[str, Any], flaw: str) -> None:
        super().__init__(record)
        self.flaw = flaw


class Reply(NamedTuple):
    """What the other side answered; it accepted the call.

    Attributes:
        status: the protocol's status.
        headers: names in lower case with `_` for `-`.
        body: decoded; null where the endpoint says a status means absent.
        records: the list the endpoint names, None where it names none.
        reached: how far a flow has read with this page, where the session keeps account of that itself; else None.
        share: how much of what is being read is behind it, from 0 to 1; None: nobody knows.
        aside: what people are told of what could not be read as records, and was set aside; empty if nothing was.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    records: list[Any] | None
    reached: Any = None
    share: float | None = None
    aside: str = ""


class Session(Protocol):
    """A connection, opened."""

    async def send(self, call: Call, trace: Trace) -> Reply:
        """Make one call.

        Raises:
            Refused, Unreachable, MappingError.
        """

    def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        """Make a call page by page; an endpoint without `page` gives one."""

    def is_paged(self, endpoint: str) -> bool:
        """Whether an endpoint's records come in pages."""

    def by_cursor(self, endpoint: str, count: int) -> bool:
        """Whether, after so many records, the caller asks an endpoint again with its own cursor."""

    async def aclose(self) -> None:
        """Log off and close."""


class CallSpec(Part):
    """A call of an endpoint, as written in `auth.request`, `auth.end` and `url`."""

    noun = "a call"

    call: Annotated[Text, Field(description="the endpoint, as connection.endpoint", examples=["erp.token"])]
    path: Annotated[
        dict[Text, Value],
        Field(
            description="values of the path's {placeholders}; null is an error",
            examples=[{"company": "=settings.company"}],
        ),
    ] = Field(default_factory=dict)
    query: Annotated[
        dict[Text, Tree],
        Field(description="parameters; null leaves one out, a list repeats it", examples=[{"type": "external"}]),
    ] = Field(default_factory=dict)
    headers: Annotated[
        dict[Text, Value], Field(description="headers; null leaves one out", examples=[{"Accept": "application/json"}])
    ] = Field(default_factory=dict)
    body: Annotated[
        Tree | None,
        Field(description="what is sent", examples=[{"username": "=settings.user", "password": "=settings.password"}]),
    ] = None

    @cached_property
    def compiled(self) -> Compiled:
        """Over a scope: `(path, query, headers, body)`."""
        return compile_mappings(
            {"path": fields(self.path), "query": fields(self.query), "headers": fields(self.headers), "body": self.body}
        )

    def build(self, scope: Mapping[str, Any]) -> Call:
        path, query, headers, body = self.compiled(scope)
        return Call(self.call.partition(".")[2], path, query, headers, body if self.body is not None else ABSENT)


def fields(nodes: Mapping[str, Node]) -> Fields:
    """Named values as one object of a mapping; their keys are plain names, never operators."""
    return Fields(tuple(Entry(name, False, node, NOWHERE) for name, node in nodes.items()))
