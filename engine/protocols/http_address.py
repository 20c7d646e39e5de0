"""Where a REST connection is: fixed, or named by another call and kept for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from engine.http.addresses import host_of, is_https

if TYPE_CHECKING:
    from engine.protocols.http import UrlCall


class Address(Protocol):
    """An address and the hosts it may lead to.

    Attributes:
        plain: those of the hosts that are asked in plain http.
    """

    hosts: frozenset[str]
    plain: frozenset[str]

    async def current(self, trace: Trace) -> str:
        """The address, without a trailing slash.

        Raises:
            Refused, Unreachable: it cannot be found out.
        """


class FixedAddress:
    """An address from the file or the settings.

    Raises:
        SettingMissing: it is plain http, and no reason is given why that is accepted.
    """

    def __init__(self, url: str, owner: str, *, insecure: bool) -> None:
        if not insecure and not is_https(url):
            connection = owner.rpartition(".")[2]
            reason = f"`insecure: the reason` under `connections: {connection}:`"
            words = f"{owner}: the address is plain http; use https, or accept it with {reason}"
            raise SettingMissing([words])
        self._url = url
        self.hosts = frozenset({host_of(url)})
        self.plain = frozenset() if is_https(url) else self.hosts

    async def current(self, trace: Trace) -> str:
        return self._url


class NamedAddress:
    """An address that another call names.

    Args:
        ask: makes that call; gives the scope of its reply.
        hosts: which it may name.
    """

    def __init__(
        self,
        spec: UrlCall,
        ask: Callable[[Trace], Awaitable[Mapping[str, Any]]],
        hosts: Iterable[str],
        *,
        insecure: bool,
    ) -> None:
        self._spec = spec
        self._ask = ask
        self.hosts = frozenset(hosts) | {host if ":" in host else f"{host}:443" for host in spec.hosts}
        self.plain = frozenset(asked for asked in self.hosts if insecure and not asked.endswith(":443"))
        self._insecure = insecure
        self._found: tuple[str, float] | None = None
        self._asking = asyncio.Lock()

    async def current(self, trace: Trace) -> str:
        if not self._is_fresh():
            async with self._asking:
                if not self._is_fresh():
                    self._found = await self._asked(trace), time.monotonic() + self._spec.keep
        assert self._found is not None
        return self._found[0]

    def _is_fresh(self) -> bool:
        return self._found is not None and time.monotonic() < self._found[1]

    async def _asked(self, trace: Trace) -> str:
        url = self._spec.value.compiled(await self._ask(trace))
        if not isinstance(url, str) or not host_of(url):
            raise Unreachable(f"{self._spec.call} named no address", cause="garbage", may_have_happened=False)
        if host_of(url) not in self.hosts:
            raise Refused(f"{self._spec.call} named {host_of(url)}, which is not among `hosts`", code="redirect")
        if not self._insecure and not is_https(url):
            raise Refused(f"{self._spec.call} named an address in plain http", code="redirect")
        return url.rstrip("/")
