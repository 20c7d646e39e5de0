"""`engine call`: run one message from the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.data import read_data
from engine.cli.deliveries import offline_in
from engine.cli.options import (
    CALL_LEVEL,
    INTEGRATIONS,
    STORE,
    Folder,
    Given,
    LogLevel,
    SettingsFile,
    Store,
    message_of,
    plans_of,
    pretty,
    stop,
)

if TYPE_CHECKING:
    from engine.runtime.messages.engine import Completed, Engine


def call(
    integration: Annotated[str, typer.Argument(help="Name of the integration, such as acme")],
    message: Annotated[str, typer.Argument(help="Name of the message, such as prices")],
    input: Annotated[
        str, typer.Option("--input", "-i", help="The input: JSON, @file, or - for standard input.")
    ] = "{}",
    key: Annotated[str, typer.Option("--key", help="Your key of this exchange, such as the order number.")] = "",
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
    log_level: LogLevel = CALL_LEVEL,
) -> None:
    """Run one message and print its reply as JSON.

    The systems are asked also while engines on the store have found them offline, so that you can see whether they answer
    again; that they are offline is told.

    Exit code 0: done. 1: it failed; the reason is on standard error. 2: could not run.
    """
    import asyncio

    from engine.cli.logs import write_logs
    from engine.errors import Refused
    from engine.formats.json import dumps
    from engine.runtime.by_hand.opened import answering
    from engine.settings import Sources

    value = read_data("--input", input)
    plans = plans_of(folder, [integration])
    message_of(plans[integration].integration, message)
    sources = Sources.of(given or (), settings)

    secrets = write_logs(log_level)

    async def run() -> Completed:
        async with answering(plans, sources, store) as engine:
            secrets.add(engine.redacted)
            _tell_offline(engine, store)
            return await engine.run(integration, message, value, key)

    try:
        answer = asyncio.run(run())
    except Refused as error:
        stop(str(error))
    if answer.error is not None:
        stop(_failure(answer), 1)
    if answer.failed:
        typer.echo(f"{len(answer.failed)} records failed: {dumps(answer.failed).decode()}", err=True)
    if answer.exchange.answered_by != "system":
        typer.echo(f"answered by: {answer.exchange.answered_by}", err=True)
    typer.echo(pretty(answer.exchange.reply))
    raise typer.Exit(1 if answer.failed else 0)


def _tell_offline(engine: Engine, store: str) -> None:
    """Say what other engines have found offline: the shop is not answered as this call is."""
    from engine.exchange import timestamp

    known = offline_in(store)
    for live in engine.integrations.values():
        for one in live.sessions.availabilities:
            if one.name in known:
                words = f"offline for the engines on this store, which try again at {timestamp(known[one.name])}"
                typer.echo(f"{one.name} is {words}; it is asked all the same", err=True)


def _failure(answer: Completed) -> str:
    from engine.errors import InvalidInput

    error, exchange = answer.error, answer.exchange
    if isinstance(error, InvalidInput):
        lines = [f"  {violation.path or 'input'}: {violation.message}" for violation in error.violations]
        return "\n".join(["the input does not fit its schema:", *lines])
    return f"{exchange.status}: {exchange.error}\nengine log {exchange.id} shows the whole exchange"
