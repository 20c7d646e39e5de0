"""Sequence diagrams in Mermaid's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.docs.sequence import Arrow, Diagram, Event, Frame, Note


def mermaid(diagram: Diagram) -> str:
    """A diagram as Mermaid text."""
    keys = {key: f"p{place}" for place, key in enumerate(diagram.participants, 1)}
    lines = ["sequenceDiagram"]
    lines += [f"    participant {keys[key]} as {_text(title)}" for key, title in diagram.participants.items()]
    lines += [f"    {line}" for line in _events(diagram.events, keys)]
    return "\n".join(lines)


def _events(events: Iterable[Event], keys: dict[str, str]) -> Iterator[str]:
    for event in events:
        if isinstance(event, Arrow):
            arrow = "-->>" if event.answer else "->>"
            yield f"{keys[event.source]}{arrow}{keys[event.target]}: {_text(event.text)}"
        elif isinstance(event, Note):
            yield f"Note over {keys[event.over]}: {_text(event.text)}"
        elif isinstance(event, Frame):
            yield f"{event.kind} {_text(event.text)}"
            yield from (f"    {line}" for line in _events(event.events, keys))
            yield "end"


def _text(text: str) -> str:
    """Text in which nothing is a sign of Mermaid, of Markdown's fences or of HTML."""
    line = " ".join(text.split())
    return re.sub(r"[#;<>&`\"{}%\\]", lambda sign: f"#{ord(sign[0])};", line) or " "
