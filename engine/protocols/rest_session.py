"""A REST connection, opened: builds requests, sends them, reads replies, decides what they mean."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from engine.auth.auth import Opening as AuthOpening
from engine.auth.auth import Signer, Unsigned
from engine.auth.shared import Shared
from engine.calls import ABSENT, Call, CallSpec, Reply
from engine.errors import Fault, MappingError, Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from engine.http import retry, tls
from engine.http.client import HttpClient, HttpReply, HttpRequest, host_of, retry_after
from engine.http.pace import Pace
from engine.mapping import evaluate
from engine.paging.pages import Page
from engine.parts.policies import Retry
from engine.parts.resolve import resolved
from engine.protocols.connection import Opening
from engine.protocols.rest_reply import decoded, refusal
from engine.protocols.rest_request import encode_query, fill_path, header_text

if TYPE_CHECKING:
    from engine.protocols.rest import Endpoint, RestConnection

DEFAULT_TIMEOUT = 10.0


class RestSession:
    """Implements `engine.calls.Session` over HTTP."""

    def __init__(self, connection: RestConnection, opening: Opening) -> None:
        self._connection = resolved(connection, opening.scope)
        self._opening = opening
        self._scope = dict(opening.scope)
        self._address = _Address(self)
        limits = self._connection.limits
        self._pace = Pace(limits.concurrency, limits.rate)
        options = self._connection.tls
        context = tls.context(tls.TlsOptions(options.verify, options.ca, options.cert, options.key), opening.name)
        self._client = HttpClient(opening.transport(context), self._address.hosts, limits.size)
        self._endpoints = {name: _Ready(self, name, endpoint) for name, endpoint in self._connection.endpoints.items()}
        self.signer = self._open_auth(self._connection.auth)

    # -- the seam ------------------------------------------------------------------------------------------------

    async def send(self, call: Call, trace: Trace) -> Reply:
        """Make one call; see `engine.calls.Session.send`."""
        return await self._send(self._endpoints[call.endpoint], call, trace, call.query, None)

    async def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        """Make a call page by page; see `engine.calls.Session.pages`."""
        ready = self._endpoints[call.endpoint]
        paging = ready.endpoint.page
        if paging is None:
            yield await self.send(call, trace)
            return
        query, url = {**paging.first(), **call.query}, None
        for number in range(1, paging.max + 1):
            reply = await self._send(ready, call, trace, query, url)
            yield reply
            count = len(reply.records) if reply.records is not None else 0
            following = paging.following(
                Page(number, count, self._reply_scope(reply.status, reply.headers, reply.body))
            )
            if following is None:
                return
            query, url = {**query, **following.query}, following.url
        raise Refused(
            f"{self._opening.name}.{call.endpoint} has more than {paging.max} pages; `page: {{max: …}}` allows more",
            code="pages",
        )

    def is_paged(self, endpoint: str) -> bool:
        return self._endpoints[endpoint].endpoint.page is not None

    @property
    def hosts(self) -> set[str]:
        """`host:port` of every address this connection may talk to."""
        return self._client.hosts

    async def aclose(self) -> None:
        if not isinstance(self._connection.auth, Shared):
            await self.signer.aclose()
        await self._client.aclose()

    # -- one call ------------------------------------------------------------------------------------------------

    async def _send(self, ready: _Ready, call: Call, trace: Trace, query: Mapping[str, Any], url: str | None) -> Reply:
        attempts = 0
        while True:
            attempts += 1
            try:
                return await self._attempt(ready, call, trace, query, url)
            except (Refused, Unreachable) as error:
                pause = (
                    retry.decide(ready.policy, error, attempts, once=ready.endpoint.once, chance=random.random())
                    if call.retries
                    else None
                )
                if pause is None:
                    raise
            await asyncio.sleep(pause)

    async def _attempt(
        self, ready: _Ready, call: Call, trace: Trace, query: Mapping[str, Any], url: str | None
    ) -> Reply:
        signer = ready.signer if ready.signer is not None else self.signer
        request, ticket = await self._request(ready, call, trace, query, url, signer)
        answer = await self._exchange(request, trace)
        if answer.status in signer.renew_on:
            await signer.renew(ticket)
            request, _ = await self._request(ready, call, trace, query, url, signer)
            answer = await self._exchange(request, trace)
        return self._read(ready, answer)

    async def _exchange(self, request: HttpRequest, trace: Trace) -> HttpReply:
        """Send when there is a place; a request waiting for its login holds none, so a login always gets through."""
        async with self._pace:
            return await self._client.exchange(request, trace)

    async def _request(
        self, ready: _Ready, call: Call, trace: Trace, query: Mapping[str, Any], url: str | None, signer: Signer
    ) -> tuple[HttpRequest, object]:
        unsigned = Unsigned(dict(ready.headers), encode_query({**ready.query, **query}) if url is None else [])
        for name, value in call.headers.items():
            if value is not None:
                unsigned.headers[name] = header_text(name, value)
        content = ready.content(call.body)
        if content is not None:
            unsigned.headers.setdefault("Content-Type", ready.format.content_type)
        ticket = await signer.sign(unsigned, trace)
        target = await self._target(ready, call, url)
        if unsigned.query:
            target += ("&" if "?" in target else "?") + "&".join(f"{name}={value}" for name, value in unsigned.query)
        timeout = call.timeout or ready.timeout
        return HttpRequest(
            ready.endpoint.method, target, list(unsigned.headers.items()), content or b"", timeout
        ), ticket

    async def _target(self, ready: _Ready, call: Call, url: str | None) -> str:
        base = await self._address.current()
        if url is None:
            return base + fill_path(ready.endpoint.path, call.path)
        target = urljoin(base + "/", url)
        if host_of(target) not in self._client.hosts:
            raise Refused(
                f"the next page is on {host_of(target)}, which this integration does not know", code="redirect"
            )
        return target

    def _read(self, ready: _Ready, answer: HttpReply) -> Reply:
        """Accepted as a Reply, else an error.

        Raises:
            Refused: by the status or by `success`.
            Unreachable: the body is not what was to be expected.
        """
        endpoint = ready.endpoint
        headers = {name.replace("-", "_"): value for name, value in answer.headers.items()}
        if answer.status in endpoint.absent:
            return Reply(answer.status, headers, None, [] if endpoint.records else None)
        body = decoded(answer, ready.format, strict=answer.status < 300, where=ready.where)
        scope = self._reply_scope(answer.status, headers, body)
        if not ready.accepts(scope):
            raise refusal(ready.error, scope, answer, retry_after(answer.headers))
        return Reply(answer.status, headers, body, ready.records(scope))

    def _reply_scope(self, status: int, headers: Mapping[str, str], body: Any) -> dict[str, Any]:
        return {**self._scope, "reply": body, "status": status, "headers": headers}

    # -- auth and address ----------------------------------------------------------------------------------------

    def _open_auth(self, auth: Any) -> Signer:
        if auth is None:
            return Signer()
        opening = AuthOpening(
            scope=self._scope,
            call=self._call_of_language,
            fetch=self._exchange,
            other=self._other_signer,
            base=self._address.current,
            redactor=self._opening.redactor,
            owner=self._opening.name,
        )
        signer: Signer = auth.open(opening)
        return signer

    def _other_signer(self, name: str) -> Signer:
        other = self._opening.other(name)
        if not isinstance(other, RestSession):
            raise SettingMissing([f"{self._opening.name}: connection {name} has no session to share"])
        return other.signer

    async def _call_of_language(self, spec: CallSpec, scope: Mapping[str, Any], trace: Trace) -> dict[str, Any]:
        """Make a call as written in `auth` or `url`, on the connection it names."""
        name = spec.call.partition(".")[0]
        session = self if name == self._opening.name.rpartition(".")[2] else self._opening.other(name)
        before, trace.call = trace.call, spec.call
        try:
            reply = await session.send(spec.build(scope), trace)
        finally:
            trace.call = before
        return {"reply": reply.body, "status": reply.status, "headers": reply.headers, "records": reply.records}


class _Ready:
    """An endpoint with its connection's defaults merged in and everything that does not change computed."""

    def __init__(self, session: RestSession, name: str, endpoint: Endpoint) -> None:
        from engine.formats.json import Json

        connection = session._connection
        self.endpoint = endpoint
        self.where = f"{session._opening.name}.{name}"
        self.timeout = endpoint.timeout or connection.timeout or DEFAULT_TIMEOUT
        self.format = endpoint.format or connection.format or Json(type="json")
        self.success = endpoint.success or connection.success
        self.error = endpoint.error or connection.error
        self.signer = endpoint.auth.open(None) if endpoint.auth is not None else None  # type: ignore[arg-type]
        policy = endpoint.retry or connection.retry or Retry()
        self.policy = retry.Policy(policy.attempts, policy.backoff, frozenset(policy.causes))
        self.headers = self._fixed_headers(session, {**connection.headers, **endpoint.headers})
        self.query = {
            key: evaluate(node, session._scope) for key, node in {**connection.query, **endpoint.query}.items()
        }
        bodies = [evaluate(node, session._scope) for node in (connection.body, endpoint.body) if node is not None]
        self.body = {key: value for body in bodies for key, value in body.items()} if bodies else None

    @staticmethod
    def _fixed_headers(session: RestSession, headers: Mapping[str, Any]) -> dict[str, str]:
        values = {name: evaluate(node, session._scope) for name, node in headers.items()}
        fixed = {name: header_text(name, value) for name, value in values.items() if value is not None}
        fixed.setdefault("User-Agent", "engine/1")
        return fixed

    def content(self, body: Any) -> bytes | None:
        if body is ABSENT:
            if self.body is None:
                return None
            body = self.body
        elif self.body is not None and isinstance(body, dict):
            body = {**self.body, **body}
        try:
            return self.format.encode(body)
        except Fault as fault:
            raise MappingError(f"{self.where}: the body cannot be written: {fault.message}") from None

    def accepts(self, scope: Mapping[str, Any]) -> bool:
        if self.success is None:
            return bool(200 <= scope["status"] < 300)
        try:
            return self.success.compiled(scope) not in (None, False, "", [], {})
        except MappingError:
            return False

    def records(self, scope: Mapping[str, Any]) -> list[Any] | None:
        if self.endpoint.records is None:
            return None
        found = self.endpoint.records.compiled(scope)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]


class _Address:
    """Where a connection is: fixed, or named by another call and kept for a while."""

    def __init__(self, session: RestSession) -> None:
        self._session = session
        connection, name = session._connection, session._opening.name
        self._fixed = connection.url if isinstance(connection.url, str) else None
        self._found: tuple[str, float] | None = None
        self._asking = asyncio.Lock()
        if self._fixed is None:
            other = session._opening.other(connection.url.call.partition(".")[0])  # type: ignore[union-attr]
            self.hosts: set[str] = set(getattr(other, "hosts", ()))
            self.hosts |= {host if ":" in host else f"{host}:443" for host in connection.url.hosts}  # type: ignore[union-attr]
        else:
            self._require_https(self._fixed, name)
            self.hosts = {host_of(self._fixed)}

    async def current(self) -> str:
        """The address, without a trailing slash."""
        if self._fixed is not None:
            return self._fixed
        if self._found is None or time.monotonic() >= self._found[1]:
            async with self._asking:
                if self._found is None or time.monotonic() >= self._found[1]:
                    self._found = await self._ask()
        return self._found[0]

    async def _ask(self) -> tuple[str, float]:
        session, spec = self._session, self._session._connection.url
        assert not isinstance(spec, str)
        scope = await session._call_of_language(spec, session._scope, Trace(payloads=False))
        url = spec.value.compiled({**session._scope, **scope})
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
            raise Unreachable(f"{spec.call} named no address", cause="garbage", may_have_happened=False)
        if host_of(url) not in self.hosts:
            raise Refused(f"{spec.call} named {host_of(url)}, which is not among `hosts`", code="redirect")
        self._require_https(url, session._opening.name)
        return url.rstrip("/"), time.monotonic() + spec.keep

    def _require_https(self, url: str, name: str) -> None:
        if url.startswith("http:") and not self._session._connection.insecure:
            raise SettingMissing([f"{name}: the address is plain http; use https, or give the reason under `insecure`"])
