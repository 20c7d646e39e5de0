"""From YAML nodes to data, remembering where everything stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.diagnostics import Diagnostic, Mark
from engine.document.compose import Node
from engine.document.place import Path_, Place, Scalar, Source
from engine.document.syntax import left_open, was_cut, whole_of

_UNUSUAL = ("", "<<")
_HALF = re.compile("[\ud800-\udfff]")
_NOTHING = "=`null`"
"""Stands for an expression that YAML cut, so that nothing follows from it."""


class Reader:
    """Reads one file; `found` gets what is wrong in it."""

    def __init__(self, source: Source, found: list[Diagnostic]) -> None:
        self.source = source
        self.found = found
        self.values: dict[Path_, Place] = {}
        self.keys: dict[Path_, Place] = {}
        self.homes: dict[Path_, Path_] = {}
        self.paths: dict[int, Path_] = {}
        self._said = set(found)

    def read(self, node: Node, path: Path_ = ()) -> Any:
        """The data of a node that stands at a path."""
        self.values[path] = node
        if node.home is None:
            node.home = path
        elif node.home != path:
            self.homes[path] = node.home
        if node.tagged:
            self._refuse_tag(node)
        if node.kind == "scalar":
            if node.style is None and node.value in ("", "null"):
                return None
            return Scalar(node.value, node, node.style is None) if node.value.isascii() else self._text(node)
        data: Any = self.entries(node, path) if node.kind == "mapping" else list(self._elements(node, path))
        self.paths[id(data)] = path
        return data

    def _elements(self, node: Node, path: Path_) -> Iterator[Any]:
        opened = 0
        for index, child in enumerate(node.inner):
            following = node.inner[index + 1] if index + 1 < len(node.inner) else None
            if opened:
                opened += left_open(child.value) if child.is_plain else 0
            elif node.flow and self._is_cut(child, following):
                opened = left_open(child.value)
                self.values[*path, index] = child
                yield self._meant(child)
            else:
                yield self.read(child, (*path, index))

    def entries(self, node: Node, path: Path_) -> dict[str, Any]:
        """The data of a mapping's entries."""
        data: dict[str, Any] = {}
        opened = 0
        inner = node.inner
        for number in range(0, len(inner), 2):
            key_node, value_node = inner[number], inner[number + 1]
            is_empty = value_node.value == "" and value_node.is_plain
            if opened and is_empty:
                opened += left_open(key_node.value)
                continue
            opened = 0
            is_usual = key_node.kind == "scalar" and key_node.value not in _UNUSUAL and not key_node.tagged
            if not (is_usual and key_node.value not in data) and not self._is_key(key_node, data, path):
                continue
            below = (*path, key_node.value)
            self.keys[below] = key_node
            if is_empty:
                value_node.start = value_node.end = key_node.start
            key = Scalar(key_node.value, key_node, key_node.style is None)
            if node.flow and self._is_cut(value_node, inner[number + 2] if number + 2 < len(inner) else None):
                opened = left_open(value_node.value)
                self.values[below] = value_node
                data[key] = self._meant(value_node)
            else:
                data[key] = self.read(value_node, below)
        return data

    def _is_key(self, node: Node, seen: dict[str, Any], path: Path_) -> bool:
        """Whether a node can be a key, beside those of its mapping; if not, that is said."""
        if node.kind != "scalar" or node.value == "":
            if self.source.text.startswith("{{", node.start - 1):
                words, hint = "YAML reads `{{ }}` as a mapping here", "a Template that begins with {{ stands in quotes"
            else:
                words, hint = "a key must be text", "put the key in quotes"
            self._say(node.begin, "yaml-syntax", words, hint)
            return False
        if node.tagged:
            self._refuse_tag(node)
        if node.value == "<<":
            words = "merge keys (`<<`) are not part of the language"
            self._say(
                node.begin, "merge-key", words, "repeat a whole block with an anchor, or join objects with `$merge`"
            )
            return False
        if node.value in seen:
            words = f'"{node.value}" stands here twice; first in line {self.keys[*path, node.value].mark.line}'
            self._say(node.mark, "duplicate-key", words, "remove one")
            return False
        return True

    def _is_cut(self, node: Node, following: Node | None) -> bool:
        """Whether YAML cut a value in flow style at its comma: `{x: =add(a, b)}` holds `=add(a` and a key `b)`, and
        `{price: decimal(12,4)}` a key `4)`."""
        if not node.is_plain or left_open(node.value) <= 0:
            return False
        is_expression = node.value.startswith("=")
        if not is_expression and not (following and following.is_plain and left_open(following.value) < 0):
            return False
        self._add(was_cut(node.begin, "comma", self.source, "expression" if is_expression else "text"))
        return True

    def _meant(self, node: Node) -> Scalar:
        """What stands for a value that was cut: the whole text; for an expression, nothing."""
        whole = "" if node.value.startswith("=") else whole_of(node.begin, self.source)
        return Scalar(whole or _NOTHING, node)

    def _text(self, node: Node) -> Scalar | None:
        if _HALF.search(node.value):
            self._say(node.begin, "not-text", "this is half a character (a surrogate)", "write the whole one")
            return None
        return Scalar(node.value, node, node.style is None)

    def _refuse_tag(self, node: Node) -> None:
        tag = re.search(r"!\S*", self.source.text[node.start : node.end + 1])
        words = f"`{tag.group() if tag else '!'}` is a YAML tag here"
        self._say(node.begin, "yaml-tag", words, "begin an expression with `=`, or quote the text")

    def _say(self, mark: Mark, rule: str, message: str, hint: str) -> None:
        self._add(Diagnostic(mark, rule, message, hint))

    def _add(self, finding: Diagnostic) -> None:
        if finding not in self._said:
            self._said.add(finding)
            self.found.append(finding)
