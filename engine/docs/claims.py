"""Rows of a table that a flow takes: which, and what is written back into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.docs.endpoints import operation
from engine.docs.model import Code, Span, Words, listed, spans
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.words import said
from engine.mapping import Constant, Node
from engine.mapping.nodes import Fields, Items
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
    taken = ("of ", Code(claim.table), *asked(claim.query), ", each by one engine only, and sets ", *put(claim.take))
    yield "Takes rows", taken
    yield "When delivered or skipped", ("sets ", *put(claim.done))
    yield "When parked or discarded", ("sets ", *put(claim.failed))
    lasts = worded(claim.lease.lasts, subject.integration, "duration")
    yield "When the engine dies", f"another one takes the row after {lasts}"


def put(values: Mapping[str, Node], between: str = " to ") -> tuple[Span, ...]:
    """Columns with what is written there."""
    return spans(listed([(Code(name), f"{between}{said(node)}") for name, node in values.items()]))


def asked(query: Mapping[str, Node]) -> tuple[Span, ...]:
    """Which rows are meant, behind the name of their table; nothing if all are."""
    if not query:
        return ()
    return (" where ", *spans(listed([(Code(name), f" is {_wanted(node)}") for name, node in query.items()], " and ")))


def _wanted(node: Node) -> str:
    """One value, one of several, or comparisons."""
    if isinstance(node, Fields):
        return " and ".join(f"{entry.name.replace('_', ' ')} {said(entry.node)}" for entry in node.entries)
    if isinstance(node, Items):
        return " or ".join(said(one) for one in node.nodes)
    if isinstance(node, Constant) and isinstance(node.value, list):
        return " or ".join(said(Constant(one)) for one in node.value)
    return said(node)
