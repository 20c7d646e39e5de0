"""`engine parked`: what is stuck, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from engine.cli.deliveries import line_of
from engine.cli.options import STORE, Store, pretty, stop

if TYPE_CHECKING:
    from engine.delivery.delivery import Delivery, State
    from engine.delivery.operating import Filter, OpenCount
    from engine.delivery.store import Store as DeliveryStore

parked = typer.Typer(
    name="parked",
    help="Deliveries that need a person, or wait for an answer: list, show, resend, discard.",
    no_args_is_help=False,
    rich_markup_mode=None,
)

Found = TypeVar("Found")

Ids = Annotated[list[str] | None, typer.Argument(help="Exchange ids, as the list shows them.")]
Integration = Annotated[str | None, typer.Option("--integration", help="Only of this integration.")]
Flow = Annotated[str | None, typer.Option("--flow", help="Only of this flow.")]
Key = Annotated[
    str | None, typer.Option("--key", help="Only of this key, such as a customer's number, or of the event of this id.")
]
Sent = Annotated[
    bool, typer.Option("--sent", help="Those that wait for an answer, in place of parked ones; by id it is not needed.")
]
Text = Annotated[str | None, typer.Option("--text", help="Only with this in the error or the key.")]


@parked.callback(invoke_without_command=True)
def list_(
    context: typer.Context,
    integration: Integration = None,
    flow: Flow = None,
    key: Key = None,
    text: Text = None,
    sent: Annotated[bool, typer.Option("--sent", help="What was sent and waits for an answer (`confirm`).")] = False,
    all: Annotated[bool, typer.Option("--all", help="Everything open, not only what is parked.")] = False,
    store: Store = STORE,
) -> None:
    """List what is parked, oldest first."""
    if context.invoked_subcommand is not None:
        return
    from engine.delivery.operating import Filter

    if all and sent:
        stop("--all or --sent: --all lists what is sent as well")
    filter = Filter(integration, flow, None if all else "sent" if sent else "parked", key, text)
    found = _asked(store, lambda deliveries: deliveries.found(filter))
    for one in found:
        typer.echo(line_of(one))
    more = " or more" if len(found) == filter.limit else ""
    typer.echo(f"{len(found)}{more} {'open' if all else 'sent' if sent else 'parked'}")
    if not all and not sent:
        _tell_sent(_asked(store, lambda deliveries: deliveries.counts()), integration, flow)


def _tell_sent(counts: Sequence[OpenCount], integration: str | None, flow: str | None) -> None:
    """What is not parked, and yet not done."""
    waiting = [
        one
        for one in counts
        if one.state == "sent" and integration in (None, one.name.integration) and flow in (None, one.name.flow)
    ]
    if waiting:
        late = sum(one.late for one in waiting)
        words = f", {late} of them too long" if late else ""
        typer.echo(f"{sum(one.count for one in waiting)} sent, waiting for an answer{words}: engine parked --sent")


@parked.command()
def show(id: Annotated[str, typer.Argument(help="Exchange id.")], store: Store = STORE) -> None:
    """Show one delivery with what it delivers, as it was accepted."""
    from engine.delivery.operating import Filter

    found = _asked(store, lambda deliveries: deliveries.found(Filter(ids=(id,))))
    if not found:
        stop(f"there is no open delivery {id}; what is done is in `engine log {id}`", 1)
    (one,) = found
    typer.echo(line_of(one))
    typer.echo(pretty(one.payload))
    if one.original is not None:
        typer.echo("as it was accepted:")
        typer.echo(pretty(one.original))


@parked.command()
def resend(
    ids: Ids = None,
    integration: Integration = None,
    flow: Flow = None,
    key: Key = None,
    text: Text = None,
    sent: Sent = False,
    all: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    payload: Annotated[
        str, typer.Option(help="Deliver this in place of what was accepted (JSON or @file, as `show` prints it).")
    ] = "",
    store: Store = STORE,
) -> None:
    """Try parked deliveries again, from the first attempt; a running engine takes them at once.

    What was sent, or refused by an answer, is sent anew; what never met its record waits for it again.
    """
    from engine.delivery.operating import Resend

    filter = _filter(ids, integration, flow, key, text, sent, all)
    if payload and len(ids or ()) != 1:
        stop("--payload is for one delivery: name its id")
    edited = _payload(payload) if payload else None
    chosen = _asked(store, lambda deliveries: deliveries.resend(Resend(filter, _now(), edited)))
    _tell(store, chosen, "will be sent again", ids)


@parked.command()
def discard(
    ids: Ids = None,
    why: Annotated[str, typer.Option("--why", help="The reason, for those who ask later.")] = "",
    integration: Integration = None,
    flow: Flow = None,
    key: Key = None,
    text: Text = None,
    sent: Sent = False,
    all: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    store: Store = STORE,
) -> None:
    """Drop deliveries for good; the next of their keys go on."""
    from engine.delivery.operating import Discard

    if not why.strip():
        stop('say why: --why "…"')
    filter = _filter(ids, integration, flow, key, text, sent, all)
    chosen = _asked(store, lambda deliveries: deliveries.discard(Discard(filter, _now(), why.strip())))
    _tell(store, chosen, "discarded", ids)


def _filter(
    ids: list[str] | None,
    integration: str | None,
    flow: str | None,
    key: str | None,
    text: str | None,
    sent: bool,
    all: bool,
) -> Filter:
    """Parked ones; sent ones where they are named, by id or as such."""
    from engine.delivery.operating import Filter

    if not (ids or integration or flow or key or text or all):
        stop("name ids, a filter such as --flow or --text, or --all")
    state: State | None = "sent" if sent else None if ids else "parked"
    return Filter(integration, flow, state, key, text, tuple(ids or ()))


def _tell(store: str, chosen: Sequence[Delivery], done: str, ids: list[str] | None) -> None:
    from engine.delivery.operating import Filter

    for one in chosen:
        typer.echo(f"{one.id}  {one.name}  {one.key}: {done}")
    missing = [id for id in ids or () if id not in {one.id for one in chosen}]
    if missing:
        open = {
            one.id: one.state for one in _asked(store, lambda deliveries: deliveries.found(Filter(ids=tuple(missing))))
        }
        told = [f"{id} is {open[id]}, engines go on with it" if id in open else f"{id} is not open" for id in missing]
        stop("neither parked nor sent: " + "; ".join(told), 1)
    typer.echo(f"{len(chosen)} {done}")


def _payload(text: str) -> dict[str, Any]:
    from engine.formats.format import Undecodable
    from engine.formats.json import loads

    try:
        found = loads(Path(text[1:]).read_bytes() if text.startswith("@") else text)
    except OSError as error:
        stop(f"--payload {text}: {error.strerror}")
    except Undecodable as error:
        stop(f"--payload: {error}")
    if not isinstance(found, dict) or not found.keys() & {"record", "event"}:
        stop('--payload: write {"record": …} or {"event": …}, as `engine parked show ID` prints it')
    return found


def _now() -> float:
    import time

    return time.time()


def _asked(url: str, work: Callable[[DeliveryStore], Awaitable[Sequence[Found]]]) -> Sequence[Found]:
    import asyncio

    from engine.delivery.store import Store as DeliveryStore

    async def ask() -> Sequence[Found]:
        deliveries = DeliveryStore.open(url)
        try:
            return await work(deliveries)
        finally:
            deliveries.close()

    return asyncio.run(ask())
