"""`engine log`: what went through the engine."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.cli.deliveries import found_in, lines_of
from engine.cli.exchanges import as_object, lines, whole
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
    for line in (*lines(entries, point, as_json=as_json), *known):
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
    for line in lines(entries, point, as_json=as_json):
        typer.echo(line)


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
        typer.echo(json.dumps(as_object(entry, None), ensure_ascii=False))
        return
    typer.echo("\n".join(whole(entry)))
    if entry.delivery:
        others = list(search.entries(Filter(delivery=entry.delivery)))
        if len(others) > 1:
            typer.echo("\nall of this delivery:")
            _print([replace(one, key=one.id) for one in others], None, as_json=False)
        typer.echo("\n".join(lines_of(replace(found_in(store, entry.delivery), events=()))))


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
