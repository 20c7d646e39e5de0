"""Rows of a table that a flow takes: which, and what is written back into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.docs.endpoints import operation
from engine.docs.model import Code, Span, Words, listed, spans
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.words import said
from engine.mapping import Node
from engine.sql.endpoints.claim import Claim


def claim_of(subject: Subject, call: str) -> Claim | None:
    """The claim that a flow reads by, if it does."""
    found = operation(subject.integration, call)
    return found.endpoint if found and isinstance(found.endpoint, Claim) else None


def claimed(subject: Subject, call: str) -> Iterator[tuple[str, Words]]:
    """What a claim does with its rows; nothing for any other call."""
    claim = claim_of(subject, call)
    if claim is None:
        return
    yield "Takes rows", ("of ", Code(claim.table), ", each by one engine only, and sets ", *_set(claim.take))
    yield "When delivered or skipped", ("sets ", *_set(claim.done))
    yield "When parked or discarded", ("sets ", *_set(claim.failed))
    lasts = worded(claim.lease.lasts, subject.integration, "duration")
    yield "When the engine dies", f"another one takes the row after {lasts}"


def _set(values: Mapping[str, Node]) -> tuple[Span, ...]:
    return spans(listed([(Code(name), f" to {said(node)}") for name, node in values.items()]))
