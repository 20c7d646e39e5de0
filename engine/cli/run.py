"""`engine run`: one flow now, by hand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import INTEGRATIONS, STORE, Folder, Given, SettingsFile, Store, plans_of, require, stop
from engine.cli.progress import ProgressLine

if TYPE_CHECKING:
    from engine.runtime.reading import Count
    from engine.runtime.running import Ran


def run(
    integration: Annotated[str, typer.Argument(help="Name of the integration, such as acme")],
    flow: Annotated[str, typer.Argument(help="Name of the flow, such as inventory")],
    since: Annotated[
        str,
        typer.Option(help="Read from this cursor on, as JSON or name=value; the flow's own cursor stays where it is."),
    ] = "",
    until: Annotated[str, typer.Option(help="With --since: read up to this cursor.")] = "",
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
) -> None:
    """Read what a flow has to read, now, and deliver it.

    Exit code 0: all is delivered (answers to it may be still to come). 1: something is parked, waits, or could not be
    read. 2: could not run.
    """
    import asyncio

    from engine.errors import EngineError, SettingMissing, SpecError
    from engine.runtime.opened import delivering
    from engine.runtime.pages import Range
    from engine.runtime.running import run_flow
    from engine.settings import Sources

    plans = plans_of(folder, [integration])
    require("flow", flow, plans[integration].flows, integration)
    if until and not since:
        stop("--until without --since: name where to begin")
    range = Range(_cursor(since, "--since"), _cursor(until, "--until") if until else None) if since else None
    sources = Sources.of(given or (), settings)

    line = ProgressLine(sys.stderr)

    def watch(count: Count) -> None:
        if sys.stderr.isatty():
            line.tell(f"{integration}.{flow}: reading", count.read, share=count.share)

    async def work() -> Ran:
        async with delivering(plans, sources, store) as (engine, deliveries):
            return await run_flow(engine, deliveries, integration, flow, range, watch)

    try:
        ran = asyncio.run(work())
    except (SettingMissing, SpecError):
        raise
    except EngineError as error:
        stop(f"{integration}.{flow} could not be read: {error}", 1)
    finally:
        line.clear()
    typer.echo(ran.words)
    raise typer.Exit(0 if ran.is_done else 1)


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
