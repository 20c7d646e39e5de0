"""`engine log`: what went through the engine."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.deliveries import found_in, lines_of
from engine.cli.options import STORE, Store, stop
from engine.exchange import POINTS, Status

if TYPE_CHECKING:
    from engine.journal import Entry, Filter, Search

_FROM = "Only what began then or later: 2h or 7d ago, 2026-05-31, 2026-05-31T14:00."
_TO = "Only what began before then; a date counts to its end."
_POINT = "Only what passed this measuring point, with its time and payload: " + ", ".join(
    f"{number} {name}" for number, name in POINTS.items()
)
_FOLLOW = "Show the newest last, and then each exchange as it ends; Ctrl-C stops."

_LOOK = 0.3
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what another system sent must not steer the terminal
_SWITCH_ON = (
    "No payloads were kept. `log: {{payloads: true}}` in {integration}.yaml keeps them, redacted, "
    "from the next exchange on;\nwhere it names a setting, an administrator can switch that on."
)


def log(
    id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show this exchange whole; the beginning of its id will do.")
    ] = None,
    integration: Annotated[
        str | None, typer.Option("--integration", "-i", help="Only exchanges of this integration.")
    ] = None,
    message: Annotated[str | None, typer.Option("--message", "-m", help="Only exchanges of this message.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only exchanges that ended so.")] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="TIME", help=_FROM)] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="TIME", help=_TO)] = None,
    point: Annotated[int | None, typer.Option("--measuring-point", "-p", metavar="N", help=_POINT)] = None,
    key: Annotated[
        str | None, typer.Option(help="Only exchanges with this business key, or of the event of this id.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many, the newest.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help=_FOLLOW)] = False,
    store: Store = STORE,
    format: Annotated[
        Literal["text", "json"], typer.Option(help="text for people, json: one object per line, times in microseconds.")
    ] = "text",
) -> None:
    """List the exchanges, newest first, or show one whole.

    Of a delivery each attempt is an exchange; by the id that the sender of its event was told, the last one is shown,
    and what there is beside it. --key finds the key of a message or flow, and the id of an event, also one that still
    waits. Times are local. Payloads are there only where `log: {payloads: true}` was set, and without secrets.
    """
    from engine.journal import Filter, JournalUnusable, Search

    if point is not None and point not in POINTS:
        raise typer.BadParameter(
            f"there is no measuring point {point}; there are {', '.join(map(str, POINTS))}",
            param_hint="--measuring-point",
        )
    filter = Filter(integration, message, status, _time(since, "--from"), _time(until, "--to"), point, key, limit=limit)
    as_json = format == "json"
    try:
        search = Search.open(store)
        if id is not None:
            _one(search, store, id, as_json=as_json)
        elif follow:
            _follow(search, filter, as_json=as_json)
        else:
            known = list(lines_of(found_in(store, key))) if key is not None and not as_json else []
            _list(list(search.entries(filter)), point, known, as_json=as_json)
    except JournalUnusable as error:
        stop(str(error))


# -- the list ----------------------------------------------------------------------------------------------------


def _list(entries: list[Entry], point: int | None, known: list[str], *, as_json: bool) -> None:
    """Exchanges, and what the store of deliveries knows beside them."""
    if not entries and not known and not as_json:
        typer.echo("no exchange fits", err=True)
    for line in (*_lines(entries, point, as_json=as_json), *known):
        typer.echo(line)


def _follow(search: Search, filter: Filter, *, as_json: bool) -> None:
    """The newest, in the order of time, and then each as it is written, however long ago it began."""
    from dataclasses import replace

    after = search.latest()
    shown = [entry for entry in search.entries(filter) if entry.sequence <= after]
    _print(shown[::-1], filter.point, as_json=as_json)
    try:
        while True:
            time.sleep(_LOOK)
            came = sorted(search.entries(replace(filter, after=after, limit=None)), key=lambda entry: entry.sequence)
            _print(came, filter.point, as_json=as_json)
            after = max([after, *[entry.sequence for entry in came]])
    except KeyboardInterrupt:
        return


def _print(entries: list[Entry], point: int | None, *, as_json: bool) -> None:
    for line in _lines(entries, point, as_json=as_json):
        typer.echo(line)


def _lines(entries: list[Entry], point: int | None, *, as_json: bool) -> Iterator[str]:
    if as_json:
        yield from (json.dumps(_object(entry, point), ensure_ascii=False) for entry in entries)
        return
    rows = [_columns(entry, point) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for entry, row in zip(entries, rows, strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        kept = [moment for moment in entry.moments if moment.point == point and moment.payload is not None]
        for moment in kept:
            if len(kept) > 1:
                yield f"    -- {moment.call} +{_duration(moment.micros)}"
            yield _indented(moment.payload)


def _columns(entry: Entry, point: int | None) -> list[str]:
    passed = [moment for moment in entry.moments if moment.point == point]
    return [
        _local(entry.at),
        entry.id,
        f"{entry.integration}.{entry.message}",
        entry.status,
        _duration(entry.duration).rjust(9),
        ", ".join(f"{point} {moment.call} +{_duration(moment.micros)}".replace("  ", " ") for moment in passed),
        _key(entry),
        _plain(entry.error).strip().partition("\n")[0],
    ]


def _key(entry: Entry) -> str:
    """By which people look for it; empty if it has none of its own."""
    return " ".join(_plain(entry.key).split()) if entry.key not in (entry.id, entry.delivery) else ""


# -- one whole ---------------------------------------------------------------------------------------------------


def _one(search: Search, store: str, id: str, *, as_json: bool) -> None:
    """An exchange, and of a delivery what else there is; one that waits for its first attempt is told as it stands."""
    from dataclasses import replace

    from engine.journal import Filter, NoSuchExchange

    try:
        entry = search.get(id)
    except NoSuchExchange as error:
        known = list(lines_of(found_in(store, id)))
        if as_json or not known:
            stop(str(error), 1)
        typer.echo("\n".join(["nothing was exchanged yet, or it is no longer kept", *known]))
        return
    if as_json:
        typer.echo(json.dumps(_object(entry, None), ensure_ascii=False))
        return
    _show(entry)
    if entry.delivery:
        others = list(search.entries(Filter(delivery=entry.delivery)))
        if len(others) > 1:
            typer.echo("\nall of this delivery:")
            _print([replace(one, key=one.id) for one in others], None, as_json=False)
        typer.echo("\n".join(lines_of(replace(found_in(store, entry.delivery), events=()))))


def _show(entry: Entry) -> None:
    head = {
        "id": entry.id,
        "delivery": entry.delivery,
        "event": _plain(entry.event),
        "key": _key(entry),
        "message": f"{entry.integration}.{entry.message}",
        "began": _local(entry.at),
        "took": _duration(entry.duration),
        "status": entry.status,
        "answered by": entry.answered_by,
        "error": _plain(entry.error).replace("\n", "\n" + " " * 13),
    }
    for name, value in head.items():
        if value:
            typer.echo(f"{name:<13}{value}")
    typer.echo(f"\n{'measuring point':<22}{'after':>12}{'step':>12}  call")
    before = 0
    for moment in entry.moments:
        name = f"{moment.point} {POINTS.get(moment.point, '')}"
        step = f"+{_duration(moment.micros - before)}"
        typer.echo(f"{name:<22}{_duration(moment.micros):>12}{step:>12}  {moment.call}".rstrip())
        before = moment.micros
    kept = [moment for moment in entry.moments if moment.payload is not None]
    for moment in kept:
        typer.echo(
            f"\n-- {moment.point} {POINTS.get(moment.point, '')} {moment.call}".rstrip() + f"\n{_plain(moment.payload)}"
        )
    if not kept:
        typer.echo("\n" + _SWITCH_ON.format(integration=entry.integration))


def _object(entry: Entry, point: int | None) -> dict[str, Any]:
    moments = [moment for moment in entry.moments if point in (None, moment.point)]
    return {
        "id": entry.id,
        "integration": entry.integration,
        "message": entry.message,
        "key": entry.key,
        "event": entry.event,
        "delivery": entry.delivery,
        "at": entry.at,
        "status": entry.status,
        "answered_by": entry.answered_by,
        "duration": entry.duration,
        "error": entry.error,
        "reached": entry.reached,
        "moments": [
            {"point": number, "name": POINTS.get(number, ""), "micros": micros, "call": call}
            | ({} if payload is None else {"payload": payload})
            for number, micros, call, payload in moments
        ],
    }


# -- times -------------------------------------------------------------------------------------------------------


def _time(text: str | None, option: str) -> datetime | None:
    """A time with an offset, of an age (`2h`) or an ISO date or time, local where it has no offset."""
    from pydantic_core import PydanticCustomError

    from engine.parts.scalars import duration

    if text is None:
        return None
    try:
        return datetime.now().astimezone() - timedelta(seconds=duration(text))
    except OverflowError:
        raise typer.BadParameter(f"{text} is too long ago", param_hint=option) from None
    except PydanticCustomError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f'"{text}" is no time; write 2h, 7d, 2026-05-31 or 2026-05-31T14:00', param_hint=option
        ) from None
    if option == "--to" and len(text) <= len("2026-05-31"):
        moment += timedelta(days=1)
    return moment.astimezone()


def _local(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"


def _duration(micros: int) -> str:
    return f"{micros / 1000:.1f} ms" if micros < 1_000_000 else f"{micros / 1_000_000:.2f} s"


def _plain(text: str) -> str:
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in _plain(text).split("\n"))
