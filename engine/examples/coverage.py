"""What no example exercises, as a table, and against what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.diagnostics import Mark

NOUNS = {
    "messages": "message",
    "flows": "flow",
    "fields": "field",
    "branches": "branch",
    "refusals": "refusal",
    "errors": "error rule",
}
"""The kinds of what an example can exercise, and what one of them is called."""


@dataclass(frozen=True)
class Spot:
    """One thing that an example can exercise.

    Attributes:
        kind: one of NOUNS.
        text: what it is, such as `reply.items[].sku`.
    """

    kind: str
    mark: Mark
    text: str
    exercised: bool


@dataclass(frozen=True)
class Coverage:
    """All spots of one integration, or of several."""

    name: str
    spots: tuple[Spot, ...]

    @property
    def missed(self) -> list[Spot]:
        return [spot for spot in self.spots if not spot.exercised]

    def count(self, kind: str) -> tuple[int, int]:
        """How many of a kind are exercised, and how many there are."""
        found = [spot.exercised for spot in self.spots if spot.kind == kind]
        return sum(found), len(found)

    def percent(self, kind: str) -> float:
        """100 where there is nothing to exercise."""
        exercised, count = self.count(kind)
        return 100.0 * exercised / count if count else 100.0


def together(all_: Sequence[Coverage]) -> Coverage:
    return Coverage("all", tuple(spot for one in all_ for spot in one.spots))


def table(all_: Sequence[Coverage]) -> Iterator[str]:
    """One line per integration, one for all, then what is missed, by its place."""
    rows = [*all_, together(all_)] if len(all_) > 1 else list(all_)
    cells = [["coverage", *NOUNS], *([row.name, *(_cell(row, kind) for kind in NOUNS)] for row in rows)]
    first, *widths = (max(map(len, column)) for column in zip(*cells, strict=True))
    for name, *counts in cells:
        yield "  ".join([name.ljust(first), *(cell.rjust(width) for cell, width in zip(counts, widths, strict=True))])
    missed = [spot for row in all_ for spot in row.missed]
    if missed:
        yield ""
        yield "no example exercises:"
    for spot in missed:
        yield f"  {spot.mark}: {NOUNS[spot.kind]} {spot.text}"


def _cell(row: Coverage, kind: str) -> str:
    exercised, count = row.count(kind)
    return f"{exercised} of {count} {int(row.percent(kind)):3d} %" if count else "none"


def below(all_: Sequence[Coverage], wanted: Mapping[str, float]) -> list[str]:
    """Which integrations do not reach what is wanted, in percent by kind."""
    return [
        f"{one.name}: {kind} {one.percent(kind):.1f} %, wanted {percent:g} %"
        for one in all_
        for kind, percent in wanted.items()
        if one.percent(kind) < percent
    ]


def wanted(text: str) -> dict[str, float]:
    """`messages=100,fields=95` by kind.

    Raises:
        ValueError: it is not written so.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        kind, equals, percent = part.strip().partition("=")
        if kind not in NOUNS or not equals:
            raise ValueError(f'"{part.strip()}": write kind=percent, such as fields=95; kinds: {", ".join(NOUNS)}')
        found[kind] = float(percent)
    return found
