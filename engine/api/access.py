"""Who may call what: networks, clients, and the address behind trusted proxies."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.clients.client import Client, Recognise
from engine.errors import Refused, SettingMissing, Unreachable
from engine.parts.resolve import resolved
from engine.runtime.live.integration import LiveIntegration
from engine.spec.security import LOOPBACK

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


Wanted = tuple[Literal["message", "event", "operate"], str]
"""What somebody wants: to call a message, to post an event, or to resend and discard."""


@dataclass(frozen=True)
class Denied(Exception):
    """A caller that may not.

    Attributes:
        kind: `unknown-client` (who are you?), `forbidden`, or `cannot-tell`: it cannot be told now who this is.
        challenge: how it may prove who it is.
    """

    kind: Literal["unknown-client", "forbidden", "cannot-tell"]
    reason: str
    challenge: str = ""


@dataclass(frozen=True)
class KnownClient:
    """A client, ready to be recognised."""

    name: str
    recognise: Recognise
    signs: bool
    may: frozenset[Wanted]
    networks: tuple[Network, ...]


class Access:
    """The rules of one integration.

    Without `security` it is served on loopback only, to anyone there; without clients, to everyone in `allow`.
    """

    def __init__(self, live: LiveIntegration) -> None:
        self._name, security = live.name, live.security
        self._networks = networks(security.allow if security else LOOPBACK)
        scope = {"settings": live.settings.revealed}
        clients: Mapping[str, Client] = security.clients if security else {}
        self._clients = tuple(self._known(name, resolved(client, scope), scope) for name, client in clients.items())
        self._challenge = ", ".join(dict.fromkeys(client.challenge for client in clients.values() if client.challenge))

    def _known(self, name: str, client: Client, scope: Mapping[str, object]) -> KnownClient:
        own = networks(client.allow) if client.allow is not None else self._networks
        try:
            recognise = client.open(scope)
        except SettingMissing as error:
            raise SettingMissing([f"{self._name}: {name}: {problem}" for problem in error.problems]) from None
        return KnownClient(name, recognise, client.signs, allowed(client), own)

    def admits(self, address: Address) -> bool:
        """Whether an address may connect at all."""
        return any(address in network for network in self._networks) or any(
            address in network for client in self._clients for network in client.networks
        )

    def require_network(self, address: Address) -> None:
        """Let a caller connect.

        Raises:
            Denied: it may not connect from there.
        """
        if not self.admits(address):
            raise Denied("forbidden", "this network may not connect")

    def needs_body(self, wanted: Wanted) -> bool:
        """Whether the body must be read before it can be told who sent it."""
        return any(client.signs and wanted in client.may for client in self._clients)

    async def require_client(
        self, address: Address, headers: Mapping[str, str], wanted: Wanted, body: bytes = b""
    ) -> None:
        """Let a request pass.

        Args:
            body: as it came; needed where `needs_body` says so.

        Raises:
            Denied: no known client, not from there, or not this.
        """
        if not self._clients and wanted[0] != "operate":
            return
        recognised = await self._recognised(headers, body)
        here = [client for client in recognised if any(address in network for network in client.networks)]
        if not here:
            raise Denied("forbidden", "this client may not connect from this network")
        if not any(wanted in client.may for client in here):
            raise Denied("forbidden", f"this client may not {_words(wanted)}")

    async def _recognised(self, headers: Mapping[str, str], body: bytes) -> list[KnownClient]:
        """The clients that a request comes from, at least one."""
        found, away = [], None
        for client in self._clients:
            try:
                if await client.recognise(headers, body):
                    found.append(client)
            except (Unreachable, Refused) as error:
                away = error
        if not found and away is not None:
            raise Denied("cannot-tell", f"it cannot be told now who this is: {away}")
        if not found:
            given = "authorization" in headers or "x-wsse" in headers or not self._challenge
            why = (
                "no known client has these credentials"
                if given
                else "no known client: there is no Authorization header"
            )
            raise Denied("unknown-client", why, self._challenge)
        return found


def allowed(client: Client) -> frozenset[Wanted]:
    """What a client may do."""
    may = client.may
    messages: list[Wanted] = [("message", name) for name in may.messages]
    events: list[Wanted] = [("event", name) for name in may.events]
    operate: list[Wanted] = [("operate", "")] if may.operate else []
    return frozenset([*messages, *events, *operate])


def _words(wanted: Wanted) -> str:
    kind, name = wanted
    return {
        "message": f"call {name}",
        "event": f"post {name}",
        "operate": "look at deliveries, resend or discard them",
    }[kind]


@dataclass(frozen=True)
class Proxies:
    """Proxies whose X-Forwarded-For is believed; nobody else's is."""

    trusted: tuple[Network, ...] = ()

    def caller(self, peer: str, forwarded: str) -> Address:
        """The address of the caller: the last one in the chain that is no trusted proxy."""
        address = parsed(peer)
        if not self.trusted or not forwarded or not self._trusts(address):
            return address
        for text in reversed(forwarded.split(",")):
            try:
                address = parsed(_without_port(text.strip()))
            except ValueError:
                raise Denied("forbidden", "X-Forwarded-For holds no address") from None
            if not self._trusts(address):
                break
        return address

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.trusted)


def _without_port(text: str) -> str:
    """Some proxies write `192.0.2.7:4711` and `[2001:db8::7]:4711`."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


@lru_cache(maxsize=4096)
def parsed(text: str) -> Address:
    """An address; IPv4 inside IPv6 is IPv4.

    Raises:
        ValueError: it is none.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address
