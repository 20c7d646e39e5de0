"""Sequence diagrams as SVG: drawn here, so that a page needs neither network nor script."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from engine.docs.sequence import Arrow, Diagram, Event, Frame, Note

MARGIN, COLUMN, BOX, HEAD = 16, 236, 168, 44
LINE, GAP, INSET = 16, 18, 10
LETTER = 6.4
"""Width of a letter, on the safe side."""


def svg(diagram: Diagram) -> str:
    """A diagram as an SVG element; its colours are those of the page around it (`svg.sequence` in the style sheet)."""
    columns = {key: MARGIN + BOX / 2 + place * COLUMN for place, key in enumerate(diagram.participants)}
    width = MARGIN * 2 + BOX + (len(columns) - 1) * COLUMN + _overhang(diagram.events, columns)
    drawing = _Drawing(columns, width, MARGIN + HEAD + GAP)
    drawing.events(diagram.events)
    height = drawing.y + GAP
    body = [*_lifelines(diagram, columns, height), *drawing.frames, *drawing.parts]
    label = escape(f"Sequence diagram of {diagram.title}")
    return "\n".join(
        [
            f'<svg class="sequence" role="img" aria-label="{label}" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" height="{height:g}">',
            *body,
            "</svg>",
        ]
    )


def _overhang(events: Iterable[Event], columns: dict[str, float]) -> int:
    """Room on the right for what the last participant does by itself."""
    last = list(columns)[-1]
    flat = [event for one in events for event in _flat(one)]
    return 120 if any(isinstance(event, Arrow) and event.source == event.target == last for event in flat) else 0


def _flat(event: Event) -> Iterator[Event]:
    yield event
    if isinstance(event, Frame):
        for inner in event.events:
            yield from _flat(inner)


def _lifelines(diagram: Diagram, columns: dict[str, float], height: float) -> Iterator[str]:
    for key, title in diagram.participants.items():
        x = columns[key]
        yield f'<line class="life" x1="{x:g}" y1="{MARGIN + HEAD}" x2="{x:g}" y2="{height - 6:g}"/>'
        yield f'<rect class="box" x="{x - BOX / 2:g}" y="{MARGIN}" width="{BOX}" height="{HEAD}" rx="6"/>'
        lines = _wrapped(title, BOX - 36)[:2]
        top = MARGIN + HEAD / 2 + 4.5 - (len(lines) - 1) * LINE / 2
        yield from _text(lines, x, top, "who")


@dataclass
class _Drawing:
    """What is drawn, from top to bottom; `y` is where the next event begins."""

    columns: dict[str, float]
    width: float
    y: float
    depth: int = 0
    parts: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    def events(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Frame):
                self._frame(event)
            elif isinstance(event, Note):
                self._note(event)
            elif event.source == event.target:
                self._self_arrow(event)
            else:
                self._arrow(event)

    def _arrow(self, arrow: Arrow) -> None:
        start, end = self.columns[arrow.source], self.columns[arrow.target]
        lines = _wrapped(arrow.text, abs(end - start) - 18)
        self.parts += _text(lines, (start + end) / 2, self.y + LINE - 4, "label")
        self.y += len(lines) * LINE + 4
        tip = end - 8 if end > start else end + 8
        kind = "answer" if arrow.answer else "arrow"
        self.parts.append(f'<line class="{kind}" x1="{start:g}" y1="{self.y:g}" x2="{tip:g}" y2="{self.y:g}"/>')
        self.parts.append(_head(end, self.y, -1 if end > start else 1))
        self.y += GAP

    def _self_arrow(self, arrow: Arrow) -> None:
        x, top = self.columns[arrow.source], self.y + 6
        lines = _wrapped(arrow.text, COLUMN - 60)
        bottom = top + max(len(lines) * LINE, 20)
        path = f"M{x:g} {top:g} h28 V{bottom:g} H{x + 8:g}"
        self.parts.append(f'<path class="arrow" d="{path}"/>')
        self.parts.append(_head(x, bottom, 1))
        self.parts += _text(lines, x + 36, top + LINE - 3, "beside")
        self.y = bottom + GAP

    def _note(self, note: Note) -> None:
        x = self.columns[note.over]
        lines = _wrapped(note.text, BOX - 12)
        height = len(lines) * LINE + 10
        self.parts.append(
            f'<rect class="note" x="{x - BOX / 2:g}" y="{self.y:g}" width="{BOX}" height="{height}" rx="3"/>'
        )
        self.parts += _text(lines, x, self.y + LINE + 1, "label")
        self.y += height + GAP

    def _frame(self, frame: Frame) -> None:
        top, inset = self.y, 4 + self.depth * INSET
        left, right = inset, self.width - inset
        lines = _wrapped(frame.text, right - left - 70)
        inner = replace(self, y=top + max(len(lines) * LINE, LINE) + 12, depth=self.depth + 1, frames=[])
        inner.events(frame.events)
        bottom = inner.y - GAP / 2 + 2
        self.frames.append(
            f'<rect class="frame" x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" rx="4"/>'
        )
        self.frames += inner.frames
        tag = f"M{left:g} {top:g} h44 v12 l-8 8 h-36 z"
        self.parts.append(f'<path class="tag" d="{tag}"/>')
        self.parts += _text([frame.kind], left + 19, top + 14, "kind")
        self.parts += _text(lines, left + 54, top + 14, "guard")
        self.y = bottom + GAP / 2 + 4


def _head(x: float, y: float, direction: int) -> str:
    """The tip of an arrow; `direction` 1 points to the left."""
    return f'<path class="tip" d="M{x:g} {y:g} l{direction * 9} -4.5 v9 z"/>'


def _text(lines: Sequence[str], x: float, y: float, kind: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f'<text class="{kind}" x="{x:g}" y="{y + number * LINE:g}">{escape(line)}</text>'


def _wrapped(text: str, width: float) -> list[str]:
    """Text in lines that fit; the rest of a long one is left out, with a sign."""
    letters = max(int(width / LETTER), 12)
    words = " ".join(piece for word in text.split() for piece in _pieces(word, letters))
    return textwrap.wrap(words, letters, max_lines=4, placeholder=" …") or [""]


def _pieces(word: str, letters: int, behind: str = "/") -> Iterator[str]:
    """A word that does not fit on a line, in pieces that do: broken behind slashes, else behind dots and low lines."""
    piece = ""
    for part in re.findall(f"[^{behind}]*[{behind}]|[^{behind}]+", word) if len(word) > letters else (word,):
        if piece and len(piece) + len(part) > letters:
            yield from _pieces(piece, letters, "._") if behind == "/" else (piece,)
            piece = ""
        piece += part
    yield from _pieces(piece, letters, "._") if behind == "/" else (piece,)
