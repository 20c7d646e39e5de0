"""A YAML file as data with positions: `load(path) → Document`.

Plain scalars stay text; the place where they stand gives them their type, so nothing is guessed. Keys and scalars are
`Scalar`s, which know where they stand; lists and mappings are found by `Document.mark(path)`.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from engine.diagnostics import Diagnostic, Mark
from engine.errors import SpecError

MAX_BYTES = 2_000_000
MAX_NODES = 100_000
MAX_DEPTH = 64

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scalar stands, and how an offset inside its text translates to the file.

    Attributes:
        mark: the scalar's first character (of its text, behind an opening quote).
        starts: for a literal block (`|`), the offset in the text at which each line begins, else ().
        indent: column of a literal block's lines.
        exact: whether offsets can be translated; if not, every offset is the value's start.
    """

    mark: Mark
    starts: tuple[int, ...] = ()
    indent: int = 1
    exact: bool = True

    def at(self, offset: int) -> Mark:
        """The mark of the character at `offset` of the text: exact, or the value's start; never wrong."""
        if not self.exact:
            return self.mark
        if not self.starts:
            return Mark(self.mark.file, self.mark.line, self.mark.column + offset)
        line = bisect.bisect_right(self.starts, offset) - 1
        return Mark(self.mark.file, self.mark.line + line, self.indent + offset - self.starts[line])


NOWHERE = Place(Mark("<text>", 1, 1))


class Scalar(str):
    """Text that knows where it stands. `plain` is true when it was written without quotes, on one line."""

    place: Place
    plain: bool

    def __new__(cls, text: str, place: Place = NOWHERE, plain: bool = False) -> Scalar:
        scalar = super().__new__(cls, text)
        scalar.place = place
        scalar.plain = plain
        return scalar

    @property
    def mark(self) -> Mark:
        return self.place.mark


def place_of(text: str) -> Place:
    """The place of a scalar; of plain Python text, nowhere."""
    return text.place if isinstance(text, Scalar) else NOWHERE


@dataclass(frozen=True)
class Document:
    """One file, loaded.

    Attributes:
        file: its name, as shown in findings.
        data: nested dicts, lists, `Scalar`s and None.
        lines: the source, for carets and remedies.
        diagnostics: findings made while loading (duplicate keys, tags, expressions that YAML cut).
    """

    file: str
    data: dict[str, Any]
    lines: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    values: dict[Path_, Mark] = field(repr=False)
    keys: dict[Path_, Mark] = field(repr=False)
    paths: dict[int, Path_] = field(repr=False)

    def path_of(self, data: Any) -> Path_ | None:
        """Where a mapping or list of `data` stands; None if it is not from this file."""
        return self.paths.get(id(data))

    def mark(self, path: Path_) -> Mark:
        """Where the value at `path` stands, or the nearest thing above it that exists."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Mark(self.file, 1, 1))

    def key_mark(self, path: Path_) -> Mark:
        """Where the key at `path` stands; for an element of a list, the element."""
        return self.keys.get(path) or self.mark(path)

    def rest_of_line(self, mark: Mark) -> str:
        """The source from a mark to the end of its line."""
        return self.lines[mark.line - 1][mark.column - 1 :] if mark.line <= len(self.lines) else ""


def load(path: str | Path) -> Document:
    """Read one integration file.

    Raises:
        SpecError: the file cannot be read at all, or is no YAML mapping. Everything else is a finding in `diagnostics`.
    """
    name = str(path)
    try:
        raw = Path(path).read_bytes()
    except IsADirectoryError:
        raise _stop(name, "is-a-directory", "this is a directory, not a file", "name a .yaml file") from None
    except OSError as error:
        raise _stop(
            name, "cannot-read", f"the file cannot be read: {error.strerror}", "check its name and rights"
        ) from None
    if len(raw) > MAX_BYTES:
        raise _stop(name, "too-large", f"the file has {len(raw):,} bytes; at most {MAX_BYTES:,} are read", "split it")
    return parse(_text(name, raw), name)


def _text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise _stop(name, "not-utf8", "the file is not UTF-8 text", "save it as UTF-8", line, column) from None
    if "\0" in text:
        raise _stop(name, "not-text", "the file is not text: it holds NUL bytes", "save it as UTF-8 text")
    return text


def parse(text: str, name: str = "<text>") -> Document:
    """Read YAML text, as `load` does for a file."""
    lines = tuple(text.splitlines())
    root = _compose(text, name, lines)
    if root is None:
        raise _stop(name, "empty-file", "the file is empty", "begin with `engine: 1` and `name: …`")
    if not isinstance(root, MappingNode):
        raise _stop(name, "not-a-mapping", "the file must be a mapping of keys", "begin with `engine: 1` and `name: …`")
    reader = _Reader(name, lines)
    data = reader.read(root, ())
    return Document(name, data, lines, tuple(reader.found), reader.values, reader.keys, reader.paths)


def _compose(text: str, name: str, lines: tuple[str, ...]) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    try:
        node: Node | None = yaml.compose(text)
        return node
    except MarkedYAMLError as error:
        raise SpecError([_explain(error, name, lines)]) from None
    except (YAMLError, ValueError) as error:
        raise _stop(
            name, "yaml-syntax", f"this is not YAML: {str(error).splitlines()[0]}", "save it as UTF-8 text"
        ) from None
    except RecursionError:
        raise _stop(name, "too-deep", "the file is nested too deeply", "flatten it") from None


def _explain(error: MarkedYAMLError, name: str, lines: tuple[str, ...]) -> Diagnostic:
    at = error.problem_mark or error.context_mark
    line, column = (at.line + 1, at.column + 1) if at else (1, 1)
    cut = _cut_in_line(lines, line)
    if cut:
        return Diagnostic(
            Mark(name, *cut),
            "cut-expression",
            "YAML cut this expression at its comma, bracket or backtick",
            "put it in quotes",
        )
    problem = (error.problem or "this is not YAML").strip()
    if "found character '\\t'" in problem or "\t" in (lines[line - 1] if line <= len(lines) else "")[: column - 1]:
        return Diagnostic(Mark(name, line, column), "yaml-syntax", "a tab cannot indent YAML", "indent with spaces")
    if "expected a single document" in problem:
        return Diagnostic(Mark(name, line, column), "yaml-syntax", "a file holds one document", "remove the `---`")
    hint = (
        "an expression with `: `, ` #`, `,`, brackets or backticks stands in quotes" if _has_query(lines, line) else ""
    )
    return Diagnostic(Mark(name, line, column), "yaml-syntax", problem, hint or "check the indentation and quotes here")


def _has_query(lines: tuple[str, ...], line: int) -> bool:
    return line <= len(lines) and ": =" in lines[line - 1]


def _cut_in_line(lines: tuple[str, ...], line: int) -> tuple[int, int] | None:
    """The place of an unquoted `=` inside a flow mapping on this line or just above, if one is there."""
    for number in range(line, max(line - 10, 0), -1):
        text = lines[number - 1] if number <= len(lines) else ""
        opened = text.find("{")
        at = text.find(": =", opened) if opened >= 0 else -1
        if at >= 0:
            return number, at + 3
    return None


def _stop(name: str, rule: str, message: str, hint: str, line: int = 1, column: int = 1) -> SpecError:
    return SpecError([Diagnostic(Mark(name, line, column), rule, message, hint)])


class _Reader:
    """Turns YAML nodes into data, remembering where everything stands."""

    def __init__(self, name: str, lines: tuple[str, ...]) -> None:
        self.name = name
        self.lines = lines
        self.found: list[Diagnostic] = []
        self.values: dict[Path_, Mark] = {}
        self.keys: dict[Path_, Mark] = {}
        self.paths: dict[int, Path_] = {}
        self._nodes = 0

    def read(self, node: Node, path: Path_) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _stop(
                self.name, "too-many-nodes", f"aliases unfold to more than {MAX_NODES:,} values", "use fewer aliases"
            )
        if len(path) > MAX_DEPTH:
            raise self._deep(node)
        self.values[path] = self.mark(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        self._refuse_tag(node)
        data: Any
        if isinstance(node, SequenceNode):
            data = [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        else:
            assert isinstance(node, MappingNode)
            data = dict(self._entries(node, path))
        self.paths[id(data)] = path
        return data

    def mark(self, node: Node) -> Mark:
        return Mark(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def _deep(self, node: Node) -> SpecError:
        mark = self.mark(node)
        return _stop(
            self.name, "too-deep", f"nested deeper than {MAX_DEPTH} levels", "flatten it", mark.line, mark.column
        )

    def _entries(self, node: MappingNode, path: Path_) -> Iterator[tuple[str, Any]]:
        seen: dict[str, Mark] = {}
        for key_node, value_node in node.value:
            mark = self.mark(key_node)
            if not isinstance(key_node, ScalarNode):
                self._say(mark, "yaml-syntax", "a key must be text", "put the key in quotes")
                continue
            key = Scalar(key_node.value, self._place(key_node), key_node.style is None)
            if self._was_cut(key, value_node, node):
                continue
            if key == "<<":
                self._say(
                    mark, "merge-key", "merge keys (`<<`) are not part of the language", "use an anchor, or `$merge`"
                )
                continue
            if key in seen:
                self._say(
                    mark, "duplicate-key", f'"{key}" stands here twice; first in line {seen[key].line}', "remove one"
                )
                continue
            seen[key] = mark
            self.keys[(*path, str(key))] = mark
            yield key, self.read(value_node, (*path, str(key)))

    def _was_cut(self, key: Scalar, value: Node, parent: MappingNode) -> bool:
        """Whether this key is the tail of an expression that YAML cut at its comma: `{x: =add(a, b)}` has a key `b)`."""
        if not (parent.flow_style and isinstance(value, ScalarNode) and value.value == "" and value.style is None):
            return False
        at = next((m for m in self._queries_before(key.mark)), None)
        if at is None and not any(mark in key for mark in ")]'\"`"):
            return False
        self._say(at or key.mark, "cut-expression", "YAML cut this expression at its comma", "put it in quotes")
        return True

    def _queries_before(self, mark: Mark) -> Iterator[Mark]:
        text = self.lines[mark.line - 1][: mark.column - 1]
        at = text.rfind(": =")
        if at >= 0:
            yield Mark(self.name, mark.line, at + 3)

    def _scalar(self, node: ScalarNode) -> Scalar | None:
        self._refuse_tag(node)
        if node.style is None and node.value in ("", "null"):
            return None
        return Scalar(node.value, self._place(node), node.style is None)

    def _refuse_tag(self, node: Node) -> None:
        text = (
            self.lines[node.start_mark.line][node.start_mark.column :] if node.start_mark.line < len(self.lines) else ""
        )
        if text.startswith("!"):
            self._say(
                self.mark(node),
                "yaml-tag",
                f"`{text.split()[0]}` is a YAML tag here",
                "begin an expression with `=`, or quote the text",
            )

    def _place(self, node: ScalarNode) -> Place:
        start, end = node.start_mark, node.end_mark
        mark = self.mark(node)
        if node.style == "|":
            return self._literal(node)
        quoted = 1 if node.style in ("'", '"') else 0
        begin = Mark(mark.file, mark.line, mark.column + quoted)
        source = self.lines[start.line][start.column + quoted : start.column + quoted + len(node.value)]
        exact = start.line == end.line and source == node.value
        return Place(begin, exact=exact)

    def _literal(self, node: ScalarNode) -> Place:
        first = node.start_mark.line + 1
        text = node.value.splitlines() or [""]
        while first < len(self.lines) and not self.lines[first].strip() and text[0].strip():
            first += 1
        indent = len(self.lines[first]) - len(self.lines[first].lstrip(" ")) if first < len(self.lines) else 0
        starts, offset = [], 0
        for number, line in enumerate(text):
            if first + number >= len(self.lines) or self.lines[first + number][indent:] != line:
                return Place(self.mark(node), exact=False)
            starts.append(offset)
            offset += len(line) + 1
        return Place(Mark(self.name, first + 1, indent + 1), tuple(starts), indent + 1)

    def _say(self, mark: Mark, rule: str, message: str, hint: str) -> None:
        finding = Diagnostic(mark, rule, message, hint)
        if finding not in self.found:
            self.found.append(finding)
