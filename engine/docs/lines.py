"""What outlines are made of: lines of mappings, and calls with their defaults resolved."""

from __future__ import annotations

from dataclasses import dataclass

from engine.calls import CallSpec
from engine.docs.endpoints import Operation
from engine.docs.fields import Row, named, rows
from engine.docs.subject import Subject
from engine.mapping import Node
from engine.spec.messages import Step


@dataclass(frozen=True)
class FieldLine:
    """One line of a mapping; `part` is path, query, headers or body of a call, or empty."""

    part: str
    target: str
    source: str
    type: str
    line: int
    kind: str
    optional: bool


@dataclass(frozen=True)
class CallOutline:
    """What a call does, with its defaults resolved."""

    operation: str
    effect: str
    timeout: str
    attempts: str
    backoff: str
    causes: tuple[str, ...]
    request_schema: str
    reply_schema: str


def call_outline(found: Operation) -> CallOutline:
    endpoint = found.name.partition(".")[2]
    return CallOutline(
        operation=found.what,
        effect=found.effect,
        timeout=found.timeout,
        attempts=found.attempts,
        backoff=found.backoff,
        causes=found.causes,
        request_schema=schema_name(found.connection.request_schema(endpoint)),
        reply_schema=schema_name(found.connection.reply_schema(endpoint)),
    )


def lines(subject: Subject, node: Node | None, part: str = "", target: str = "") -> tuple[FieldLine, ...]:
    """The lines of a mapping, of one value, or of none."""
    return () if node is None else tuple(_line(subject, row, part) for row in rows(node, target))


def named_lines(subject: Subject, call: Step | CallSpec) -> tuple[FieldLine, ...]:
    """The lines of a call's path, query and headers."""
    parts = ("path", "query", "headers")
    return tuple(_line(subject, row, part) for part in parts for row in named(getattr(call, part)))


def _line(subject: Subject, row: Row, part: str) -> FieldLine:
    return FieldLine(part, row.target, row.source, row.type_by(subject.type_of), row.line, row.kind, row.optional)


def schema_name(reference: object) -> str:
    """A schema by its name; one that stands in place has none."""
    return "" if reference is None else str(reference) if isinstance(reference, str) else "(in place)"
