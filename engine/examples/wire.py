"""Between the wire and an example: a request as what was sent, a canned reply as a response."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from engine.auth.api_key import ApiKey
from engine.examples.answers import empty_page
from engine.examples.compare import Difference, as_text, differences, matches
from engine.formats.form import Form
from engine.formats.format import Undecodable
from engine.formats.json import Json, dumps
from engine.formats.jsonapi import JsonApi
from engine.paging.next import NextLink
from engine.protocols.http import HttpConnection, HttpEndpoint, Operation
from engine.protocols.http_reply import reader_of
from engine.protocols.rest import PLACEHOLDER
from engine.spec.examples import CannedReply, Sent
from engine.spec.integration import Integration

PARTS = ("path", "query", "headers", "body")


@dataclass(frozen=True)
class Wire:
    """How the calls of one endpoint look on the wire.

    Attributes:
        name: `connection.endpoint`.
    """

    name: str
    connection: HttpConnection
    endpoint: HttpEndpoint
    operation: Operation

    def sent(self, request: httpx.Request) -> Request:
        """A request, taken apart."""
        url = urlsplit(str(request.url))
        return Request(
            path=self._path(url.path),
            query=_query(url.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=self._body(request),
            is_text=self._is_text,
            beside=self._beside,
        )

    def response(self, reply: CannedReply | None) -> httpx.Response:
        """A canned reply, written: data in the endpoint's format, text as it stands.

        Raises:
            Fault: the data has no form in that format.
        """
        reply = reply or CannedReply()
        headers = httpx.Headers(dict(reply.headers))
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        format = (reader_of(kind, self.operation.codec) or self.operation.codec).other_side
        if reply.body is None:
            content = b""
        else:
            content = reply.body.encode() if isinstance(reply.body, str) else format.encode(reply.body)
            headers.setdefault("content-type", format.content_type)
        return httpx.Response(reply.status, headers=headers, stream=httpx.ByteStream(content))

    @property
    def goes_on_by_itself(self) -> bool:
        """Whether full pages make the engine ask for another one, without a link to it."""
        return self.operation.page is not None and not isinstance(self.operation.page, NextLink)

    def empty_page(self) -> CannedReply:
        """A page without records."""
        return empty_page(self.endpoint)

    def leads_to(self, request: httpx.Request) -> bool:
        """Whether a request's path ends with this endpoint's, and its body is one of its operation."""
        path = _pattern(self.operation.path).search(urlsplit(str(request.url)).path)
        return path is not None and self.operation.codec.carries(_content(request))

    def is_first_page(self, sent: Request) -> bool:
        """Whether a request asks for the first page."""
        first = self.operation.page.first() if self.operation.page else {}
        param = self.page_param
        return param is None or as_text(first.get(param), sent.query.get(param))

    @property
    def page_param(self) -> str | None:
        """The parameter that says which page is asked for."""
        return getattr(self.operation.page, "param", None)

    # -- a request, taken apart ----------------------------------------------------------------------------------

    def _path(self, path: str) -> dict[str, str]:
        match = _pattern(self.operation.path).search(path)
        names = PLACEHOLDER.findall(self.operation.path)
        return dict(zip(names, map(unquote, match.groups()), strict=True)) if match else {}

    @property
    def _beside(self) -> frozenset[str]:
        """Parameters that the call itself does not give: who we are, which page."""
        page = self.operation.page
        auths = [auth for auth in (self.connection.auth, self.endpoint.auth) if isinstance(auth, ApiKey)]
        paging = {getattr(page, name, None) for name in ("param", "size_param")}
        return frozenset(name for name in (*paging, *(name for auth in auths for name in auth.query)) if name)

    def _body(self, request: httpx.Request) -> Any:
        content = _content(request)
        if not content:
            return None
        codec = self.operation.codec
        format = Json(type="json") if isinstance(codec, JsonApi) else codec.other_side
        try:
            return format.decode(content, "")
        except Undecodable:
            return content.decode("utf-8", "replace")

    @property
    def _is_text(self) -> bool:
        """Whether bodies hold text only, so that numbers are told by their digits."""
        codec = self.operation.codec
        return isinstance(codec, Form) or "xml" in codec.content_type or codec.content_type.startswith("text/")


def wires(integration: Integration) -> dict[str, Wire]:
    """Every endpoint of an integration, by `connection.endpoint`."""
    defaults = {"settings": {name: setting.default for name, setting in integration.settings.items()}}
    return {
        f"{name}.{endpoint}": Wire(
            f"{name}.{endpoint}", connection, spec, connection.operation(endpoint, integration.folder, defaults)
        )
        for name, connection in integration.connections.items()
        if isinstance(connection, HttpConnection)
        for endpoint, spec in connection.endpoints.items()
    }


@dataclass(frozen=True)
class Request:
    """What was sent; `path`, `query`, `headers` as text, `body` in the types of its format.

    Attributes:
        is_text: whether the body holds text only, so that numbers are told by their digits.
        beside: parameters that are compared only where they are named.
    """

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, str] = field(repr=False)
    body: Any
    is_text: bool = False
    beside: frozenset[str] = frozenset()

    def against(self, sent: Sent | None) -> list[Difference]:
        """Where it differs from what must be sent; each path begins with `path`, `query`, `headers` or `body`."""
        found: list[Difference] = []
        for part in (part for part in PARTS if sent is not None and part in sent.model_fields_set):
            wanted, got = self.compared(part, sent)
            if self._is_loose(part):
                found += differences(flat(wanted), flat(got), as_text, (part,))
            else:
                found += differences(wanted, got, path=(part,))
        return found

    def compared(self, part: str, sent: Sent | None) -> tuple[Any, Any]:
        """What must be sent as one part, and what was, as far as it counts."""
        wanted, got = getattr(sent, part), getattr(self, part)
        if part == "body":
            return wanted, got
        wanted = wanted or {}
        if part == "headers":
            names = {name.lower(): name for name in wanted}
            got = {names[name]: value for name, value in got.items() if name in names}
        elif part == "query":
            got = {name: value for name, value in got.items() if name in wanted or name not in self.beside}
        return wanted, got

    def same(self, part: str) -> Callable[[Any, Any], bool]:
        """How values of one part are compared."""
        if self._is_loose(part):
            return lambda wanted, got: matches(flat(wanted), flat(got), as_text)
        return matches

    def _is_loose(self, part: str) -> bool:
        return part != "body" or self.is_text

    def shown(self) -> str:
        """The request in a line: `query: {…}, body: {…}`."""
        parts = {name: getattr(self, name) for name in ("path", "query", "body")}
        return ", ".join(f"{name}: {short(value)}" for name, value in parts.items() if value) or "nothing sent"


def _content(request: httpx.Request) -> bytes:
    return b"".join(request.stream) if isinstance(request.stream, httpx.ByteStream) else request.content


def short(value: Any, length: int = 200) -> str:
    """A value as JSON on one line, not too long."""
    text = dumps(value).decode()
    return text if len(text) <= length else text[: length - 1] + "…"


def flat(value: Any) -> Any:
    """A value as the wire shows it where it knows text only: no nulls, a list of one is its element."""
    if isinstance(value, dict):
        return {name: flat(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return flat(value[0]) if len(value) == 1 else [flat(element) for element in value]
    return value


def _query(text: str) -> dict[str, Any]:
    """Parameters; one that is repeated is a list."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        known = found.get(name)
        found[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    return found


@lru_cache(maxsize=1024)
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(
        "".join("([^/?]+)" if i % 2 else re.escape(part) for i, part in enumerate(PLACEHOLDER.split(path))) + "$"
    )
