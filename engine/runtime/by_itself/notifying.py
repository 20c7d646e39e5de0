"""Telling people what needs them: together, not too often, by one engine of many, and again until it was handed in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName
from engine.delivery.reading import Begin, End, NextReading
from engine.delivery.store import Store
from engine.delivery.telling import Ask, Told, Untold
from engine.errors import EngineError, Unreachable
from engine.exchange import Trace, new_id, timestamp
from engine.notices.call import CallNotify
from engine.notices.email import EmailNotify
from engine.notices.mail_server import MailServer
from engine.notices.notice import HAPPENINGS, Notice
from engine.notices.notify import Notify
from engine.notices.wording import SHOWN, Story, body, notice, span, subject
from engine.runtime.by_itself.causes import Causes
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine

LOOK = 5.0
"""Seconds between two looks; what happens within one is told together."""
LEASE = 120.0
"""Seconds after which another engine tells in the place of one that died; longer than a call or a mail takes."""
AGAIN = 60.0
"""Seconds after which it is tried again, if the mail server or the endpoint did not take it."""

_OF_RECORDS = ("parked", "waiting", "confirm_late")

log = logging.getLogger("engine.notify")


@dataclass(frozen=True)
class Post:
    """How the engine reaches people.

    Attributes:
        mail: None: mails are not sent.
        url: where people reach this engine, for links; empty: commands are told in their place.
    """

    mail: MailServer | None = None
    url: str = ""


NOBODY = Post()


class Notifier:
    """Tells until it is stopped; every engine on a store may, each entry is told by one at a time."""

    def __init__(self, engine: Engine, store: Store, clock: Clock, post: Post) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._post = post
        self._owner = new_id()
        self._entries = list(self._told_of())
        self._seen: set[FlowName] = set()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Look again and again, until `stop`."""
        while self._entries and not self._stopping.is_set():
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK)

    def stop(self) -> None:
        self._stopping.set()

    async def look(self) -> None:
        """Look once at what each entry has to tell."""
        for live, name, entry in self._entries:
            try:
                await self._look(live, name, entry)
            except Unreachable as error:
                log.warning("%s: %s", name, error)

    def _told_of(self) -> Iterator[tuple[LiveIntegration, FlowName, Notify]]:
        """The entries that can be told. Each is known to the store by a name that no flow has."""
        for live in self._engine.integrations.values():
            for number, entry in enumerate(live.notify, start=1):
                if isinstance(entry, EmailNotify) and not entry.to:
                    continue
                if isinstance(entry, EmailNotify) and self._post.mail is None:
                    log.warning("%s: nobody is told by mail, there is no mail server (ENGINE_MAIL)", live.name)
                    continue
                yield live, FlowName(live.name, f"(notify {number})"), entry

    async def _look(self, live: LiveIntegration, name: FlowName, entry: Notify) -> None:
        """Tell what there is to tell; what is new waits for one look, for what comes with it.

        Raises:
            Unreachable: the store is away.
        """
        now = self._clock.now()
        wanted = {*entry.events, *(("offline",) if "online" in entry.events else ())}  # only what went can be back
        events = [event for event in HAPPENINGS if event in wanted]
        found = await self._store.untold(Ask(live.name, name.flow, events, entry.flows, now, float(entry.after)))
        if not found:
            self._seen.discard(name)
            return
        if name not in self._seen:
            self._seen.add(name)
            return
        await self._store.plan(NextReading(name, now, None))
        if await self._store.begin(Begin(name, self._owner, now, now + LEASE, scheduled=True)) is None:
            return
        due = now + float(entry.group)
        try:
            await self._tell(live, entry, [one for one in found if one.event in entry.events])
            subjects = [(one.event, one.subject) for one in found]
            await self._store.tell(Told(live.name, name.flow, now, subjects))
            self._seen.discard(name)
        except EngineError as error:
            due, why = now + AGAIN, live.redactor.text(str(error))
            log.warning("%s: people could not be told, it is tried again in %g s: %s", name, AGAIN, why)
        await self._store.finish(End(name, self._owner, self._clock.now(), due=due))

    async def _tell(self, live: LiveIntegration, entry: Notify, found: Sequence[Untold]) -> None:
        notices = [notice(story) for story in self._stories(live, entry, found)]
        if not notices:
            return
        if isinstance(entry, EmailNotify):
            assert self._post.mail is not None
            await self._post.mail.send(entry.to, subject(notices), body(notices))
        elif isinstance(entry, CallNotify):
            for one in notices:
                await self._call(live, entry, one)
        log.info("%s: people were told: %s", live.name, subject(notices))

    async def _call(self, live: LiveIntegration, entry: CallNotify, told: Notice) -> None:
        call = entry.build({"settings": live.public, "notice": told.as_scope()})
        await live.sessions[entry.call.partition(".")[0]].send(call, Trace(payloads=False))

    # -- in words --------------------------------------------------------------------------------------------------

    def _stories(self, live: LiveIntegration, entry: Notify, found: Sequence[Untold]) -> Iterator[Story]:
        """What happened, told once for all records of the same failure."""
        groups: dict[tuple[str, str], list[Untold]] = {}
        for one in found:
            groups.setdefault((one.event, one.flow), []).append(one)
        for (event, _), ones in groups.items():
            if event in _OF_RECORDS:
                yield from self._of_records(live, entry, ones)
            else:
                yield from (self._of_system(live, one) for one in ones)

    def _of_records(self, live: LiveIntegration, entry: Notify, ones: Sequence[Untold]) -> Iterator[Story]:
        event, flow = ones[0].event, ones[0].flow
        causes = Causes(((one.key, one.error) for one in ones), first=SHOWN)
        for cause in causes.most_first:
            first = next(one for one in ones if one.error == cause.text)
            waits = event != "parked"
            yield Story(
                event,
                live.name,
                f"{live.name}.{flow}",
                cause.count,
                [live.redactor.text(key) for key in cause.keys],
                cause.text,
                since=timestamp(first.since) if waits else "",
                after=span(float(entry.after)) if event == "waiting" else "",
                place=f"{live.name}.yaml, flows.{flow}",
                link=self._link(live, first.subject),
            )

    def _of_system(self, live: LiveIntegration, one: Untold) -> Story:
        """A flow that could not read, or a connection; its name says which."""
        if one.event == "flow_failed":
            name, place, error = f"{live.name}.{one.flow}", f"{live.name}.yaml, flows.{one.flow}", one.error
        else:
            name, place = one.flow, f"{live.name}.yaml, connections.{one.flow.partition('.')[2]}"
            error = self._why(live, one.flow) if one.event == "offline" else ""
        return Story(one.event, live.name, name, 0, [], error, timestamp(one.since), place=place)

    def _why(self, live: LiveIntegration, connection: str) -> str:
        known = (one.why for one in live.sessions.availabilities if one.name == connection)
        return live.redactor.text(next(known, "")) or "it does not answer; `engine log` tells more"

    def _link(self, live: LiveIntegration, id: str) -> str:
        if self._post.url:
            return f"{self._post.url.rstrip('/')}/v1/{live.name}/deliveries/{id}"
        return f"engine parked show {id}"
