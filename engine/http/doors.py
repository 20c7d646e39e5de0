"""The way of aiohttp through a tunnel: what it takes for the address of a host is a door of the tunnel."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

Door = Callable[[str, int], Awaitable[tuple[str, int]]]
"""Gives the local address at which one connection comes out at a host and port on the far side."""

_NUMBERED = ".numbered.invalid"


class Doors(AbstractResolver):
    """Resolves each host, for each new connection, to a new door; names are looked up on the far side.

    aiohttp asks nobody for an address that is a number already: `named` gives it a name.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._numbers: dict[str, str] = {}

    def named(self, url: URL) -> URL:
        """An address whose host is a number, with a name instead, which only this resolver knows."""
        number = str(url.host)
        name = number.replace(".", "-").replace(":", "-").replace("%", "-") + _NUMBERED
        self._numbers[name] = number
        return url.with_host(name)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        local, door = await self._door(self._numbers.get(host, host), port)
        return [
            ResolveResult(
                hostname=host, host=local, port=door, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        """The tunnel is closed by who opened it."""
