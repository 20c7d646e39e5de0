"""`engine show`: an integration listed, or one message as compiled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.cli.options import INTEGRATIONS, Folder, message_of, pretty, subject_of

if TYPE_CHECKING:
    from engine.docs.outline import FieldLine, IntegrationOutline, MessageOutline, StepOutline

FIELDS = ("target", "source", "type", "line")


def show(
    name: Annotated[str, typer.Argument(help="An integration such as acme, or a message such as acme.prices")],
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="How it is printed.")] = "text",
    folder: Folder = INTEGRATIONS,
) -> None:
    """Show a message as compiled: each field with its source, type and line; or list what an integration has."""
    from dataclasses import asdict

    from engine.docs.outline import integration_outline, message_outline

    integration, dot, message = name.partition(".")
    subject = subject_of(folder, integration)
    if not dot:
        listed = integration_outline(subject)
        typer.echo(pretty(asdict(listed)) if format == "json" else "\n".join(_integration(listed)))
        return
    found = message_outline(subject, message_of(subject.integration, message))
    typer.echo(pretty(asdict(found)) if format == "json" else "\n".join(_message(found)))


# -- an integration --------------------------------------------------------------------------------------------------


def _integration(found: IntegrationOutline) -> Iterator[str]:
    yield f"{found.name}  {found.title}".rstrip() + f"  {found.place}"
    if found.description:
        yield from _folded(found.description)
    if found.uses:
        yield f"uses  {', '.join(f'{name}: {other}' for name, other in found.uses.items())}"
    for title, rows in (
        ("connections", found.connections),
        ("endpoints", found.endpoints),
        ("messages", found.messages),
    ):
        if rows:
            yield from ("", title, *_table(tuple(rows[0]), [tuple(row.values()) for row in rows]))


# -- a message -------------------------------------------------------------------------------------------------------


def _message(found: MessageOutline) -> Iterator[str]:
    yield f"{found.name}  {found.place}"
    if found.description:
        yield from _folded(found.description)
    about = {"input": found.input, "reply": found.output, "timeout": found.timeout}
    kept = f"{found.cache['keep']}, while the system is away {found.cache['offline']}" if found.cache else ""
    yield "   ".join(f"{name} {text}" for name, text in {**about, "kept": kept}.items() if text)
    for step in found.steps:
        yield from ("", *_step(step))
    for title, lines in (("reply", found.reply), ("failed", found.failed), ("fallback", found.fallback)):
        if lines:
            yield from ("", title, *_fields(lines))


def _step(step: StepOutline) -> Iterator[str]:
    title = step.call or step.kind
    yield f"{step.number}  {title}{f' → {step.save}' if step.save else ''}"
    call = step.endpoint
    if call is not None:
        again = f"{call.attempts} attempts, {call.backoff}, after {' '.join(call.causes)}"
        retries = "no retries" if call.attempts == "1" else again
        schema = f"; reply fits {call.reply_schema}" if call.reply_schema else ""
        yield f"   {call.operation}   {call.effect}; timeout {call.timeout}; {retries}{schema}"
    for name, text in step.conditions.items():
        yield f"   {name} {' '.join(text.split())}" if text != "true" else f"   {name}"
    yield from _fields(step.sends)
    if step.value and step.kind in ("call", "message"):
        yield "   value"
    yield from _fields(step.value)


def _fields(lines: Sequence[FieldLine]) -> Iterator[str]:
    return _table(FIELDS, [_field(line) for line in lines]) if lines else iter(())


def _field(found: FieldLine) -> tuple[str, str, str, str]:
    target = f"{found.target}?" if found.optional else found.target
    shown = {"name": f"({target})", "when": f"{target} when"}.get(found.kind, target)
    place = f"{found.part} {shown}" if found.part and found.part != "body" else shown
    return place or "(all)", found.source, found.type, str(found.line or "")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    from engine.cli.aligned import aligned, width

    return aligned(heads, rows, width(), "   ")


def _folded(text: str) -> list[str]:
    import textwrap

    from engine.cli.aligned import width

    room = width()
    return textwrap.wrap(text, room) if room else [text]
