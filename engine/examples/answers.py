"""What answers by itself in an example: logins, probes, calls that name an address, the page behind the last.

Each gives the reply that makes the engine go on: where a Query of the file looks for a token, there one stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx

from engine.auth.login import Login
from engine.expression.ast import Ast, walk
from engine.expression.expressions import Expression
from engine.mapping.nodes import Node, expressions
from engine.protocols.http import HttpConnection, HttpEndpoint, UrlCall
from engine.spec.examples import CannedReply
from engine.spec.integration import Integration

TOKEN = "example-token"
_LIFETIME = 3600

Path = tuple[str, tuple[str | int, ...]]
"""`reply` or `headers`, and the steps below it; 0 is the first element of a list."""


Answer = Callable[[httpx.Request], CannedReply]


def by_themselves(integration: Integration) -> dict[str, Answer]:
    """The calls that need not stand in an example, each with what it gets, by `connection.endpoint`."""
    found: dict[str, Answer] = {}
    for connection in integration.connections.values():
        if connection.offline is not None:
            found.setdefault(connection.offline.probe, _always(CannedReply()))
        if isinstance(connection, HttpConnection):
            found |= _of_rest(connection)
    return found


def token_reply(request: httpx.Request) -> CannedReply:
    """What a token endpoint of OAuth 2 answers."""
    return CannedReply(body={"access_token": TOKEN, "expires_in": _LIFETIME, "token_type": "Bearer"})


def empty_page(endpoint: HttpEndpoint) -> CannedReply:
    """A page without records."""
    records = endpoint.records
    return _reply([(records, [])] if records else [])


def _of_rest(connection: HttpConnection) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for auth in [connection.auth, *(endpoint.auth for endpoint in connection.endpoints.values())]:
        if isinstance(auth, Login):
            found[auth.request.call] = _always(_login(auth))
            if auth.end is not None:
                found[auth.end.call] = _always(CannedReply())
    if isinstance(connection.url, UrlCall):
        found[connection.url.call] = _named(connection.url.value)
    return found


def named(value: Expression, address: str) -> CannedReply:
    """The reply of a call that names an address."""
    return _reply([(value, address)])


def _always(reply: CannedReply) -> Answer:
    return lambda request: reply


def _named(value: Expression) -> Answer:
    """An address on the host that was asked, which every connection may name."""
    return lambda request: named(value, f"{request.url.scheme}://{request.url.netloc.decode()}")


def _login(auth: Login) -> CannedReply:
    more: list[Node] = [*auth.headers.values()]
    if auth.end is not None:
        more += [*auth.end.path.values(), *auth.end.query.values(), *auth.end.headers.values()]
        more += [auth.end.body] if auth.end.body is not None else []
    inner = [site.expression for node in more for site in expressions(node)]
    lifetime: list[tuple[Expression, Any]] = [(auth.lifetime, _LIFETIME)] if auth.lifetime else []
    return _reply([*((expression, "example") for expression in inner), *lifetime, (auth.token, TOKEN)])


def _reply(wanted: list[tuple[Expression, Any]]) -> CannedReply:
    """A reply in which each expression finds its value; what comes later wins."""
    body: Any = None
    headers: dict[str, str] = {}
    for expression, value in wanted:
        for root, steps in paths(expression.tree):
            if root == "headers" and len(steps) == 1:
                headers[str(steps[0]).replace("_", "-")] = str(value)
            elif root == "reply":
                body = _put(body, steps, value)
    return CannedReply(body=body, headers=headers)


def _put(value: Any, steps: tuple[str | int, ...], leaf: Any) -> Any:
    """A value with `leaf` at a path."""
    if not steps:
        return leaf
    first, *rest = steps
    if isinstance(first, int):
        return [_put(value[0] if isinstance(value, list) and value else None, tuple(rest), leaf)]
    fields = value if isinstance(value, dict) else {}
    return {**fields, first: _put(fields.get(first), tuple(rest), leaf)}


def paths(tree: Ast) -> Iterator[Path]:
    """The paths below `reply` and `headers` that an expression looks at, the longest of each."""
    seen: list[Path] = []
    for visit in walk(tree):
        found = _path(visit.node) if visit.at_root else None
        if found and not any(found[0] == root and steps[: len(found[1])] == found[1] for root, steps in seen):
            seen.append(found)
            yield found


def _path(node: Ast) -> Path | None:
    """A node that is a plain path from `reply` or `headers`."""
    kind, children = node["type"], node.get("children", [])
    if kind == "field" and node["value"] in ("reply", "headers"):
        return node["value"], ()
    if kind in ("subexpression", "index_expression", "projection", "flatten", "pipe"):
        first = _path(children[0]) if children else None
        if first is None:
            return None
        steps: tuple[str | int, ...] = (0,) if kind in ("projection",) else ()
        for child in children[1:]:
            steps += _step(child)
        return first[0], (*first[1], *steps)
    return None


def _step(node: Ast) -> tuple[str | int, ...]:
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] == "index":
        return (0,)
    return tuple(step for child in node.get("children", []) for step in _step(child))
