"""Rewriting what an example expects, in the file itself: only what differs is touched, comments and form stay.

A revision is a list of edits of the file's text: a scalar is exchanged, a key is added or taken away. Where an object
in one line gets other keys, that object is written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.document.compose import Node, compose
from engine.document.place import Source
from engine.examples.compare import pairs
from engine.mapping.write import alone, below, lines, text, within
from engine.spec.matchers import matcher

Same = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Edit:
    """Put `text` in the place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def applied(text: str, edits: list[Edit]) -> str:
    """A text with edits made; they do not overlap, and those at one place keep their order."""
    for edit in sorted(edits, key=lambda edit: edit.start)[::-1]:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


class Page:
    """The text of one file, to be edited."""

    def __init__(self, text: str, file: str) -> None:
        found: list[Diagnostic] = []
        root = compose(Source.of(text, file), found.append)
        assert root is not None
        self.text = text
        self._root = root

    def find(self, path: Path_) -> Node | None:
        """The node at a path; None if there is none, or it stands behind an alias."""
        node = self._root
        for step in path:
            inner = _child(node, step)
            if inner is None or inner.start < node.start:
                return None
            node = inner
        return node

    def put(self, path: Path_, key: str, value: Any) -> list[Edit]:
        """Edits that set a key of the mapping at a path."""
        parent = self.find(path)
        if parent is None or parent.kind != "mapping":
            return []
        node = _child(parent, key)
        if node is not None:
            return [self._exchanged(node, value, parent.flow)]
        return [self._added(parent, [(key, value)], parent.inner[-1] if parent.inner else parent)]

    def swap(self, path: Path_, old: str, new: str, value: Any) -> list[Edit]:
        """Edits that put another key, with its value, in the place of one of the mapping at a path."""
        parent = self.find(path)
        pair = next((pair for pair in parent.pairs if pair[0].value == old), None) if parent is not None else None
        if parent is None or pair is None:
            return self.put(path, new, value)
        name, node = pair
        indent = name.start - self._line(name.start)
        written = f" {within(value)}" if parent.flow else below(value, indent, indent + len(new) + 1)
        return [Edit(name.start, self._end(node), f"{new}:{written}")]

    def drop(self, path: Path_, key: str) -> list[Edit]:
        """Edits that take a key, with its value, out of the mapping at a path; the only one stays."""
        parent = self.find(path)
        pairs = list(parent.pairs) if parent is not None and parent.kind == "mapping" else []
        place = next((place for place, (name, _) in enumerate(pairs) if name.value == key), None)
        if parent is None or place is None or len(pairs) == 1:
            return []
        name, node = pairs[place]
        if place == 0:
            return [Edit(name.start, pairs[1][0].start, "")]
        if parent.flow:
            return [Edit(self._end(pairs[place - 1][1]), self._end(node), "")]
        return [self._line_out(name.start, node)]

    def revised(self, node: Node, expected: Any, got: Any, same: Same) -> Iterator[Edit]:
        """Edits that make a node say what came.

        Args:
            expected: the data of the node.
            same: whether two values match.
        """
        if same(expected, got):
            return
        if isinstance(expected, dict) and isinstance(got, dict) and node.kind == "mapping" and not matcher(expected):
            yield from self._object(node, expected, got, same)
        elif isinstance(expected, list) and isinstance(got, list) and node.kind == "list":
            yield from self._list(node, expected, got, same)
        else:
            yield self._exchanged(node, got, self._is_inline(node))

    # -- objects and lists ---------------------------------------------------------------------------------------

    def _object(self, node: Node, expected: dict[str, Any], got: dict[str, Any], same: Same) -> Iterator[Edit]:
        gone = [name for name in expected if name not in got]
        new = [(name, value) for name, value in got.items() if name not in expected]
        movable = not node.flow and not self._begins_behind_dash(node, gone) and len(gone) < len(expected)
        if (gone or new) and not movable:
            yield self._exchanged(node, _kept(expected, got, same), self._is_inline(node))
            return
        last = node
        for name, child in node.pairs:
            if name.value in gone:
                yield self._line_out(name.start, child)
            else:
                last = child
                yield from self.revised(child, expected[name.value], got[name.value], same)
        if new:
            yield self._added(node, new, last)

    def _list(self, node: Node, expected: list[Any], got: list[Any], same: Same) -> Iterator[Edit]:
        together = pairs(expected, got, same)
        staying = [node.inner[wanted] for wanted, found in together if wanted is not None and found is not None]
        if len(staying) < len(together) and (not staying or not self._is_column(node)):
            yield self._exchanged(node, _kept(expected, got, same), self._is_inline(node))
            return
        above: Node | None = None
        for wanted, found in together:
            if wanted is None and found is not None:
                yield self._inserted(got[found], above, staying[0])
            elif found is None and wanted is not None:
                yield self._line_out(node.inner[wanted].start, node.inner[wanted])
            elif wanted is not None and found is not None:
                above = node.inner[wanted]
                yield from self.revised(above, expected[wanted], got[found], same)

    def _is_column(self, node: Node) -> bool:
        """Whether each element of a list begins on a line of its own, behind a dash."""
        return not node.flow and all(self._dash(child.start) == "- " for child in node.inner)

    def _dash(self, index: int) -> str:
        """What stands on the line before an element, without the margin."""
        return self.text[self._line(index) : index].lstrip()

    def _begins_behind_dash(self, node: Node, gone: list[str]) -> bool:
        """Whether the first key, which is to go, stands on the line of its list's dash."""
        first = node.inner[0]
        return first.value in gone and bool(self.text[self._line(first.start) : first.start].strip())

    # -- single edits --------------------------------------------------------------------------------------------

    def _exchanged(self, node: Node, value: Any, inline: bool) -> Edit:
        end = self._end(node)
        line = self._line(node.start)
        if inline or not isinstance(value, (dict, list)):
            return Edit(node.start, end, within(value) if inline else alone(value))
        if node.kind != "scalar" and not node.flow:  # a block: its own lines, or those behind a dash
            indent = node.start - line
            written = below(value, indent - 2, 10_000 if value else 0)
            return Edit(node.start, end, written.lstrip())
        indent = len(self.text[line:]) - len(self.text[line:].lstrip(" -"))
        written = below(value, indent, node.start - line)
        begin = node.start
        while written.startswith("\n") and self.text[begin - 1] == " ":
            begin -= 1
        return Edit(begin, end, written.lstrip(" "))

    def _added(self, node: Node, entries: list[tuple[str, Any]], last: Node) -> Edit:
        """New keys of a mapping, behind its `last` value."""
        end = self._end(last)
        if node.flow:
            written = ", ".join(f"{text(key)}: {within(value)}" for key, value in entries)
            at = self._end(node) - 1
            return Edit(at, at, f", {written}" if node.inner else written)
        first = node.inner[0]
        indent = first.start - self._line(first.start)
        margin = " " * indent
        below_it = [f"{margin}{text(key)}:" + below(value, indent, indent + len(key) + 1) for key, value in entries]
        stop = self.text.find("\n", end)
        at = len(self.text) if stop < 0 else stop
        return Edit(at, at, "".join(f"\n{line}" for line in below_it))

    def _inserted(self, value: Any, above: Node | None, first: Node) -> Edit:
        """A new element of a list, in lines of its own: below another one, else above the first."""
        begin = self._line(first.start)
        written = "\n".join(lines([value], first.start - begin - len("- ")))
        if above is None:
            return Edit(begin, begin, f"{written}\n")
        stop = self.text.find("\n", self._end(above))
        at = len(self.text) if stop < 0 else stop
        return Edit(at, at, f"\n{written}")

    def _line_out(self, start: int, node: Node) -> Edit:
        stop = self.text.find("\n", self._end(node))
        return Edit(self._line(start), len(self.text) if stop < 0 else stop + 1, "")

    # -- places --------------------------------------------------------------------------------------------------

    def _end(self, node: Node) -> int:
        """Behind a node's last character, without blank space."""
        end = self._end(node.inner[-1]) if node.inner and not node.flow else node.end
        return len(self.text[:end].rstrip()) if end > node.start else end

    def _line(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _is_inline(self, node: Node) -> bool:
        """Whether a node stands inside `{}` or `[]`."""
        return _inside_flow(self._root, node)


def _inside_flow(above: Node, node: Node) -> bool:
    for child in above.inner:
        if child is node:
            return above.flow
        if child.start <= node.start < max(child.end, child.start + 1) and child.inner:
            return _inside_flow(child, node)
    return False


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(step, int):
        return node.inner[step] if node.kind == "list" and step < len(node.inner) else None
    return next((value for key, value in node.pairs if key.value == step), None) if node.kind == "mapping" else None


def _kept(expected: Any, got: Any, same: Same) -> Any:
    """What came, with the matchers that still match in their places."""
    if same(expected, got):
        return expected
    if isinstance(expected, dict) and isinstance(got, dict) and not matcher(expected):
        return {name: _kept(expected[name], value, same) if name in expected else value for name, value in got.items()}
    if isinstance(expected, list) and isinstance(got, list):
        both = [(wanted, found) for wanted, found in pairs(expected, got) if found is not None]
        return [got[found] if wanted is None else _kept(expected[wanted], got[found], same) for wanted, found in both]
    return got
