"""`engine serve`: answer the shop over HTTP."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import INTEGRATIONS, STORE, Folder, Given, SettingsFile, Store, plans_of, stop


class Role(StrEnum):
    """What a process does of the engine's work; several may share one PostgreSQL."""

    all = "all"
    api = "api"
    worker = "worker"


def serve(
    names: Annotated[
        list[str] | None, typer.Argument(help="Integrations to serve, and those they use; default: all of the folder")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: a free one.")] = 8080,
    tls_cert: Annotated[str | None, typer.Option(help="Certificate file: serve https.")] = None,
    tls_key: Annotated[
        str | None, typer.Option(help="Key file of the certificate, if it does not stand in the same file.")
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None, typer.Option(help="Network of a proxy whose X-Forwarded-For is believed; may be repeated.")
    ] = None,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds that running exchanges get to finish when the engine stops.")
    ] = 30.0,
    role: Annotated[
        Role, typer.Option(help="api: answer and take events in; worker: read and deliver; all: both.")
    ] = Role.all,
    lease: Annotated[
        float, typer.Option(min=1, help="Seconds after which another engine takes over what this one had, if it dies.")
    ] = 30.0,
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
) -> None:
    """Serve the messages of the integrations, and run their flows, until Ctrl-C or SIGTERM.

    Exit code 0: stopped in order. 2: could not run (a finding, a missing setting, a port in use).
    """
    import logging

    from engine.delivery.store import Store as DeliveryStore
    from engine.journal import Journal
    from engine.runtime.counts import Counts
    from engine.runtime.engine import Engine
    from engine.runtime.flows import Duties, Flows
    from engine.server.access import Proxies, networks
    from engine.server.generations import Generations, Process
    from engine.server.serve import Address, run
    from engine.server.serve import serve as listen
    from engine.server.vitals import Vitals
    from engine.settings import Sources

    _check(trusted_proxy or [], tls_cert, tls_key)
    plans = plans_of(folder, names or [])
    sources = Sources.of(given or (), settings)
    address = Address(host, port, tls_cert, tls_key)

    def tell(url: str) -> None:
        for name, live in plans.items():
            only = "" if live.integration.security else "   (no `security:`, so from this machine only)"
            typer.echo(f"{name}: {', '.join(live.messages)}{only}")
            if live.flows:
                typer.echo(f"{name} flows: {', '.join(live.flows)}")
        typer.echo(f"serving on {url}, described at {url}/openapi.json")

    async def main() -> None:
        journal, deliveries = Journal.open(store), DeliveryStore.open(store)
        vitals = Vitals(Counts(journal), journal)
        duties = Duties(api=role is not Role.worker, work=role is not Role.api, lease=lease)
        try:
            engine = Engine.start(plans, sources, vitals.counts)
            journal.retain({name: live.log.keep for name, live in engine.integrations.items()})
            process = Process(Proxies(networks(trusted_proxy or [])), vitals, patience)
            await listen(Generations(engine, Flows.of(engine, deliveries, duties), process), address, tell)
        finally:
            deliveries.close()
            journal.close()

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        run(main)
    except OSError as error:
        stop(f"cannot serve on {host}:{port}: {error.strerror or error}")


def _check(proxies: list[str], cert: str | None, key: str | None) -> None:
    """What would be wrong only once the engine runs."""
    from ipaddress import ip_network

    for text in proxies:
        try:
            ip_network(text, strict=False)
        except ValueError:
            stop(f"--trusted-proxy {text}: this is no network; write one such as 10.0.0.0/8")
    if key and not cert:
        stop("--tls-key without --tls-cert: name both to serve https")
    for option, path in (("--tls-cert", cert), ("--tls-key", key)):
        try:
            if path:
                Path(path).read_bytes()
        except OSError as error:
            stop(f"{option} {path}: {error.strerror}")
