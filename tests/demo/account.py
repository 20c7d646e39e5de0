"""A readable account of one exchange: what was asked, what went over the wire, what came back, how long it took."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from engine.exchange import Moment
from engine.journal import Entry
from tests.demo.requests import Request

BOLD, DIM, GREEN, RED, PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"


class Account:
    """Prints exchanges; in colour on a terminal."""

    def __init__(self, *, colour: bool, kept: bool) -> None:
        self._colour = colour
        self._kept = kept
        self._width = max(min(shutil.get_terminal_size((130, 40)).columns, 160), 80) - 12

    def tell(self, number: int, request: Request, status: int, reply: str, milliseconds: float, entry: Entry) -> None:
        """Print one exchange; `reply` is the answer's body as it came."""
        good = status == request.expected
        print(self._painted(f"\n{number}. {request.title}", BOLD))
        self._line("asked", f"POST /v1/{request.integration}/messages/{request.message}")
        self._lines(json.dumps(request.input))
        for label, text in self._wire(entry.moments):
            self._line(label, text)
        self._line("answer", self._painted(f"{status}", GREEN if good else RED) + f" in {milliseconds:.1f} ms")
        self._lines(reply)
        self._line("time", _times(entry))
        if self._kept:
            self._line("log", f"engine log {entry.id}")

    def _wire(self, moments: tuple[Moment, ...]) -> Iterator[tuple[str, str]]:
        """Each request and its reply, as they went over the wire."""
        label = "wire"
        for sent, back in pairwise(moment for moment in moments if moment.point in (180, 220)):
            if sent.point == 180 and back.point == 220:
                head, body = _parts(sent.payload)
                status, answer = _parts(back.payload)
                took = (back.micros - sent.micros) / 1000
                yield label, f"{sent.call}: {unquote(head)}  →  {status}  ({took:.1f} ms)"
                label = ""
                if body:
                    yield "", self._painted(f"  sent  {self._short(body)}", DIM)
                if answer:
                    yield "", self._painted(f"  back  {self._short(answer)}", DIM)

    def _line(self, label: str, text: str) -> None:
        print(f"   {label:<7}{text}")

    def _lines(self, text: str) -> None:
        for line in textwrap.wrap(
            text.replace(',"', ', "'), self._width, max_lines=8, placeholder=" …", break_on_hyphens=False
        ):
            self._line("", line)

    def _short(self, text: str) -> str:
        return text if len(text) <= self._width else text[: self._width - 1] + "…"

    def _painted(self, text: str, style: str) -> str:
        return f"{style}{text}{PLAIN}" if self._colour else text


def _parts(payload: Any) -> tuple[str, str]:
    """First line and body of a wire text."""
    head, _, body = str(payload or "").partition("\n\n")
    return head.partition("\n")[0], " ".join(body.split())


def _times(entry: Entry) -> str:
    """How long each part took: the systems, pauses before a call is made again, and the engine."""
    systems = pauses = 0
    for one, two in pairwise(moment for moment in entry.moments if moment.point in (180, 220)):
        if one.point == 180 and two.point == 220:
            systems += two.micros - one.micros
        elif one.call == two.call and two.micros - one.micros > 100_000:
            pauses += two.micros - one.micros
    parts = {"systems": systems, "pauses": pauses, "engine": entry.duration - systems - pauses}
    return ", ".join(f"{name} {micros / 1000:.1f} ms" for name, micros in parts.items() if micros)
