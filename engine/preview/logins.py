"""Logins and calls that name an address answer by themselves: where the file looks for a token, there one stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.auth.login import Login
from engine.expression.ast import walk
from engine.expression.expressions import Expression
from engine.mapping import Node, expressions
from engine.protocols.rest import RestConnection, UrlCall
from engine.redaction import STRUCK
from engine.spec.integration import Integration

LIFETIME = 3600
OAUTH = {"access_token": STRUCK, "expires_in": LIFETIME, "token_type": "Bearer"}


def logins(integration: Integration, base: str) -> dict[str, Any]:
    """The bodies of their replies, by `connection.endpoint`; `base` is the address that such a call names."""
    found: dict[str, Any] = {}
    for connection in integration.connections.values():
        if not isinstance(connection, RestConnection):
            continue
        if isinstance(connection.url, UrlCall):
            found[connection.url.call] = _reply([(connection.url.value, base)])
        for auth in (connection.auth, *(endpoint.auth for endpoint in connection.endpoints.values())):
            if isinstance(auth, Login):
                found[auth.request.call] = _login(auth)
    return found


def _login(auth: Login) -> Any:
    end: list[Node] = [*auth.end.path.values()] if auth.end else []
    inner = [(site.expression, STRUCK) for node in (*auth.headers.values(), *end) for site in expressions(node)]
    lifetime: list[tuple[Expression, Any]] = [(auth.lifetime, LIFETIME)] if auth.lifetime else []
    return _reply([*inner, *lifetime, (auth.token, STRUCK)])


def _reply(wanted: list[tuple[Expression, Any]]) -> dict[str, Any]:
    """A body in which every expression finds its value; what comes later wins."""
    body: dict[str, Any] = {}
    for expression, value in wanted:
        for fields in _paths(expression):
            place = body
            for name in fields[:-1]:
                inner = place.get(name)
                place[name] = place = inner if isinstance(inner, dict) else {}
            place[fields[-1]] = value
    return body


def _paths(expression: Expression) -> Iterator[list[str]]:
    """The plain paths below `reply` that an expression looks at."""
    for visit in walk(expression.tree):
        children = visit.node.get("children", [])
        is_path = visit.at_root and visit.node["type"] == "subexpression"
        if is_path and all(child["type"] == "field" for child in children) and children[0]["value"] == "reply":
            yield [child["value"] for child in children[1:]]
