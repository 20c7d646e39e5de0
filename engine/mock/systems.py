"""The systems of one integration: each request is answered by the example whose `sent` fits it best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from engine.auth.api_key import ApiKey
from engine.auth.basic import Basic
from engine.auth.bearer import Bearer
from engine.auth.login import Login
from engine.auth.oauth2 import OAuth2
from engine.auth.shared import Shared
from engine.auth.username_token import UsernameToken
from engine.errors import Fault
from engine.examples.answers import TOKEN, by_themselves, empty_page, named
from engine.examples.compare import Difference
from engine.examples.rehearsal import AT, ID
from engine.examples.suite import Case, FlowCase, Subject
from engine.examples.wire import Request, Wire, wires
from engine.expression.expressions import Query
from engine.mock.answers import Answer, differing, in_words, problem
from engine.mock.settings import address_setting
from engine.mock.tokens import token
from engine.protocols.http import HttpConnection, UrlCall
from engine.schemas import Schemas
from engine.spec.examples import CannedReply, ExampleCall
from engine.spec.integration import Integration


@dataclass(frozen=True)
class Canned:
    """One call of an example.

    Attributes:
        index: which call of the example.
    """

    case: Case | FlowCase
    call: ExampleCall
    index: int

    @property
    def given(self) -> int:
        """How much of the request it names."""
        return len(self.call.sent.model_fields_set) if self.call.sent else 0

    def may_stand_for_others(self, absent: Sequence[int]) -> bool:
        """Whether it may answer whatever fits: a failure only answers a request that its example names.

        Args:
            absent: statuses that are no failure, they say that there is nothing.
        """
        status = self.call.reply.status if self.call.reply is not None else 200
        fails = self.call.fails is not None or (status >= 300 and status not in absent)
        example = self.case.example
        fails = fails or (getattr(example, "error", None) is not None and self.index == len(example.calls) - 1)
        return self.given > 0 or not fails

    def against(self, sent: Request) -> list[Difference]:
        """Where a request differs; id, time and cursor of the example's own exchange are never those of another one."""
        own = (ID, (self.case.example.at or AT)[:10], *self._cursor())
        return [one for one in sent.against(self.call.sent) if not any(text in str(one.expected) for text in own)]

    def _cursor(self) -> Iterator[str]:
        """What tells how far the example has read: of a time the day, as it may be sent in another form."""
        cursor = getattr(self.case.example, "cursor", None) or {}
        yield from (str(value)[:10] for value in cursor.values() if len(str(value)) >= 6)

    def names_page(self, wire: Wire) -> bool:
        """Whether it says which page it is."""
        query = self.call.sent.query if self.call.sent else None
        return isinstance(query, dict) and wire.page_param in query


class Systems:
    """Every connection of one integration."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._wires = wires(subject.integration)
        self._alone = by_themselves(subject.integration)
        self._schemas = Schemas(subject.integration.known_schemas, subject.integration.folder)
        self._answered: dict[tuple[int, str], int] = {}
        self._same_address = _groups(subject.integration)
        self._addresses: dict[str, str] = {}
        self._named: dict[str, Query] = {}
        for name, connection in subject.integration.connections.items():
            if isinstance(connection, HttpConnection) and isinstance(connection.url, UrlCall):
                self._addresses[connection.url.call] = name
                self._named[connection.url.call] = connection.url.value

    def answer(self, connection: str, request: httpx.Request) -> Answer:
        """What a request to one connection gets."""
        wire = self._wire(connection, request)
        if wire is None:
            return token(request) or self._no_endpoint(connection, request)
        refused = self._who(wire, request)
        if refused is not None:
            return refused
        if wire.name in self._addresses:
            return self._address(wire, request)
        sent = wire.sent(request)
        return self._misfit(wire, sent) or self._from_examples(wire, sent, request)

    # -- finding an example --------------------------------------------------------------------------------------

    def _from_examples(self, wire: Wire, sent: Request, request: httpx.Request) -> Answer:
        ranked = [(canned, canned.against(sent)) for canned in self._canned(wire.name)]
        absent = wire.operation.absent
        fitting = [one for one, differences in ranked if not differences and one.may_stand_for_others(absent)]
        if fitting:
            best = max(fitting, key=lambda canned: (canned.given, not sent.against(canned.call.sent)))
            return self._next(wire, [one for one in fitting if one.case is best.case], sent)
        if any(_is_page_behind(wire, sent, differences) for _, differences in ranked):
            return _written(wire, empty_page(wire.endpoint), "no more pages")
        if wire.name in self._alone:
            return _written(wire, self._alone[wire.name](request), f"{wire.name} answers by itself")
        return self._nothing_fits(wire, ranked)

    def _next(self, wire: Wire, calls: list[Canned], sent: Request) -> Answer:
        """The reply of an example's call; of several that fit, one after another, the last again and again."""
        key = (id(calls[0].case), wire.name)
        is_behind = wire.goes_on_by_itself and not wire.is_first_page(sent)
        if not is_behind and wire.goes_on_by_itself:
            self._answered.pop(key, None)
        left = [one for one in calls if one.index > self._answered.get(key, -1)]
        if not left and is_behind and not calls[-1].names_page(wire):
            return _written(wire, empty_page(wire.endpoint), "no more pages")
        chosen = left[0] if left else calls[-1]
        self._answered[key] = chosen.index
        case = chosen.case
        why = f"{self.subject.plan.name}.{case.name}: {case.example.title}, call {chosen.index + 1}"
        if chosen.call.fails is not None:
            return Answer(0, {}, chosen.call.fails.encode(), why)
        return _written(wire, chosen.call.reply, why, chosen.call.delay or 0.0)

    def _canned(self, name: str) -> Iterator[Canned]:
        for case in self.subject.all_cases:
            for index, call in enumerate(case.example.calls):
                if call.call == name:
                    yield Canned(case, call, index)

    # -- what does not fit ---------------------------------------------------------------------------------------

    def _nothing_fits(self, wire: Wire, ranked: list[tuple[Canned, list[Difference]]]) -> Answer:
        title, status = (
            "No example fits",
            501 if 404 in wire.operation.absent else 404,
        )  # there a 404 means: nothing found
        if not ranked:
            detail = f"no example has a call of {wire.name}; write one under a message or flow that calls it"
            return problem(status, title, detail)
        nearest, differences = min(ranked, key=lambda pair: (not pair[0].given, len(pair[1])))
        mark = self.subject.mark(*nearest.case.path, "calls", nearest.index)
        example = f"{self.subject.plan.name}.{nearest.case.name}: {nearest.case.example.title}"
        detail = f"no example of {wire.name} has this: {in_words(differences)} ({example}, {mark})"
        told = {"example": example, "place": str(mark), "differences": differing(differences)}
        return problem(status, title, detail, nearest=told)

    def _no_endpoint(self, connection: str, request: httpx.Request) -> Answer:
        known = [wire.endpoint.what for name, wire in self._wires.items() if name.partition(".")[0] == connection]
        detail = f"{connection} has no endpoint for {request.method} {request.url.path}; it has: {', '.join(known)}"
        return problem(404, "No such endpoint", detail)

    def _misfit(self, wire: Wire, sent: Request) -> Answer | None:
        """A body that does not fit the endpoint's `request` schema."""
        schema = wire.connection.request_schema(wire.name.partition(".")[2])
        if schema is None:
            return None
        violations = self._schemas.check(schema)(sent.body)
        if not violations:
            return None
        errors = [{"path": violation.path, "message": violation.message} for violation in violations]
        where = violations[0].path or "it"
        detail = f"the body does not fit the schema of {wire.name}: {where} {violations[0].message}"
        return problem(422, "The request does not fit", detail, errors=errors)

    # -- who asks, and where ---------------------------------------------------------------------------------------

    def _who(self, wire: Wire, request: httpx.Request) -> Answer | None:
        """Refuses who does not show what the connection's `auth` says: the token that was given, a header."""
        auth: Any = wire.endpoint.auth or wire.connection.auth
        for _ in range(len(self.subject.integration.connections)):
            if isinstance(auth, Shared):
                auth = getattr(self.subject.integration.connections[auth.connection], "auth", None)
        shown = [*request.headers.values(), str(request.url)]
        if isinstance(auth, (Login, OAuth2)) and not any(TOKEN in text for text in shown):
            return problem(401, "Not logged in", f"{wire.name} wants the token that the login gives")
        if isinstance(auth, (Basic, Bearer)) and "authorization" not in request.headers:
            return problem(401, "Not logged in", f"{wire.name} wants an Authorization header")
        if isinstance(auth, UsernameToken) and not auth.is_shown(request.content):
            return problem(401, "Not logged in", f"{wire.name} wants a UsernameToken in the header of the envelope")
        if isinstance(auth, ApiKey):
            wanted = [name for name in auth.header if name.lower() not in request.headers]
            wanted += [name for name in auth.query if name not in request.url.params]
            if wanted:
                return problem(401, "No key", f"{wire.name} wants {', '.join(wanted)}")
        return None

    def _address(self, wire: Wire, request: httpx.Request) -> Answer:
        """Where the connection is whose address this call names: here."""
        here = request.url.copy_with(raw_path=f"/{self.subject.plan.name}/{self._addresses[wire.name]}".encode())
        reply = named(self._named[wire.name], str(here))
        return _written(wire, reply, f"{wire.name} names the mock")

    def _wire(self, connection: str, request: httpx.Request) -> Wire | None:
        """The endpoint of a request: the one whose path says most of it; of several, that whose example is nearest."""
        found = [
            wire
            for name, wire in self._wires.items()
            if name.partition(".")[0] == connection
            and wire.operation.method == request.method
            and wire.leads_to(request)
        ]
        if len(found) < 2:
            return found[0] if found else None
        longest = max(len(wire.operation.path) for wire in found)
        return min(
            (wire for wire in found if len(wire.operation.path) == longest), key=lambda wire: self._apart(wire, request)
        )

    def _apart(self, wire: Wire, request: httpx.Request) -> tuple[bool, int]:
        """How far a request is from the examples of an endpoint: whether none of them names it, and the differences."""
        sent = wire.sent(request)
        named = [len(canned.against(sent)) for canned in self._canned(wire.name) if canned.given]
        return not named, min(named, default=0)


def _is_page_behind(wire: Wire, sent: Request, differences: list[Difference]) -> bool:
    """Whether a request only asks for a page that an example does not have."""
    is_behind = wire.goes_on_by_itself and not wire.is_first_page(sent)
    return is_behind and all(one.path == ("query", wire.page_param) for one in differences)


def _groups(integration: Integration) -> dict[str, frozenset[str]]:
    """Of each connection, those at the same address: the engine reaches them by one setting."""
    settings = {name: address_setting(connection) or name for name, connection in integration.connections.items()}
    return {
        name: frozenset(other for other, setting in settings.items() if setting == own)
        for name, own in settings.items()
    }


def _written(wire: Wire, reply: CannedReply | None, why: str, delay: float = 0.0) -> Answer:
    try:
        response = wire.response(reply)
    except Fault as fault:
        return problem(500, "The canned reply cannot be written", fault.message)
    content = b"".join(response.stream) if isinstance(response.stream, httpx.ByteStream) else b""
    return Answer(response.status_code, dict(response.headers), content, why, delay)
