"""`engine serve`: answer the shop over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import INTEGRATIONS, STORE, Folder, Given, SettingsFile, Store, plans_of, stop


def serve(
    names: Annotated[
        list[str] | None, typer.Argument(help="Integrations to serve, and those they use; default: all of the folder")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    tls_cert: Annotated[str | None, typer.Option(help="Certificate file: serve https.")] = None,
    tls_key: Annotated[str | None, typer.Option(help="Key file of the certificate.")] = None,
    trusted_proxy: Annotated[
        list[str] | None, typer.Option(help="Network of a proxy whose X-Forwarded-For is believed; may be repeated.")
    ] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds that running exchanges get to finish when the engine stops.")
    ] = 30.0,
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
) -> None:
    """Serve the messages of the integrations until Ctrl-C or SIGTERM.

    Exit code 0: stopped in order. 2: could not run (a finding, a missing setting, a port in use).
    """
    from engine.journal import Journal
    from engine.runtime.engine import Engine
    from engine.server.serve import Address, run
    from engine.server.serve import serve as listen
    from engine.settings import Sources

    _check_networks(trusted_proxy or [])
    plans = plans_of(folder, names or [])
    sources = Sources.of(given or (), settings)
    address = Address(host, port, tls_cert, tls_key)

    def tell() -> None:
        scheme = "https" if tls_cert else "http"
        for name, plan in plans.items():
            typer.echo(f"{name}: {', '.join(plan.messages)}")
        typer.echo(f"serving on {scheme}://{host}:{port}, described at {scheme}://{host}:{port}/openapi.json")

    async def main() -> None:
        journal = Journal.open(store)
        try:
            engine = Engine.start(plans, sources, journal)
            journal.retain({name: live.log.keep for name, live in engine.integrations.items()})
            await listen(engine, address, trusted_proxy or [], tell, patience)
        finally:
            journal.close()

    try:
        run(main)
    except OSError as error:
        stop(f"cannot serve on {host}:{port}: {error.strerror or error}")


def _check_networks(texts: list[str]) -> None:
    from ipaddress import ip_network

    for text in texts:
        try:
            ip_network(text, strict=False)
        except ValueError:
            stop(f"--trusted-proxy {text}: this is no network; write one such as 10.0.0.0/8")
