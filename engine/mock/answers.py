"""What the mock answers, and why: a reply, or a problem that says what came nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.examples.compare import Difference, Nothing
from engine.examples.text import path
from engine.examples.wire import short
from engine.formats.json import dumps


@dataclass(frozen=True)
class Answer:
    """An HTTP answer.

    Attributes:
        why: which example it is from, or what is wrong; for the line on the terminal.
        delay: seconds before it goes out.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    why: str
    delay: float = 0.0


def problem(status: int, title: str, detail: str, **more: Any) -> Answer:
    """A problem document (RFC 9457); null members are left out."""
    extra = {name: value for name, value in more.items() if value is not None}
    document = {"detail": detail, "title": title, "status": status, "type": "urn:engine:mock", **extra}
    return Answer(status, {"content-type": "application/problem+json"}, dumps(document), f"{title}: {detail}")


def differing(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Differences as a caller reads them; what is not there is left out."""
    return [_difference(one) for one in found]


def in_words(found: Sequence[Difference]) -> str:
    """The first difference, as one line of a log shows it: what came, and what the nearest example has there."""
    if not found:
        return "the nearest fails, and answers only what its `sent` names"
    first, more = found[0], len(found) - 1
    got = "is not there" if isinstance(first.got, Nothing) else f"is {short(first.got, 60)}"
    nothing = isinstance(first.expected, Nothing)
    nearest = "it is not there" if nothing else f"it is {short(first.expected, 60)}"
    return f"{path(first.path)} {got}, in the nearest {nearest}{f', and {more} more' if more else ''}"


def _difference(one: Difference) -> dict[str, Any]:
    sides = {"expected": one.expected, "got": one.got}
    return {"path": path(one.path), **{name: side for name, side in sides.items() if not isinstance(side, Nothing)}}
