"""Looking whether everything an integration needs is there and works: reads only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from engine.calls import Call, Session
from engine.ddl.needs import needs
from engine.errors import EngineError, MappingError, Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from engine.observation import Observable, Observation
from engine.protocols.sql_session import SqlSession
from engine.runtime.live.integration import LiveIntegration


async def observe(live: LiveIntegration) -> AsyncIterator[tuple[str, Observation]]:
    """What there is to see, each with the connection it belongs to."""
    opened = live.sessions.opened
    for name, session in opened.items():
        works = True
        if isinstance(session, Observable):
            try:
                async for seen in session.observe():
                    works = works and seen.state != "failed"
                    yield name, seen
            except SettingMissing as error:
                works = False
                yield name, _lacking(error)
        if isinstance(session, SqlSession) and works:
            async for seen in session.observe_tables(needs(live.plan.integration, name)):
                yield name, seen
        for probe in _probes(live, name) if works else ():
            yield name, await _probed(live, opened[probe.partition(".")[0]], probe)


def _lacking(error: SettingMissing) -> Observation:
    """A connection that lacks a setting, which need not be set as not everybody needs the connection."""
    remedy = "set it, if this connection is needed; its calls fail till then"
    return Observation("settings", "warning", "; ".join(error.problems), remedy)


def _probes(live: LiveIntegration, name: str) -> Iterator[str]:
    """The endpoint that tells whether a connection is offline, if asking it changes nothing."""
    offline = live.plan.integration.connections[name].offline
    if offline is None:
        return
    _, endpoint = live.plan.integration.endpoint_called(offline.probe)
    if getattr(endpoint, "what_twice", "") == "read":
        yield offline.probe


async def _probed(live: LiveIntegration, session: Session, probe: str) -> Observation:
    what = f"call {probe}"
    try:
        await session.send(Call(probe.partition(".")[2], retries=False), Trace(payloads=False))
    except Refused as error:
        return _failed(live, what, error.text, "check user, password and rights in the settings that `auth` uses")
    except Unreachable as error:
        return _failed(live, what, error.text, "see that the system runs, and that its address is right")
    except MappingError as error:
        return _failed(live, what, str(error), "the answer is another than the file expects; is this the right system?")
    except EngineError as error:
        return _failed(live, what, str(error), "try again")
    return Observation(what, "ok", "it answers")


def _failed(live: LiveIntegration, what: str, told: str, remedy: str) -> Observation:
    return Observation(what, "failed", live.redactor.text(told), remedy)
