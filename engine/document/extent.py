"""How far what stands at a place reaches: a key or value to its end, inside an expression a word to its end."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from engine.diagnostics import Diagnostic, Mark
from engine.document.place import Source

if TYPE_CHECKING:
    from engine.document.compose import Node

_LEAD = re.compile(r"(?:[&!]\S*\s+)*")
_WORD = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"[^\"\n]*\"|`[^`\n]*`|[^\W\d]\w*|\d[\w.]*|[=!<>]=|&&|\|\||\{\{|\}\}|\S")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#")


@dataclass(frozen=True, eq=False)
class Written:
    """The nodes of a text as they are written.

    Attributes:
        source: the text: a file, or some whole lines of it.
        nodes: those read so far, in any order.
    """

    source: Source
    nodes: list[Node]

    def end(self, mark: Mark) -> Mark:
        """Where what begins at a place ends, exclusive: a scalar, a flow collection, or else a word on this line."""
        index = self.source.index(mark)
        behind = self._ends.get(index)
        if behind is not None:
            return self.source.mark(behind)
        word = _WORD.match(self.source.text, index)
        return self.source.mark(word.end()) if word else mark

    def is_inside(self, index: int) -> bool:
        """Whether what stands at an index of the text belongs to a scalar: no comment can begin there."""
        before = bisect.bisect_right(self._scalars, (index, len(self.source.text))) - 1
        return before >= 0 and index < self._scalars[before][1]

    @cached_property
    def _ends(self) -> dict[int, int]:
        """From each place where a scalar or flow collection may be said to begin, to its end: the outermost counts."""
        found: dict[int, int] = {}
        for node in self.nodes:
            if node.end > node.start and (node.flow or node.kind == "scalar"):
                begin = self._begin(node)
                end = node.start + len(self.source.text[node.start : node.end].rstrip())
                found.setdefault(node.start, end)
                found.setdefault(begin, end)
                if node.style in ("'", '"'):
                    found.setdefault(begin + 1, end - 1)
        return found

    @cached_property
    def _scalars(self) -> list[tuple[int, int]]:
        """Where each scalar's text begins and ends, in order."""
        return sorted((self._begin(node), node.end) for node in self.nodes if node.kind == "scalar")

    def _begin(self, node: Node) -> int:
        """Where a node begins behind its anchor and tag; of a block scalar, behind its first line."""
        text = self.source.text
        lead = _LEAD.match(text, node.start) if text[node.start : node.start + 1] in ("&", "!") else None
        begin = lead.end() if lead else node.start
        return max(text.find("\n", begin, node.end), begin) if node.style in ("|", ">") else begin


@dataclass(frozen=True, eq=False)
class Extent:
    """How far everything in a file reaches.

    Attributes:
        source: the text of the file.
        written: what stands in it; each has some of its lines, in order.
    """

    source: Source
    written: Sequence[Written]

    def ended(self, finding: Diagnostic) -> Diagnostic:
        """The finding with its end, if it has none of its own."""
        return finding if finding.end else replace(finding, end=self._at(finding.mark.line).end(finding.mark))

    def comments(self, wanted: re.Pattern[str]) -> Iterator[tuple[Mark, re.Match[str]]]:
        """The comments that match (from their `#` on), each with its place; never what stands inside a scalar."""
        for line in sorted({self.source.line_of(found.start()) for found in wanted.finditer(self.source.text)}):
            text, start = self.source.line(line), self.source.starts[line - 1]
            signs = (sign.start() for sign in _COMMENT.finditer(text))
            begin = next((sign for sign in signs if not self.is_inside(start + sign)), None)
            match = wanted.match(text[begin:]) if begin is not None else None
            if begin is not None and match:
                yield self.source.mark(start + begin), match

    def is_inside(self, index: int) -> bool:
        """Whether what stands at an index of the text belongs to a scalar: no comment can begin there."""
        mark = self.source.mark(index)
        written = self._at(mark.line)
        return written.is_inside(written.source.index(mark))

    def _at(self, line: int) -> Written:
        """What stands on a line."""
        before = bisect.bisect_right(self.written, line, key=lambda written: written.source.first) - 1
        return self.written[max(before, 0)]
