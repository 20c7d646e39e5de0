"""`engine show`: an integration listed, or one message, flow or event as compiled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.cli.options import INTEGRATIONS, Folder, pretty, require, stop, subject_of
from engine.cli.outlines import event_text, flow_text, folded, message_text, table

if TYPE_CHECKING:
    from engine.docs.flow_outline import EventOutline, FlowOutline
    from engine.docs.outline import IntegrationOutline, MessageOutline
    from engine.docs.subject import Subject
    from engine.spec.integration import Integration

Kind = Literal["message", "flow", "event"]


def show(
    name: Annotated[
        str, typer.Argument(help="An integration such as acme, or a message, flow or event of it, such as acme.prices")
    ],
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="Which one, where a message, a flow or an event have the same name.")
    ] = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="How it is printed.")] = "text",
    folder: Folder = INTEGRATIONS,
) -> None:
    """Show a message, flow or event as compiled: each field with its source, type and line; or list an integration."""
    from dataclasses import asdict

    from engine.docs.outline import integration_outline

    integration, dot, part = name.partition(".")
    subject = subject_of(folder, integration)
    if not dot:
        listed = integration_outline(subject)
        typer.echo(pretty(asdict(listed)) if format == "json" else "\n".join(_integration(listed)))
        return
    kinds = _kinds(subject.integration, part, kind)
    if format == "json":
        if len(kinds) > 1:
            chosen = " or ".join(f"--kind {one}" for one in kinds)
            stop(f"{name} is {' and '.join(map(_a, kinds))}; add {chosen}")
        typer.echo(pretty({"kind": kinds[0], **asdict(_outline(subject, part, kinds[0]))}))
        return
    typer.echo("\n\n".join("\n".join(_text(_outline(subject, part, one))) for one in kinds))


def _kinds(integration: Integration, name: str, wanted: Kind | None) -> list[Kind]:
    """What has a name.

    Raises:
        typer.Exit: nothing of the wanted kind has.
    """
    named: dict[Kind, Collection[str]] = {
        "message": integration.messages,
        "flow": integration.flows,
        "event": integration.events,
    }
    found = [kind for kind, names in named.items() if name in names and wanted in (None, kind)]
    if not found:
        known = named[wanted] if wanted else list(dict.fromkeys(chain(*named.values())))
        require(wanted or "message, flow or event", name, known, integration.name)
    return found


def _a(kind: Kind) -> str:
    return f"an {kind}" if kind == "event" else f"a {kind}"


def _outline(subject: Subject, name: str, kind: Kind) -> MessageOutline | FlowOutline | EventOutline:
    from engine.docs.flow_outline import event_outline, flow_outline
    from engine.docs.outline import message_outline

    if kind == "flow":
        return flow_outline(subject, name)
    return event_outline(subject, name) if kind == "event" else message_outline(subject, name)


def _text(found: MessageOutline | FlowOutline | EventOutline) -> Iterator[str]:
    from engine.docs.flow_outline import EventOutline, FlowOutline

    if isinstance(found, FlowOutline):
        return flow_text(found)
    return event_text(found) if isinstance(found, EventOutline) else message_text(found)


# -- an integration --------------------------------------------------------------------------------------------------


def _integration(found: IntegrationOutline) -> Iterator[str]:
    yield f"{found.name}  {found.title}".rstrip() + f"  {found.place}"
    if found.description:
        yield from folded(found.description)
    if found.uses:
        yield f"uses  {', '.join(f'{name}: {other}' for name, other in found.uses.items())}"
    for title, rows in (
        ("connections", found.connections),
        ("endpoints", found.endpoints),
        ("messages", found.messages),
        ("events", found.events),
        ("flows", found.flows),
    ):
        if rows:
            yield from ("", title, *table(tuple(rows[0]), [tuple(row.values()) for row in rows]))
