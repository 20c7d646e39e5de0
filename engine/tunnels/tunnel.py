"""What every kind of tunnel can do: give a door to an address on its far side."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from engine.parts.part import Part


class OpenTunnel(Protocol):
    """A tunnel in use: opened when a door is asked for, opened again after it broke. Two that lead the same way are equal."""

    async def door(self, host: str, port: int) -> tuple[str, int]:
        """A local address at which one connection, made now, comes out at `host:port` on the far side.

        Raises:
            Unreachable: the way is closed; surely nothing was sent.
        """

    async def aclose(self) -> None:
        """Close it, and what goes through it."""

    def __hash__(self) -> int: ...


class Tunnel(Part):
    """A way through to a system."""

    noun = "a tunnel"

    @abstractmethod
    def open(self, scope: Mapping[str, Any], owner: str) -> OpenTunnel | None:
        """Get ready, with the settings in place; nothing is connected yet. None: it is switched off.

        Args:
            owner: `integration.connection`, for messages.

        Raises:
            SettingMissing: a setting does not fit.
        """
