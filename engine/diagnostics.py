"""Findings about a file: a place, a fact, a remedy. Printing them is somebody else's job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Diagnostic:
    """One finding; its texts are of one line, and nothing in them steers a terminal, whatever they quote.

    Attributes:
        mark: where; a finding cannot be built without its place.
        rule: the id of the rule, such as `unknown-key`.
        message: the fact.
        hint: what to write instead; empty only where there is nothing to write.
        severity: `error` or `warning`.
        end: where what is meant ends, exclusive; the document knows, so a rule gives it only where it knows better.
        fix: the text that belongs between `mark` and `end`, where there is exactly one right one.
    """

    mark: Mark
    rule: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    end: Mark | None = None
    fix: str | None = None

    def __post_init__(self) -> None:
        for name, text in (("message", self.message), ("hint", self.hint)):
            if not text.isprintable():
                object.__setattr__(self, name, _on_a_line(text))

    def moved(self, to: Callable[[Mark], Mark]) -> Diagnostic:
        """The same at another place."""
        return replace(self, mark=to(self.mark), end=to(self.end) if self.end else None)

    @property
    def file(self) -> str:
        return self.mark.file

    @property
    def line(self) -> int:
        return self.mark.line

    @property
    def column(self) -> int:
        return self.mark.column

    @property
    def end_line(self) -> int:
        return (self.end or self.mark).line

    @property
    def end_column(self) -> int:
        """The first column behind what is meant; that of its begin where there is nothing to mark."""
        return (self.end or self.mark).column

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.mark}: {self.message}{hint}  [{self.rule}]"


def _on_a_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in " ".join(text.split()))


def shown(text: str) -> str:
    """A name or value of the file, quoted, on one line and not too long."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= 60 else line[:59] + "…"}"'
