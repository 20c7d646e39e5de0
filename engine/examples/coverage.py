"""What no example exercises: messages, target fields, both ways of each `when`, refusals, error rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.diagnostics import Mark
from engine.document import NOWHERE
from engine.examples.observe import Seen
from engine.examples.suite import Subject
from engine.expression.expressions import Expression
from engine.mapping.nodes import Build, Constant, Fields, Items, Merge, Node, join
from engine.parts.policies import ErrorRule
from engine.spec.messages import Message, Step
from engine.spec.sites import parts

KINDS = ("messages", "fields", "branches", "refusals", "errors")


@dataclass(frozen=True)
class Spot:
    """One thing that an example can exercise.

    Attributes:
        kind: one of KINDS.
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


def coverage(subject: Subject, seen: Seen, messages: Iterable[str]) -> Coverage:
    """What the examples of one file exercised.

    Args:
        seen: what was observed while they ran.
        messages: those that had an example.
    """
    return Coverage(subject.plan.name, tuple(_Spots(subject, seen, frozenset(messages)).all()))


@dataclass(frozen=True)
class _Spots:
    subject: Subject
    seen: Seen
    messages: frozenset[str]

    def all(self) -> Iterator[Spot]:
        for name, message in self.subject.integration.messages.items():
            mark = self.subject.document.key_mark(("messages", name))
            yield Spot("messages", mark, name, name in self.messages)
            yield from self._message(name, message)
        for path, part in parts(self.subject.integration):
            if isinstance(part, ErrorRule):
                mark = self.subject.document.key_mark(path)
                yield Spot("errors", mark, ".".join(map(str, path[1:])), id(part) in self.seen.built)

    def _message(self, name: str, message: Message) -> Iterator[Spot]:
        for number, step in enumerate(message.steps):
            yield from self._step(step, f"{name} {step.call or step.save or f'step {number + 1}'}")
        for key in ("reply", "failed", "fallback"):
            node = getattr(message, key)
            if node is not None:
                yield from self._spots(node, f"{name} {key}")

    def _step(self, step: Step, label: str) -> Iterator[Spot]:
        if step.when is not None:
            yield from self._branches(step.when, f"{label} when")
        for part in ("path", "query", "headers"):
            for key, node in getattr(step, part).items():
                yield from self._spots(node, f"{label} {part}.{key}")
        if step.body is not None:
            yield from self._spots(step.body, f"{label} body")
        if step.value is not None and not isinstance(step.value, Expression):
            yield from self._spots(step.value, f"{label} value")
        if isinstance(step.refuse, (Expression, Constant)):
            exercised = id(step.refuse) in self.seen.built
            yield Spot("refusals", step.refuse.place.mark, f"{label} refuse", exercised)

    def _spots(self, node: Node, target: str, mark: Mark = NOWHERE.mark) -> Iterator[Spot]:
        """The fields and branches of a mapping; a field is what holds no other."""
        if not _is_nothing(node) and not any(isinstance(inner, Fields) for inner in _within(node)):
            place = node.place.mark if isinstance(node, (Expression, Constant)) else mark
            exercised = any(id(built) in self.seen.built for built in _standing_for(node))
            yield Spot("fields", _first(place, mark), target, exercised)
        yield from self._inner(node, target, mark)

    def _inner(self, node: Node, target: str, mark: Mark) -> Iterator[Spot]:
        match node:
            case Fields():
                for entry in node.entries:
                    yield from self._spots(entry.node, join(target, entry.name), entry.place.mark)
            case Items():
                for child in node.nodes:
                    yield from self._inner(child, f"{target}[]", mark)
            case Merge():
                for part in node.parts:
                    yield from self._inner(part, target, mark)
            case Build():
                field = f"{target}[]" if node.each is not None else target
                if node.when is not None:
                    yield from self._branches(node.when, f"{field} $when")
                yield from self._inner(node.map, field, mark)

    def _branches(self, when: Expression, text: str) -> Iterator[Spot]:
        for way in (True, False):
            exercised = (id(when), way) in self.seen.decided
            yield Spot("branches", when.place.mark, f"{text}: {'true' if way else 'false'}", exercised)


def _is_nothing(node: Node) -> bool:
    """Whether `[]` or null stands there, which no example could build in another way."""
    return (isinstance(node, Items) and not node.nodes) or (isinstance(node, Constant) and node.value is None)


def _standing_for(node: Node) -> Iterator[Node]:
    """A node, and what it gives as it is: `$when` and `$let` around a value build nothing of their own."""
    yield node
    while isinstance(node, Build) and node.each is None:
        node = node.map
        yield node


def _within(node: Node) -> Iterator[Node]:
    """A node and what builds its value."""
    yield node
    inner: tuple[Node, ...] = ()
    match node:
        case Items():
            inner = node.nodes
        case Merge():
            inner = node.parts
        case Build():
            inner = (node.map,)
    for child in inner:
        yield from _within(child)


def _first(*marks: Mark) -> Mark:
    return next((mark for mark in marks if mark.file != NOWHERE.mark.file), NOWHERE.mark)


# -- as text, and against what is asked for ------------------------------------------------------------------------


def table(all_: Sequence[Coverage]) -> Iterator[str]:
    """One line per integration, one for all, then what is missed, by its place."""
    rows = [*all_, together(all_)] if len(all_) > 1 else list(all_)
    width = max(len("coverage"), *(len(row.name) for row in rows))
    yield "  ".join(["coverage".ljust(width), *(kind.rjust(16) for kind in KINDS)])
    for row in rows:
        yield "  ".join([row.name.ljust(width), *(_cell(row, kind).rjust(16) for kind in KINDS)])
    missed = [spot for row in all_ for spot in row.missed]
    if missed:
        yield ""
        yield "no example exercises:"
    for spot in missed:
        yield f"  {spot.mark}: {_NOUNS[spot.kind]} {spot.text}"


_NOUNS = {"messages": "message", "fields": "field", "branches": "branch", "refusals": "refusal", "errors": "error rule"}


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
        if kind not in KINDS or not equals:
            raise ValueError(f'"{part.strip()}": write kind=percent, such as fields=95; kinds: {", ".join(KINDS)}')
        found[kind] = float(percent)
    return found
