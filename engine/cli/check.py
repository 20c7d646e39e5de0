"""`engine check`: whether everything an integration needs is there, and works."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.aligned import aligned, width
from engine.cli.options import INTEGRATIONS, MAIL, Folder, Given, Mail, SettingsFile, plans_of
from engine.observation import Observation

if TYPE_CHECKING:
    from engine.plan import Plan
    from engine.settings import Sources

Seen = tuple[str, str, Observation]
"""Integration, connection, and what was seen."""

_MARKS = {"ok": "✓", "warning": "!", "failed": "✗"}


def check(
    names: Annotated[list[str] | None, typer.Argument(help="Integrations; default: all of the folder")] = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="How it is told.")] = "text",
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    given: Given = None,
    mail: Mail = MAIL,
) -> None:
    """Look whether everything is there and works: settings, names, ports, certificates, tunnels, logins, the mail server.

    Of databases also each table, column and grant, of SOAP services their WSDL, of REST APIs their OpenAPI file, of
    folders who may read and write. It connects, logs in and reads, and never writes. Exit code 0: all works (warnings
    too). 1: something does not. 2: could not run.
    """
    import asyncio

    from engine.settings import Sources

    plans = plans_of(folder, names or [])

    async def look() -> list[Seen]:
        return [seen async for seen in _looked(plans, Sources.of(given or (), settings), mail)]

    found = asyncio.run(look())
    for line in [_json(found)] if format == "json" else _text(found):
        typer.echo(line)
    if any(seen.state == "failed" for _, _, seen in found):
        raise typer.Exit(1)


async def _looked(plans: Mapping[str, Plan], sources: Sources, mail: str) -> AsyncIterator[Seen]:
    from engine.errors import SettingMissing
    from engine.notices.email import EmailNotify
    from engine.runtime.live.integration import go_live
    from engine.runtime.live.observing import observe
    from engine.settings import resolve

    wanted: list[str] = []
    for name, plan in plans.items():
        remedy = ""  # what is missing says itself where to set it
        try:
            resolve(name, plan.integration.settings, sources)
            remedy = "mend the file or key it names, or the setting that leads there"
            live = go_live(plan, sources)
        except SettingMissing as error:
            for problem in error.problems:
                yield name, "", Observation("settings", "failed", problem, remedy)
            continue
        yield name, "", Observation("settings", "ok", "complete")
        if any(isinstance(entry, EmailNotify) and entry.to for entry in live.notify):
            wanted.append(name)
        try:
            async for connection, seen in observe(live):
                yield name, connection, seen
        finally:
            await live.sessions.aclose()
    if mail or wanted:
        yield "engine", "", await _mailing(mail, wanted)


async def _mailing(url: str, wanted: list[str]) -> Observation:
    from engine.errors import SettingMissing, Unreachable
    from engine.notices.mail_server import FORM, MailServer

    if not url:
        told = f"{', '.join(wanted)} would tell people by mail, and there is no mail server"
        return Observation("mail", "failed", told, f"set ENGINE_MAIL: {FORM}")
    try:
        server = MailServer.of(url)
        await server.check()
    except SettingMissing as error:
        return Observation("mail", "failed", error.problems[0], "set ENGINE_MAIL anew")
    except Unreachable as error:
        return Observation("mail", "failed", error.text, "check ENGINE_MAIL: host, port, user and password")
    return Observation("mail", "ok", f"{server.where} lets us in")


def _text(found: list[Seen]) -> Iterator[str]:
    rows = [
        [name, connection, seen.what, f"{_MARKS[seen.state]} {seen.told}", seen.remedy]
        for name, connection, seen in found
    ]
    yield from aligned(["integration", "connection", "looked at", "seen", "to do"], rows, width())


def _json(found: list[Seen]) -> str:
    told: list[dict[str, Any]] = [
        {
            "integration": name,
            "connection": connection,
            "what": seen.what,
            "state": seen.state,
            "told": seen.told,
            "remedy": seen.remedy,
        }
        for name, connection, seen in found
    ]
    return json.dumps(told, ensure_ascii=False, indent=2)
