"""What is answered under which path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

from engine.api.access import Wanted
from engine.exchange import Trace
from engine.runtime.live.integration import LiveIntegration


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may be answered: who asks was looked at before.

    Attributes:
        headers: names in lower case.
        query: parameters; of one that comes several times, the last.
        name: what stands at the open place of the path, empty if it has none.
        trace: begun when the request came.
    """

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    query: Mapping[str, str]
    name: str
    trace: Trace


@dataclass(frozen=True, slots=True)
class Route:
    """What is answered under one path.

    Attributes:
        wanted: what a client must be allowed to do.
    """

    live: LiveIntegration
    method: str
    wanted: Wanted
    answer: Callable[[Request], Awaitable[Response]]


OPEN = "{}"
"""Stands in a path for a name that any request may give."""


def found(routes: Mapping[str, Route], path: str) -> tuple[Route | None, str]:
    """The route of a path, and what stands at its open place."""
    route = routes.get(path)
    if route is not None:
        return route, ""
    pieces = path.split("/")
    if len(pieces) < 5:
        return None, ""
    return routes.get("/".join([*pieces[:4], OPEN, *pieces[5:]])), pieces[4]
