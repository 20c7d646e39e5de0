"""One section per message: what it does, who talks to whom, each field, and what happens when something fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.docs.anchors import of_message
from engine.docs.failures import failures
from engine.docs.fields import Row, named, rows
from engine.docs.journey import journey
from engine.docs.mappings import Sample, nothing, table
from engine.docs.model import Block, Code, Link, Listing, Paragraph, Section, Span, Strong, Table, Words
from engine.docs.samples import of_reply, of_request, whole
from engine.docs.shown import worded
from engine.docs.steps import told, what
from engine.docs.subject import Subject
from engine.formats.json import indented
from engine.spec.messages import Message, Step

STEPS = ("#", "Step", "What it does", "Result")


def messages(subject: Subject) -> Section:
    """All messages, in the order of the file."""
    found = [_message(subject, name, message) for name, message in subject.integration.messages.items()]
    return Section("Messages", "messages", [], found)


def _message(subject: Subject, name: str, message: Message) -> Section:
    blocks: list[Block] = [Paragraph(message.description)] if message.description else []
    blocks.append(Paragraph(_called(subject, name, message)))
    if message.steps:
        blocks += [journey(subject.integration, name, message), Table(STEPS, list(_steps(subject, message)))]
    sections = [*_mappings(subject, name, message), failures(subject, name, message), *_example(name, message)]
    return Section(name, of_message(name), blocks, sections)


def _called(subject: Subject, name: str, message: Message) -> Words:
    """How a message is called: address, schemas, by whom."""
    callers = ", ".join(subject.callers(name))
    inner = subject.senders(name)
    spans: list[Span] = [Strong("Called by"), f" {callers or inner or 'other integrations'}"]
    if callers:
        spans += [" with ", Code(f"POST /v1/{subject.integration.name}/messages/{name}")]
        spans += [f", and by {inner}"] if inner else []
    for title, schema in (("input", message.input), ("reply", message.output)):
        if schema is not None:
            spans += [f"; {title} ", Code(schema) if isinstance(schema, str) else "with a schema of its own"]
    return (*spans, ".", *_kept(subject, message))


def _kept(subject: Subject, message: Message) -> Iterator[Span]:
    """How long a reply is given again."""
    if message.cache is not None:
        asked = "asked the same again" if message.cache.key is None else "asked again alike"
        yield f" {asked.capitalize()} within {worded(message.cache.keep, subject.integration, 'duration')}, "
        yield "it gives the kept reply."


def _steps(subject: Subject, message: Message) -> Iterator[list[Words]]:
    for number, step in enumerate(message.steps, 1):
        inner = step.call if step.call in subject.integration.messages else None
        title: Words = Link(inner, of_message(inner)) if inner else Code(step.call) if step.call else what(step)
        yield [str(number), title, told(subject.integration, step), Code(step.save) if step.save else ""]


def _mappings(subject: Subject, name: str, message: Message) -> Iterator[Section]:
    """A table for every payload that is built."""
    for number, step in enumerate(message.steps, 1):
        yield from _of_step(subject, name, message, number, step)
    trees = (("reply", "Reply", message.reply), ("failed", "Records that failed", message.failed))
    for key, title, node in (*trees, ("fallback", "Reply while the system is away", message.fallback)):
        if node is not None:
            sample: Sample = (lambda target: of_reply(message, target)) if key == "reply" else nothing
            yield table(subject, title, f"{of_message(name)}-{key}", [("", rows(node), sample)])


def _of_step(subject: Subject, name: str, message: Message, number: int, step: Step) -> Iterator[Section]:
    parts: list[tuple[str, Iterable[Row], Sample]] = []
    for part in ("path", "query", "headers"):
        if getattr(step, part):
            parts.append((part, named(getattr(step, part)), _of(message, step, part)))
    if step.body is not None:
        parts.append(("body" if parts else "", rows(step.body), _of(message, step, "body")))
    what_is_sent = f"Step {number}: what is sent to {step.call}"
    if parts:
        yield table(subject, what_is_sent, f"{of_message(name)}-step-{number}", parts)
    if step.value is not None:
        title = f"Step {number}: what is kept as {step.save}" if step.save else f"Step {number}: what is computed"
        yield table(subject, title, f"{of_message(name)}-step-{number}-value", [("", rows(step.value, ""), nothing)])


def _of(message: Message, step: Step, part: str) -> Sample:
    return lambda target: of_request(message, step, part, target)


def _example(name: str, message: Message) -> Iterator[Section]:
    """The example that shows the message best."""
    found = whole(message)
    if found is None:
        return
    blocks: list[Block] = [Paragraph(found.title)]
    for title, value in (("Input", found.input), ("Reply", found.reply)):
        if value is not None:
            blocks += [Paragraph(Strong(title)), Listing(indented(value), "json")]
    yield Section("Example", f"{of_message(name)}-example", blocks)
