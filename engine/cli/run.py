"""`engine run`: one flow now, by hand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import (
    INTEGRATIONS,
    LEVEL,
    STORE,
    Folder,
    Given,
    LogLevel,
    SettingsFile,
    Store,
    plans_of,
    require,
    stop,
)
from engine.cli.progress import ProgressLine

if TYPE_CHECKING:
    from engine.delivery.delivery import FlowName
    from engine.delivery.store import Store as DeliveryStore
    from engine.runtime.by_hand.running import Left
    from engine.runtime.intake.reading import Tally
    from engine.runtime.messages.engine import Engine
    from engine.runtime.records.pages import Range


Since = Annotated[
    str,
    typer.Option(help="Read from this cursor on, as JSON or name=value; the flow's own cursor stays where it is."),
]
Dry = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Read, map and check; send nothing, take no rows, move no cursor. Tells what would fail."
    ),
]


def run(
    integration: Annotated[str, typer.Argument(help="Name of the integration, such as acme")],
    flow: Annotated[str, typer.Argument(help="Name of the flow, such as inventory")],
    since: Since = "",
    until: Annotated[str, typer.Option(help="With --since: read up to this cursor.")] = "",
    dry_run: Dry = False,
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
    log_level: LogLevel = LEVEL,
) -> None:
    """Read what a flow has to read, now, and deliver it.

    Exit code 0: all is delivered (answers to it may be still to come), or with --dry-run would be. 1: something is
    parked, waits, or could not be read. 2: could not run.
    """
    from engine.cli.logs import write_logs
    from engine.errors import EngineError, SettingMissing, SpecError
    from engine.runtime.by_hand.opened import delivering
    from engine.server import loop
    from engine.settings import Sources

    plans = plans_of(folder, [integration])
    require("flow", flow, plans[integration].flows, integration)
    range = _range(since, until)
    if dry_run and until:
        stop("--dry-run with --until: it reads to the end; leave --until out")
    if dry_run and plans[integration].integration.flows[flow].trigger.event:
        stop(f"{integration}.{flow} begins with an event and reads nothing: try it with examples, `engine test`")
    sources = Sources.of(given or (), settings)

    line = ProgressLine(sys.stderr)
    secrets = write_logs(log_level, line.clear)

    async def work() -> bool:
        async with delivering(plans, sources, store) as (engine, deliveries):
            loop.settle()
            secrets.add(engine.redacted)
            name = engine.integrations[integration].flows[flow].name
            if dry_run:
                return await _tried(engine, deliveries, name, range)
            return await _in_earnest(engine, deliveries, name, range, line)

    try:
        done = loop.run(work())
    except (SettingMissing, SpecError):
        raise
    except EngineError as error:
        stop(f"{integration}.{flow} could not be read: {error}", 1)
    finally:
        line.clear()
    raise typer.Exit(0 if done else 1)


async def _tried(engine: Engine, deliveries: DeliveryStore, name: FlowName, range: Range | None) -> bool:
    from engine.cli.migrating import Told, try_flow

    flow = engine.integrations[name.integration].flows[name.flow]
    with Told.to(sys.stdout, None) as told:
        return await try_flow(engine, flow, (await deliveries.position(name)).cursor, told, range)


async def _in_earnest(
    engine: Engine, deliveries: DeliveryStore, name: FlowName, range: Range | None, line: ProgressLine
) -> bool:
    from engine.runtime.by_hand.running import run_flow

    def watch(count: Tally) -> None:
        if sys.stderr.isatty():
            line.tell(f"{name}: reading", count.read, share=count.share)

    def watch_left(left: Left) -> None:
        if sys.stderr.isatty():
            line.tell(f"{name}: delivering", left.done, left.total, left.stuck)

    ran = await run_flow(engine, deliveries, name.integration, name.flow, range, watch, watch_left)
    line.clear()
    typer.echo(ran.words)
    return ran.is_done


def _range(since: str, until: str) -> Range | None:
    """What is to be read by hand; None: what the flow's own cursor says."""
    from engine.runtime.records.pages import Range

    if until and not since:
        stop("--until without --since: name where to begin")
    return Range(_cursor(since, "--since"), _cursor(until, "--until") if until else None) if since else None


def _cursor(text: str, option: str) -> dict[str, Any]:
    """`{"changed": "2026-01-01"}` or `changed=2026-01-01,uid=7`."""
    from engine.formats.format import Undecodable
    from engine.formats.json import loads

    if text.startswith("{"):
        try:
            found = loads(text)
        except Undecodable as error:
            stop(f"{option}: {error}")
        return dict(found)
    pairs = [pair.partition("=") for pair in text.split(",")]
    if any(not mark for _, mark, _ in pairs):
        stop(f"{option}: write the cursor's fields, such as changed=2026-01-01T00:00:00, or JSON")
    return {name.strip(): value.strip() for name, _, value in pairs}
