"""What `engine migrate` tells, and a dry run: how far it is, what became of each flow, and why records failed."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from engine.cli.progress import ProgressLine
from engine.delivery.delivery import Delivery, FlowName
from engine.delivery.operating import Filter
from engine.errors import EngineError
from engine.formats.json import dumps
from engine.runtime.by_hand.dry_run import DryRun, Failure
from engine.runtime.by_hand.migration import Headway, Migrated, Migration, watched
from engine.runtime.by_itself.causes import Causes
from engine.runtime.live.flow import LiveFlow
from engine.runtime.messages.engine import Engine
from engine.runtime.records.pages import Range

COLUMNS = ("flow", "key", "state", "error", "exchange", "record")


@dataclass(frozen=True)
class Told:
    """Where it is told.

    Attributes:
        failed: takes rows of `COLUMNS`; None if nobody asked for them.
    """

    out: TextIO
    progress: ProgressLine
    failed: Any

    @classmethod
    @contextmanager
    def to(cls, out: TextIO, failed: Path | None) -> Iterator[Told]:
        """Tell to a stream, and of failed records to a file.

        Raises:
            OSError: the file cannot be written.
        """
        with ExitStack() as stack:
            writer = None
            if failed is not None:
                writer = csv.writer(stack.enter_context(failed.open("w", newline="", encoding="utf-8")))
                writer.writerow(COLUMNS)
            yield cls(out, ProgressLine(out), writer)

    def headway(self, now: Headway) -> None:
        """How far a flow is."""
        if now.phase == "taken":
            words = "another run reads this flow (or one that was killed); waiting until it has ended"
            self.progress.tell(f"{now.flow}: {words};", now.done)
            return
        words = "read" if now.phase == "reading" else "delivered"
        self.progress.tell(f"{now.flow}: {words}", now.done, now.total, now.stuck)

    def line(self, text: str) -> None:
        self.progress.clear()
        self.out.write(f"{text}\n")
        self.out.flush()

    def causes(self, causes: Causes) -> None:
        """Why records failed, what happened most first."""
        for cause in causes.most_first:
            keys = ", ".join(cause.keys) + (", …" if cause.keys and cause.count > len(cause.keys) else "")
            self.line(f"  {cause.count:,} × {cause.text}" + (f"  (key {keys})" if keys else ""))

    def row(self, flow: FlowName, key: str, state: str, error: str, exchange: str, record: Any) -> None:
        if self.failed is not None:
            self.failed.writerow((str(flow), key, state, error, exchange, dumps(record).decode()))


async def in_earnest(migration: Migration, told: Told, restart: bool) -> bool:
    """Migrate, and tell; gives whether all was delivered."""
    if restart:
        await migration.restart()
    open_, names = 0, {flow.name for flow in migration.flows}
    try:
        async for ended in migration.run():
            told.line(_ended(ended))
            open_ += sum(ended.left.values()) + len(ended.aside)
            names.discard(ended.flow)
            await _open(migration, ended.flow, told)
    except EngineError as error:
        told.line(f"it could not go on: {migration.live.redactor.text(str(error))}")
    for name in sorted(names, key=str):
        told.line(f"{name}: not ended; the same command goes on with it")
    return not open_ and not names


def _ended(one: Migrated) -> str:
    if one.before:
        words = "done by an earlier run"
    elif one.count is None:
        words = "read by an earlier run"
    else:
        words = f"{one.count.read:,} read, {one.count.skipped:,} skipped, {one.count.accepted:,} to deliver"
    left = ", ".join(f"{count:,} {state}" for state, count in one.left.items())
    told = f"{one.flow}: {words}; " + (f"left: {left} (`engine parked --all` shows them)" if left else "all delivered")
    return "\n".join([told, *one.aside])


async def _open(migration: Migration, flow: FlowName, told: Told) -> None:
    """What is left of a flow: why, in groups; each one in the file."""
    causes = Causes()
    async for one in _deliveries(migration, flow):
        if one.state in ("waiting", "sent"):
            continue
        error = one.error or f"it is {one.state}"
        causes.add(one.key, error)
        payload = migration.live.redactor.value(one.payload)
        told.row(flow, one.key, one.state, error, one.id, payload.get("record", payload.get("event")))
    told.causes(causes)


async def _deliveries(migration: Migration, flow: FlowName) -> AsyncIterator[Delivery]:
    async for some in migration.store.found_all(Filter(flow.integration, flow.flow)):
        for one in some:
            yield one


async def tried(migration: Migration, told: Told, restart: bool) -> bool:
    """Read, map and check, and tell; gives whether all would be delivered."""
    known = {} if restart else await migration.store.migrated(migration.live.name)
    fits = True
    for flow in migration.flows:
        if flow.name.flow in known:
            told.line(f"{flow.name}: read by an earlier run")
            continue
        cursor = None if restart else (await migration.store.position(flow.name)).cursor
        fits = await try_flow(migration.engine, flow, cursor, told) and fits
    return fits


async def try_flow(engine: Engine, flow: LiveFlow, cursor: Any, told: Told, range: Range | None = None) -> bool:
    """Try one flow dry, and tell; gives whether all would be delivered."""
    live, causes = engine.integrations[flow.name.integration], Causes()

    def failed(one: Failure) -> None:
        causes.add(one.key, one.error)
        told.row(flow.name, one.key, "", one.error, "", live.redactor.value(one.record))

    trial = DryRun(engine, live, flow, failed, range)
    count, error = trial.count, ""
    try:
        async with watched(lambda: told.headway(Headway(flow.name, "reading", count.read))):
            await trial.run(cursor)
    except EngineError as found:
        error = live.redactor.text(str(found))
    words = f"{count.read:,} read, {count.skipped:,} skipped, {count.fit:,} fit, {count.failed:,} would fail"
    told.line(f"{flow.name}: {words}" + (f"; then it could not be read on: {error}" if error else ""))
    told.causes(causes)
    for aside in count.aside:
        told.line(f"{flow.name}: {aside}")
    return not error and not count.failed and not count.aside
