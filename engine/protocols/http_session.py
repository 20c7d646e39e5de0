"""A connection over HTTP, opened: builds requests, sends them, repeats them, walks through pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from engine.auth.auth import Auth, Signer, Unsigned
from engine.auth.auth import Opening as AuthOpening
from engine.auth.tokens import TokenSigner
from engine.calls import Call, CallSpec, Reply
from engine.errors import Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from engine.http import retry, tls
from engine.http.addresses import host_of, is_https, joined, may_follow
from engine.http.client import HttpClient, HttpReply, HttpRequest
from engine.http.headers import Headers
from engine.http.pace import Pace
from engine.http.reach import our_certificate, reached
from engine.http.repeating import NotReady, repeated
from engine.observation import Observation
from engine.paging.pages import Next, Page
from engine.parts.resolve import resolved
from engine.protocols.connection import Opening
from engine.protocols.http_address import Address, FixedAddress, NamedAddress
from engine.protocols.http_endpoint import DEFAULT_TIMEOUT, ReadyEndpoint, policy_of, ready
from engine.protocols.http_reply import read
from engine.protocols.http_request import encode_query, fill_path, put_headers

if TYPE_CHECKING:
    from engine.protocols.http import HttpConnection


class HttpSession:
    """Implements `engine.calls.Session` over HTTP.

    Attributes:
        signer: shows who we are; a connection with `shared` auth borrows it.
    """

    def __init__(self, connection: HttpConnection, opening: Opening) -> None:
        found: HttpConnection = resolved(connection, opening.scope)
        self._opening = opening
        self._name = opening.name
        self._scope = dict(opening.scope)
        self._insecure = bool(found.insecure)
        self._address = self._find(found)
        operations = {name: found.operation(name, opening.folder, self._scope) for name in found.endpoints}
        own = {name: self._fixed(operation.url) for name, operation in operations.items() if operation.url}
        hosts = self._address.hosts.union(*(address.hosts for address in own.values()))
        self._policy = policy_of(found.retry)
        self._pace = Pace(found.limits.concurrency, found.limits.rate)
        options = found.tls
        self._our_certificate = options.cert
        self._tls = tls.context(tls.TlsOptions(options.verify, options.ca, options.cert, options.key), self._name)
        self._client = HttpClient(opening.transport(self._tls), hosts, found.limits.size)
        self.signer = self._open_auth(found.auth)
        self._endpoints: dict[str, ReadyEndpoint] = {}
        for name, endpoint in found.endpoints.items():
            signer = self.signer if endpoint.auth is None else self._open_auth(endpoint.auth)
            where = f"{self._name}.{name}"
            address = own.get(name, self._address)
            self._endpoints[name] = ready(where, endpoint, operations[name], address, found, signer, self._scope)

    # -- the seam ------------------------------------------------------------------------------------------------

    async def send(self, call: Call, trace: Trace) -> Reply:
        """Make one call; see `engine.calls.Session.send`."""
        return await self._send(self._endpoints[call.endpoint], call, trace, Next({**call.query}))

    async def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        """Make a call page by page; see `engine.calls.Session.pages`."""
        found = self._endpoints[call.endpoint]
        paging = found.operation.page
        if paging is None:
            yield await self.send(call, trace)
            return
        asked = Next({**call.query, **paging.first()})
        for number in range(1, paging.max + 1):
            reply = await self._send(found, call, trace, asked)
            yield reply
            scope = {**self._scope, "reply": reply.body, "status": reply.status, "headers": reply.headers}
            following = paging.following(Page(number, len(reply.records or ()), scope))
            if following is None:
                return
            link = following.url and joined(await self._target(found, call, asked.url, trace), following.url)
            before, asked = asked, Next({**asked.query, **following.query}, link)
            if asked == before:
                raise Refused(f"{found.where} names the same page as the next, again and again", code="pages")
        words = f"{found.where} has more than {paging.max} pages; `page: {{max: …}}` allows more"
        raise Refused(words, code="pages")

    def is_paged(self, endpoint: str) -> bool:
        return self._endpoints[endpoint].operation.page is not None

    def by_cursor(self, endpoint: str, count: int) -> bool:
        paging = self._endpoints[endpoint].operation.page
        return paging is not None and paging.by_cursor(count)

    @property
    def hosts(self) -> frozenset[str]:
        """`host:port` of every address this connection may talk to."""
        return self._client.hosts

    async def observe(self) -> AsyncIterator[Observation]:
        """Look at the way to each host, and log in; see `engine.observation.Observable`."""
        door = self._opening.tunnel.door if self._opening.tunnel else None
        for where in sorted(self.hosts):
            tls_here = None if where in self._address.plain else self._tls
            async for seen in reached(where, tls_here, door):
                yield seen
        if self._our_certificate:
            yield our_certificate(self._our_certificate)
        if isinstance(self.signer, TokenSigner):
            yield await self._logged_in()

    async def _logged_in(self) -> Observation:
        try:
            await self.signer.sign(Unsigned(Headers(), []), Trace(payloads=False))
        except (Refused, Unreachable) as error:
            told = self._opening.redactor.text(error.text)
            return Observation("login", "failed", told, "check the settings that `auth` uses")
        return Observation("login", "ok", "a token was given")

    async def document(self, url: str) -> bytes:
        """What the system itself shows at an address of its hosts, such as its WSDL.

        Raises:
            Refused, Unreachable: it shows nothing there.
        """
        unsigned = Unsigned(Headers(), [])
        await self.signer.sign(unsigned, Trace(payloads=False))
        target = _with_query(url, unsigned.query)
        request = HttpRequest("GET", target, unsigned.headers.pairs(), b"", DEFAULT_TIMEOUT, repeatable=True)
        reply = await self._exchange(request, Trace(payloads=False))
        if reply.status != HTTPStatus.OK:
            raise Refused(f"status {reply.status}", status=reply.status)
        return reply.content

    async def aclose(self) -> None:
        try:
            for signer in {self.signer, *(found.signer for found in self._endpoints.values())}:
                await signer.aclose()
        finally:
            await self._client.aclose()

    def __repr__(self) -> str:
        return f"<HttpSession {self._name}>"

    # -- one call ------------------------------------------------------------------------------------------------

    async def _send(self, found: ReadyEndpoint, call: Call, trace: Trace, asked: Next) -> Reply:
        once, policy = found.endpoint.once, found.policy if call.retries else None
        try:
            return await repeated(policy, lambda: self._attempt(found, call, trace, asked), once=once)
        except (Refused, Unreachable) as error:
            if once:
                retry.settle(error, call.timeout or found.timeout)
            told = self._opening.redactor.error(error)
            if told is error:
                raise
            raise told from None

    async def _attempt(self, found: ReadyEndpoint, call: Call, trace: Trace, asked: Next) -> Reply:
        request, ticket = await self._request(found, call, trace, asked)
        answer = await self._exchange(request, trace)
        if answer.status in found.signer.renew_on:
            await found.signer.renew(ticket)
            request, _ = await self._request(found, call, trace, asked)
            answer = await self._exchange(request, trace)
        return read(found, answer, self._scope)

    async def _exchange(self, request: HttpRequest, trace: Trace) -> HttpReply:
        """Send when there is a place; a request waiting for its login holds none, so a login always gets through."""
        await self._pace.take(request.timeout, self._name)
        try:
            return await self._client.exchange(request, trace)
        finally:
            self._pace.leave()

    async def _request(self, found: ReadyEndpoint, call: Call, trace: Trace, asked: Next) -> tuple[HttpRequest, object]:
        """A call as a request, and the ticket of what it was signed with."""
        unsigned = Unsigned(found.headers.copy(), encode_query({**found.query, **asked.query} if not asked.url else {}))
        put_headers(unsigned.headers, call.headers)
        if found.has_content(call.body) and "content-type" not in unsigned.headers:
            unsigned.headers.put("Content-Type", found.operation.codec.content_type)
        try:
            ticket = await found.signer.sign(unsigned, trace)
            target = await self._target(found, call, asked.url, trace)
        except Refused as error:
            raise NotReady(error) from error
        except Unreachable as error:  # no login, no address: the call itself was not sent
            text, after = error.text, error.retry_after
            unsent = Unreachable(text, cause=error.cause, may_have_happened=False, retry_after=after)
            unsent.__cause__ = error
            raise NotReady(unsent) from error
        content = found.content(call.body, unsigned.blocks)
        request = HttpRequest(
            method=found.operation.method,
            url=_with_query(target, unsigned.query),
            headers=unsigned.headers.pairs(),
            content=content or b"",
            timeout=call.timeout or found.timeout,
            repeatable=call.retries and not found.endpoint.once,
        )
        return request, ticket

    async def _target(self, found: ReadyEndpoint, call: Call, link: str | None, trace: Trace) -> str:
        """Where a call goes: the endpoint's path, or the link to its next page."""
        base = await found.address.current(trace)
        if link is None:
            return base + fill_path(found.operation.path, call.path)
        if not may_follow(base, link, self.hosts):
            where = host_of(link) or "an address that cannot be read"
            raise Refused(f"the next page is on {where}, which this integration does not know", code="redirect")
        return link

    # -- auth and address ----------------------------------------------------------------------------------------

    def _find(self, connection: HttpConnection) -> Address:
        spec = connection.url
        if isinstance(spec, str):
            return self._fixed(spec)
        asked = self._opening.other(spec.call.partition(".")[0])

        async def ask(trace: Trace) -> Mapping[str, Any]:
            return {**self._scope, **await self._call_of_language(spec, self._scope, trace)}

        return NamedAddress(spec, ask, getattr(asked, "hosts", ()), insecure=self._insecure)

    def _fixed(self, url: str) -> Address:
        return FixedAddress(url, self._name, insecure=self._insecure)

    def _open_auth(self, auth: Auth | None) -> Signer:
        if auth is None:
            return Signer()
        opening = AuthOpening(
            scope=self._scope,
            call=self._call_of_language,
            fetch=self._fetch,
            repeat=partial(repeated, self._policy),
            other=self._other_signer,
            base=self._address.current,
            redactor=self._opening.redactor,
            owner=self._name,
        )
        return auth.open(opening)

    async def _fetch(self, request: HttpRequest, trace: Trace) -> HttpReply:
        """A request of the auth scheme itself."""
        if not self._insecure and not is_https(request.url):
            raise Refused(f"{self._name}: the token is asked for in plain http; use https", code="plain-http")
        before, trace.call = trace.call, f"{self._name.rpartition('.')[2]} (token)"
        try:
            return await self._exchange(request, trace)
        finally:
            trace.call = before

    def _other_signer(self, name: str) -> Signer:
        other = self._opening.other(name)
        if not isinstance(other, HttpSession):
            raise SettingMissing([f"{self._name}: connection {name} has no session to share"])
        return other.signer

    async def _call_of_language(self, spec: CallSpec, scope: Mapping[str, Any], trace: Trace) -> dict[str, Any]:
        """Make a call as written in `auth` or `url`, on the connection it names."""
        name = spec.call.partition(".")[0]
        session = self if name == self._name.rpartition(".")[2] else self._opening.other(name)
        before, trace.call = trace.call, spec.call
        try:
            reply = await session.send(spec.build(scope), trace)
        finally:
            trace.call = before
        return {"reply": reply.body, "status": reply.status, "headers": reply.headers, "records": reply.records}


def _with_query(target: str, pairs: list[tuple[str, str]]) -> str:
    """An address with parameters added; those that a link to the next page repeats are not added again."""
    path, mark, query = target.partition("?")
    if query:
        there = {name for name, _ in parse_qsl(urlsplit(target).query, keep_blank_values=True)}
        pairs = [pair for pair in pairs if pair[0] not in there]
    added = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{path}{mark}{query}&{added}" if query and added else f"{path}?{added}" if added else target
