"""Messages, flows and events as text: one heading each, then tables of fields with source, type and line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.docs.flow_outline import EventOutline, FlowOutline, ReadOutline
    from engine.docs.lines import CallOutline, FieldLine
    from engine.docs.outline import MessageOutline, StepOutline

FIELDS = ("target", "source", "type", "line")


def message_text(found: MessageOutline) -> Iterator[str]:
    yield from _heading("message", found)
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
    yield from _endpoint(step.endpoint)
    for name, text in step.conditions.items():
        yield f"   {name} {' '.join(text.split())}" if text != "true" else f"   {name}"
    yield from _fields(step.sends)
    if step.value and step.kind in ("call", "message"):
        yield "   value"
    yield from _fields(step.value)


def _endpoint(call: CallOutline | None) -> Iterator[str]:
    if call is not None:
        again = f"{call.attempts} attempts, {call.backoff}, after {' '.join(call.causes)}"
        retries = "no retries" if call.attempts == "1" else again
        schemas = (("body", call.request_schema), ("reply", call.reply_schema))
        fits = "".join(f"; {what} fits {schema}" for what, schema in schemas if schema)
        yield f"   {call.operation}   {call.effect}; timeout {call.timeout}; {retries}{fits}"


def _fields(lines: Sequence[FieldLine]) -> Iterator[str]:
    return table(FIELDS, [_field(line) for line in lines]) if lines else iter(())


def _field(found: FieldLine) -> tuple[str, str, str, str]:
    target = f"{found.target}?" if found.optional else found.target
    shown = {"name": f"({target})", "when": f"{target} when"}.get(found.kind, target)
    place = f"{found.part} {shown}" if found.part and found.part != "body" else shown
    return place or "(all)", found.source, found.type, str(found.line or "")


# -- a flow, an event --------------------------------------------------------------------------------------------------


def flow_text(found: FlowOutline) -> Iterator[str]:
    yield from _heading("flow", found)
    delivery = found.delivery
    attempts = f"{delivery['attempts']} attempts, {delivery['backoff']}, then {delivery['then']}"
    kept = "the latest of a key is kept" if delivery["keep"] == "latest" else ""
    batch = f"batches of {found.batch}" if found.batch else ""
    yield "   ".join(text for text in (found.runs, batch, attempts, kept) if text)
    for read in found.reads:
        yield from ("", *_read(read))
    if found.cursor:
        overlap = f", {found.overlap} are read again" if found.overlap else ""
        yield from ("", f"cursor{overlap}", *_fields(found.cursor))
    if found.record:
        held = "; ".join(f"{name} {text}" for name, text in found.hold.items())
        yield from ("", f"record{f'   {held}' if held else ''}", *_fields(found.record))
    takes = f"   input fits {found.takes}" if found.takes else ""
    yield from ("", f"send {found.send}{takes}")
    yield from _fields(found.input) if found.input else ("   the record as it is",)


def _read(read: ReadOutline) -> Iterator[str]:
    title = f"details {read.name}: {read.call}, of equal {read.match}" if read.name else f"read {read.call}"
    yield title
    yield from _endpoint(read.endpoint)
    yield from _fields(read.sends)
    if read.value:
        yield from ("   value", *_fields(read.value))


def event_text(found: EventOutline) -> Iterator[str]:
    yield from _heading("event", found)
    said = {"body": found.schema, "begins": ", ".join(found.begins), "completes": ", ".join(found.completes)}
    yield "   ".join(f"{name} {text}" for name, text in said.items() if text) or "begins nothing"
    if found.asked:
        yield from ("", "posted", *_fields(found.asked))
    yield from ("", "event")
    yield from _fields(found.map) if found.map else ("   the body as it is",)


# -- all ---------------------------------------------------------------------------------------------------------------


def _heading(kind: str, found: MessageOutline | FlowOutline | EventOutline) -> Iterator[str]:
    yield f"{found.name}  {kind}  {found.place}"
    if found.description:
        yield from folded(found.description)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    from engine.cli.aligned import aligned, width

    return aligned(heads, rows, width(), "   ")


def folded(text: str) -> list[str]:
    import textwrap

    from engine.cli.aligned import width

    room = width()
    return textwrap.wrap(text, room) if room else [text]
