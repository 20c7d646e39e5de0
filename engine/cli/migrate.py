"""`engine migrate`: the initial data migration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import INTEGRATIONS, LEVEL, STORE, Folder, Given, LogLevel, SettingsFile, Store, plans_of, stop

if TYPE_CHECKING:
    from engine.cli.migrating import Told

Dry = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Read, map and check everything; send nothing, move no cursor. Tells what would fail."
    ),
]


def migrate(
    integration: Annotated[str, typer.Argument(help="Name of the integration, such as acme")],
    dry_run: Dry = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew: read everything again, also what an earlier run delivered.")
    ] = False,
    failed: Annotated[
        Path | None, typer.Option("--failed", help="Write what failed into this CSV file: flow, key, why, the record.")
    ] = None,
    lease: Annotated[
        float, typer.Option(min=1, help="Seconds after which what a killed run had in hand is taken over.")
    ] = 120.0,
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
    log_level: LogLevel = LEVEL,
) -> None:
    """Run the flows of `migrate:` in order, each read and delivered before the next begins.

    Ctrl-C or a crash loses nothing: the same command goes on where it was. Afterwards the scheduled flows go on from there.

    Exit code 0: all is delivered (with --dry-run: would be). 1: something failed, waits, or could not be read, or it
    was stopped. 2: could not run.
    """
    from engine.cli.logs import NewestSecrets, write_logs
    from engine.cli.migrating import Told, in_earnest, tried
    from engine.delivery.clock import Clock
    from engine.errors import SettingMissing
    from engine.runtime.by_hand.migration import Migration
    from engine.runtime.by_hand.opened import delivering
    from engine.server import loop
    from engine.settings import Sources

    plans = plans_of(folder, [integration])
    if not plans[integration].integration.migrate:
        stop(f"{integration} has no `migrate:`; name its flows there in order, such as migrate: [customers, orders]")
    sources = Sources.of(given or (), settings)

    async def work(told: Told, secrets: NewestSecrets) -> bool:
        async with delivering(plans, sources, store) as (engine, deliveries):
            loop.settle()
            secrets.add(engine.redacted)
            live = engine.integrations[integration]
            migration = Migration(engine, deliveries, Clock(), live, told.headway, lease)
            return await (tried if dry_run else in_earnest)(migration, told, restart)

    try:
        with Told.to(sys.stdout, failed) as told:
            done = loop.run(work(told, write_logs(log_level, told.progress.clear)))
    except SettingMissing:
        raise
    except OSError as error:
        stop(f"--failed {failed}: {error.strerror}")
    except KeyboardInterrupt:
        stop("stopped; nothing is lost, the same command goes on from here", 1)
    raise typer.Exit(0 if done else 1)
