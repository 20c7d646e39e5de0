"""From YAML text to nodes, with limits: no alias bombs, no deep nesting, one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.diagnostics import Diagnostic
from engine.document.events import events
from engine.document.place import Path_, Place, Source
from engine.document.syntax import explain, unreadable
from engine.errors import SpecError

MAX_NODES, MAX_UNFOLDED = 50_000, 100_000
MAX_DEPTH = 64

Say = Callable[[Diagnostic], None]


@dataclass(eq=False, slots=True)
class Node(Place):
    """One value as written.

    Attributes:
        flow: whether it is a list or mapping in brackets.
        tagged: whether it has a YAML tag.
        inner: of a list its nodes, of a mapping its pairs, one after the other.
        home: the path at which it is read first; an alias repeats it at others.
    """

    kind: Literal["scalar", "list", "mapping"] = "scalar"
    flow: bool = False
    tagged: bool = False
    inner: Sequence[Node] = ()
    home: Path_ | None = None

    def is_like(self, other: Node, by: int) -> bool:
        """Whether another node is written as this one, at the same path some lines below, and repeats the same."""
        return self is other or (
            (self.text, self.kind, self.home) == (other.text, other.kind, other.home)
            and other.begin == replace(self.begin, line=self.begin.line + by)
            and len(self.inner) == len(other.inner)
            and all(one.is_like(new, by) for one, new in zip(self.inner, other.inner, strict=True))
        )

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        return zip(self.inner[::2], self.inner[1::2], strict=True)

    @property
    def is_plain(self) -> bool:
        return self.kind == "scalar" and self.style is None


@dataclass(eq=False, slots=True)
class Anchor:
    """A value that aliases repeat.

    Attributes:
        size: how many values it has, with those that aliases in it repeat.
        open: whether it has not ended yet.
    """

    node: Node
    size: int = 0
    open: bool = True


Anchors = dict[str, Anchor]
"""Those that were seen so far."""


def compose(source: Source, say: Say, nodes: list[Node] | None = None) -> Node | None:
    """The root of a file; None if it is empty.

    Args:
        nodes: gets every node as it is written, aliases too.

    Raises:
        SpecError: it is not YAML, or too large.
    """
    try:
        return Composer(source, events(source.text), say, nodes if nodes is not None else [], {}).root()
    except MarkedYAMLError as error:
        raise SpecError(explain(error, source)) from None
    except (YAMLError, ValueError) as error:
        raise SpecError([unreadable(error, source)]) from None


class Composer:
    """Makes nodes of events.

    Args:
        anchors: those seen before; gets those of this text.
        depth: how deep in the file its root stands.

    Attributes:
        count: how many values were read.
        repeated: how many more there are where aliases stand for what they repeat.
    """

    def __init__(
        self, source: Source, events: Iterator[Any], say: Say, nodes: list[Node], anchors: Anchors, depth: int = 0
    ) -> None:
        self.source = source
        self.events = events
        self.say = say
        self.nodes = nodes
        self.anchors = anchors
        self.depth = depth
        self.count = 0
        self.repeated = 0

    def root(self) -> Node | None:
        """The root; None if there is nothing."""
        found: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._report(event, "yaml-syntax", "a second document begins here", "remove the `---`")
                    return found
            elif isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent)):
                found = self._node(event, self.depth)
        if found is not None and found.is_plain and found.value == "" and not found.tagged:
            return None
        return found

    def _node(self, event: Any, depth: int) -> Node:
        self.count += 1
        if self.count > MAX_NODES:
            raise self._stop(event, "too-many-values", f"the file has more than {MAX_NODES:,} values", "split it")
        if depth > MAX_DEPTH:
            raise self._stop(event, "too-deep", f"this is nested deeper than {MAX_DEPTH} levels", "flatten it")
        kind, start, end = type(event), event.start_mark.index, event.end_mark.index
        if kind is AliasEvent:
            return self._alias(event)
        if kind is ScalarEvent:
            node = Node(self.source, start, end, event.value, event.style or None)
        else:
            node = Node(self.source, start, end, kind="mapping" if kind is MappingStartEvent else "list")
            node.flow = bool(event.flow_style)
        node.tagged = event.ctag is not None
        self.nodes.append(node)
        anchor = self._anchor(event, node) if event.anchor else None
        if kind is not ScalarEvent:
            self._inner(node, depth)
        if anchor is not None:
            anchor.size += self.count + self.repeated
            anchor.open = False
        return node

    def _inner(self, node: Node, depth: int) -> None:
        inner: list[Node] = []
        node.inner = inner
        last = 0
        for event in self.events:
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                node.end = event.end_mark.index if node.flow or not inner else last
                return
            found = self._node(event, depth + 1)
            last = event.end_mark.index if kind is AliasEvent else found.end
            inner.append(found)

    def _anchor(self, event: Any, node: Node) -> Anchor:
        if event.anchor in self.anchors:
            line = self.anchors[event.anchor].node.begin.line
            words = f"the anchor &{event.anchor} stands here twice; first in line {line}"
            self._report(event, "duplicate-anchor", words, "give each anchor a name of its own")
        anchor = self.anchors[event.anchor] = Anchor(node, 1 - self.count - self.repeated)
        return anchor

    def _alias(self, event: Any) -> Node:
        alone = Node(self.source, event.start_mark.index, event.end_mark.index)
        self.nodes.append(alone)
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            hint = f"write &{event.anchor} before the block to repeat; a text that begins with * stands in quotes"
            self._report(event, "unknown-anchor", f"there is no anchor &{event.anchor} before this", hint)
            return alone
        if anchor.open:
            words = f"*{event.anchor} stands inside its own anchor"
            self._report(event, "unknown-anchor", words, "an alias repeats a block that ends before it")
            return alone
        self.repeated += anchor.size - 1
        if self.count + self.repeated > MAX_UNFOLDED:
            words = f"aliases unfold to more than {MAX_UNFOLDED:,} values"
            raise self._stop(event, "too-many-values", words, "use fewer aliases")
        return anchor.node

    def _report(self, event: Any, rule: str, message: str, hint: str) -> None:
        self.say(self._finding(event, rule, message, hint))

    def _stop(self, event: Any, rule: str, message: str, hint: str) -> SpecError:
        return SpecError([self._finding(event, rule, message, hint)])

    def _finding(self, event: Any, rule: str, message: str, hint: str) -> Diagnostic:
        return Diagnostic(self.source.mark(event.start_mark.index), rule, message, hint)
