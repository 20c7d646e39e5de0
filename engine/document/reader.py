"""From YAML nodes to data, remembering where everything stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.diagnostics import Diagnostic, Mark
from engine.document.compose import Node
from engine.document.place import Place, Scalar, Source
from engine.document.syntax import left_open, was_cut
from engine.errors import SpecError

MAX_VALUES = 100_000

_Path = tuple[str | int, ...]
_ANCHOR_OR_TAG = re.compile(r"(?:[&!]\S*\s+)*")
_NOTHING = "=`null`"
"""Stands for an expression that YAML cut, so that nothing follows from it."""


class Reader:
    """Reads one file; `found` gets what is wrong in it."""

    def __init__(self, source: Source, found: list[Diagnostic]) -> None:
        self.source = source
        self.found = found
        self.values: dict[_Path, Mark] = {}
        self.keys: dict[_Path, Mark] = {}
        self.homes: dict[_Path, Mark] = {}
        self.paths: dict[int, _Path] = {}
        self._first: dict[Node, _Path] = {}
        self._count = 0
        self._said = set(found)

    def read(self, node: Node, path: _Path = ()) -> Any:
        """The data of a node that stands at a path."""
        self._count += 1
        if self._count > MAX_VALUES:
            words = f"aliases unfold to more than {MAX_VALUES:,} values"
            raise SpecError([Diagnostic(self._mark(node), "too-many-values", words, "use fewer aliases")])
        self.values[path] = self._mark(node)
        if self._first.setdefault(node, path) != path:
            home = self._first[node]
            self.homes[path] = self.homes.get(home) or self.keys.get(home) or self.values[home]
        self._refuse_tag(node)
        if node.kind == "scalar":
            return self._scalar(node)
        data: Any = dict(self._entries(node, path)) if node.kind == "mapping" else list(self._elements(node, path))
        self.paths[id(data)] = path
        return data

    def _elements(self, node: Node, path: _Path) -> Iterator[Any]:
        opened = 0
        for index, child in enumerate(node.inner):
            if opened:
                opened += left_open(child.value) if child.is_plain else 0
            elif node.flow and self._is_cut(child):
                opened = left_open(child.value)
                yield Scalar(_NOTHING, self._place(child))
            else:
                yield self.read(child, (*path, index))

    def _entries(self, node: Node, path: _Path) -> Iterator[tuple[str, Any]]:
        seen: dict[str, Mark] = {}
        opened = 0
        for key_node, value_node in node.pairs:
            if opened and _is_empty(value_node):
                opened += left_open(key_node.value)
                continue
            opened = 0
            key = self._key(key_node, seen)
            if key is None:
                continue
            seen[key] = key.mark
            below = (*path, str(key))
            self.keys[below] = key.mark
            if _is_empty(value_node):
                value_node.start = value_node.end = key_node.start
            if node.flow and self._is_cut(value_node):
                opened = left_open(value_node.value)
                self.values[below] = self._mark(value_node)
                yield key, Scalar(_NOTHING, self._place(value_node))
            else:
                yield key, self.read(value_node, below)

    def _key(self, node: Node, seen: dict[str, Mark]) -> Scalar | None:
        mark = self._mark(node)
        if node.kind != "scalar" or node.value == "":
            if self.source.text.startswith("{{", node.start - 1):
                self._say(
                    mark,
                    "yaml-syntax",
                    "YAML reads `{{ }}` as a mapping here",
                    "a Template that begins with {{ stands in quotes",
                )
            else:
                self._say(mark, "yaml-syntax", "a key must be text", "put the key in quotes")
            return None
        self._refuse_tag(node)
        key = Scalar(node.value, self._place(node), node.style is None)
        if key == "<<":
            words = "merge keys (`<<`) are not part of the language"
            self._say(mark, "merge-key", words, "repeat a whole block with an anchor, or join objects with `$merge`")
            return None
        if key in seen:
            words = f'"{key}" stands here twice; first in line {seen[key].line}'
            self._say(key.mark, "duplicate-key", words, "remove one")
            return None
        return key

    def _is_cut(self, node: Node) -> bool:
        """Whether YAML cut an expression in flow style at its comma: `{x: =add(a, b)}` holds `=add(a` and a key `b)`."""
        if not node.is_plain or not node.value.startswith("=") or left_open(node.value) <= 0:
            return False
        self._add(was_cut(self._mark(node), "comma", self.source))
        return True

    def _scalar(self, node: Node) -> Scalar | None:
        if node.is_plain and node.value in ("", "null"):
            return None
        if any("\ud800" <= character <= "\udfff" for character in node.value):
            self._say(self._mark(node), "not-text", "this is half a character (a surrogate)", "write the whole one")
            return None
        return Scalar(node.value, self._place(node), node.style is None)

    def _refuse_tag(self, node: Node) -> None:
        if node.tagged:
            tag = re.search(r"!\S*", self.source.text[node.start : node.end + 1])
            words = f"`{tag.group() if tag else '!'}` is a YAML tag here"
            self._say(self._mark(node), "yaml-tag", words, "begin an expression with `=`, or quote the text")

    def _mark(self, node: Node) -> Mark:
        return self.source.mark(node.start)

    def _place(self, node: Node) -> Place:
        lead = _ANCHOR_OR_TAG.match(self.source.text, node.start) if self.source.text[node.start] in "&!" else None
        return self.source.scalar(node.value, node.style, lead.end() if lead else node.start, node.end)

    def _say(self, mark: Mark, rule: str, message: str, hint: str) -> None:
        self._add(Diagnostic(mark, rule, message, hint))

    def _add(self, finding: Diagnostic) -> None:
        if finding not in self._said:
            self._said.add(finding)
            self.found.append(finding)


def _is_empty(node: Node) -> bool:
    return node.is_plain and node.value == ""
