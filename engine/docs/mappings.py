"""A mapping as a table: for each field where it comes from, its type, the rule in words, and an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.docs.fields import Row
from engine.docs.model import Code, Section, Table, Words
from engine.docs.subject import Subject

COLUMNS = ("Target", "Source", "Type", "Rule", "Example")

Sample = Callable[[str], str]
"""Gives the example value of a field, by its target; empty if there is none."""


def nothing(target: str) -> str:
    """There is no example value."""
    return ""


def table(subject: Subject, title: str, anchor: str, parts: list[tuple[str, Iterable[Row], Sample]]) -> Section:
    """A payload, field by field.

    Args:
        parts: the name of each part (`query`, `body`, or empty), its rows, and where its example values come from.
    """
    found = [_row(subject, part, row, sample) for part, of_part, sample in parts for row in of_part]
    return Section(title, anchor, [Table(COLUMNS, found)])


def _row(subject: Subject, part: str, row: Row, sample: Sample) -> list[Words]:
    return [_target(part, row), Code(row.source), row.type_by(subject.type_of), row.rule, _code(sample(row.target))]


def _target(part: str, row: Row) -> Words:
    """Where a value goes; what is no field of the payload says so."""
    if row.kind == "name":
        return (Code(row.target), " (a name)")
    if part and part != "body":
        return (f"{part.removesuffix('s').replace('_', ' ')} ", Code(row.target))
    return Code(row.target) if row.target else "the whole"


def _code(text: str) -> Words:
    return Code(text) if text else ""
