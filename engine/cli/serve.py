"""`engine serve`: answer the shop over HTTP, take events in, run the flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import (
    INTEGRATIONS,
    MAIL,
    SERVE_LEVEL,
    STORE,
    Folder,
    Given,
    LogLevel,
    Mail,
    SettingsFile,
    Store,
    plans_of,
    stop,
)

if TYPE_CHECKING:
    from engine.api.access import Network
    from engine.plan import Plan
    from engine.server.reload import Loaded, Seen


class Role(StrEnum):
    """What a process does of the engine's work; several may share one PostgreSQL."""

    all = "all"
    api = "api"
    worker = "worker"


class LogFormat(StrEnum):
    """How log lines are written."""

    text = "text"
    json = "json"


Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: a free one.")]
Certificate = Annotated[str | None, typer.Option(help="Certificate file: serve https.")]
Key = Annotated[str | None, typer.Option(help="Key file of the certificate, if it does not stand in the same file.")]
Proxy = Annotated[
    list[str] | None, typer.Option(help="Network of a proxy whose X-Forwarded-For is believed; may be repeated.")
]
Patience = Annotated[
    float, typer.Option(min=0, help="Seconds that running exchanges get to finish when the engine stops.")
]
OwnRole = Annotated[Role, typer.Option(help="api: answer and take events in; worker: read and deliver; all: both.")]
Lease = Annotated[
    float, typer.Option(min=1, help="Seconds after which another engine takes over what this one had, if it dies.")
]
Reload = Annotated[bool, typer.Option(help="Take changed files over while running, if they validate; also at SIGHUP.")]
LogLines = Annotated[
    LogFormat, typer.Option(help="Log lines as text, or as one JSON object each; both name the exchange.")
]
PublicUrl = Annotated[
    str,
    typer.Option(envvar="ENGINE_PUBLIC_URL", help="Where people reach this engine, for links in what they are told."),
]


def serve(
    names: Annotated[
        list[str] | None, typer.Argument(help="Integrations to serve, and those they use; default: all of the folder")
    ] = None,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    tls_cert: Certificate = None,
    tls_key: Key = None,
    trusted_proxy: Proxy = None,
    patience: Patience = 30.0,
    role: OwnRole = Role.all,
    lease: Lease = 30.0,
    reload: Reload = True,
    log_format: LogLines = LogFormat.text,
    log_level: LogLevel = SERVE_LEVEL,
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    store: Store = STORE,
    mail: Mail = MAIL,
    public_url: PublicUrl = "",
) -> None:
    """Serve the messages of the integrations, and run their flows, until Ctrl-C or SIGTERM.

    Exit code 0: stopped in order. 2: could not run (a finding, a missing setting, a port in use).
    """
    from engine.api.access import Proxies
    from engine.cli.logs import JsonLines, TextLines, write_logs
    from engine.notices.mail_server import MailServer
    from engine.runtime.by_itself.flows import Duties
    from engine.runtime.by_itself.notifying import Post
    from engine.server import loop
    from engine.server.reload import Files
    from engine.server.service import Service
    from engine.server.sockets import Address

    named = _Named(folder, names or [], given or [], settings)
    _require_certificate(tls_cert, tls_key)
    address = Address(host, port, tls_cert, tls_key)
    duties = Duties(api=role is not Role.worker, work=role is not Role.api, lease=lease)
    post = Post(MailServer.of(mail) if mail else None, public_url)
    proxies = Proxies(_networks(trusted_proxy or []))
    files = Files(named.look, named.load_again, named.look())
    first = named.load()
    secrets = write_logs(log_level, lines=JsonLines if log_format is LogFormat.json else TextLines)
    service = Service(address, store, duties, post, proxies, patience, secrets.add)
    try:
        loop.run(service.run(first, files if reload else None, partial(_tell, first[0])))
    except OSError as error:
        stop(f"cannot serve on {host}:{port}: {error.strerror or error}")


@dataclass(frozen=True)
class _Named:
    """The integrations and settings that the command line names."""

    folder: Path
    names: list[str]
    given: list[str]
    settings: str | None

    def look(self) -> Seen:
        from engine.server.reload import seen

        return seen(self.folder, *([Path(self.settings)] if self.settings else []))

    def load(self) -> Loaded:
        from engine.settings import Sources

        return plans_of(self.folder, self.names), Sources.of(self.given, self.settings)

    def load_again(self) -> Loaded:
        from engine.errors import SettingMissing

        try:
            return self.load()
        except typer.Exit:
            raise SettingMissing(["what the command line names is no longer in the folder"]) from None


def _tell(plans: Mapping[str, Plan], url: str) -> None:
    for name, plan in plans.items():
        only = "" if plan.integration.security else "   (no `security:`, so from this machine only)"
        typer.echo(f"{name}: {', '.join(plan.messages)}{only}")
        if plan.flows:
            typer.echo(f"{name} flows: {', '.join(plan.flows)}")
    typer.echo(f"serving on {url}, described at {url}/openapi.json")


def _networks(proxies: list[str]) -> tuple[Network, ...]:
    from engine.api.access import networks

    for text in proxies:
        try:
            networks([text])
        except ValueError:
            stop(f"--trusted-proxy {text}: this is no network; write one such as 10.0.0.0/8")
    return networks(proxies)


def _require_certificate(cert: str | None, key: str | None) -> None:
    """What would be wrong only once the engine runs."""
    if key and not cert:
        stop("--tls-key without --tls-cert: name both to serve https")
    for option, path in (("--tls-cert", cert), ("--tls-key", key)):
        try:
            if path:
                Path(path).read_bytes()
        except OSError as error:
            stop(f"{option} {path}: {error.strerror}")
