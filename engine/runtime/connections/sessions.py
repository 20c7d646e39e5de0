"""The opened connections of one integration."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from engine.calls import Call, Session
from engine.errors import EngineError, SettingMissing
from engine.exchange import Trace
from engine.parts.policies import Offline
from engine.parts.resolve import resolved
from engine.protocols.connection import NetworkConnection, Opening
from engine.redaction import Redactor
from engine.runtime.connections.availability import Availability
from engine.runtime.connections.guard import GuardedSession
from engine.runtime.connections.outside import PRODUCTION, Outside
from engine.settings import Settings
from engine.spec.integration import Integration
from engine.tunnels.tunnel import OpenTunnel, Tunnel


class Sessions:
    """Opens each connection once; one that needs another (`shared`, `url: {call}`) opens that first."""

    def __init__(
        self,
        integration: Integration,
        settings: Settings,
        redactor: Redactor,
        outside: Outside = PRODUCTION,
    ) -> None:
        self._integration = integration
        self._scope = {"settings": settings.revealed}
        self._redactor = redactor
        self._outside = outside
        self._open: dict[str, Session] = {}
        self._opening: list[str] = []
        self._tunnels: dict[OpenTunnel, OpenTunnel] = {}
        self.availabilities: list[Availability] = []
        self.guarded: dict[str, Session] = {}
        problems: list[str] = []
        for name in integration.connections:
            try:
                self.guarded[name] = self._guard(name, self._get(name))
            except SettingMissing as error:
                problems.extend(problem for problem in error.problems if problem not in problems)
        if problems:
            raise SettingMissing(problems)

    def __getitem__(self, name: str) -> Session:
        return self.guarded[name]

    @property
    def opened(self) -> Mapping[str, Session]:
        """By connection, past the semaphore: for who looks whether it works at all."""
        return self._open

    async def aclose(self) -> None:
        """Log off and close, those that depend on others first."""
        for availability in self.availabilities:
            await availability.aclose()
        for session in reversed(list(self._open.values())):
            with contextlib.suppress(EngineError):  # the others are closed all the same
                await session.aclose()
        for tunnel in self._tunnels:
            await tunnel.aclose()

    def _get(self, name: str) -> Session:
        if name not in self._open:
            if name in self._opening:
                raise SettingMissing(
                    [f"{self._integration.name}: the connections {' → '.join([*self._opening, name])} need each other"]
                )
            self._opening.append(name)
            try:
                self._open[name] = self._integration.connections[name].open(self._how(name))
            finally:
                self._opening.pop()
        return self._open[name]

    def _how(self, name: str) -> Opening:
        where = f"{self._integration.name}.{name}"
        found = self._integration.connections[name]
        tunnel = self._tunnel(found.tunnel, where) if isinstance(found, NetworkConnection) else None
        return Opening(
            name=where,
            scope=self._scope,
            transport=lambda tls: self._outside.transport(where, tls, tunnel),
            other=self._get,
            redactor=self._redactor,
            tunnel=tunnel,
            database=self._outside.database,
            disk=self._outside.disk,
            folder=self._integration.folder,
        )

    def _tunnel(self, described: Tunnel | None, owner: str) -> OpenTunnel | None:
        """One tunnel for all connections that describe the same; None: the system is reached directly."""
        tunnel = described.open(self._scope, owner) if described else None
        return tunnel and self._tunnels.setdefault(tunnel, tunnel)

    def _guard(self, name: str, session: Session) -> Session:
        offline = self._integration.connections[name].offline
        return (
            session
            if offline is None
            else GuardedSession(session, self._availability(name, resolved(offline, self._scope)))
        )

    def _availability(self, name: str, offline: Offline) -> Availability:
        connection, _, endpoint = offline.probe.partition(".")

        async def probe(trace: Trace) -> object:
            before, trace.call = trace.call, offline.probe
            try:
                return await self._get(connection).send(Call(endpoint, retries=False), trace)
            finally:
                trace.call = before

        availability = Availability(f"{self._integration.name}.{name}", offline.lasts, offline.probe, probe)
        self.availabilities.append(availability)
        return availability
