"""A mapping beside the schema of what it builds: what each target field gets, and what does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from engine.diagnostics import Mark
from engine.expression.expressions import Expression
from engine.inference.mapping import Findings
from engine.mapping import Build, Constant, Entry, Fields, Items, Merge, Node
from engine.mapping.nodes import join
from engine.parts.suggest import suggest
from engine.types import ANY, List, Object, Type, element_of, object_of
from engine.types.fitting import Gap, below, gaps


@dataclass(frozen=True)
class Target:
    """One field that a mapping fills.

    Attributes:
        name: such as `items[].sku`; empty for the whole value.
        source: the expression or constant.
        mark: where that stands.
        optional: `key?` leaves it out when it is null.
        wanted: what the place takes; any where it has no schema.
    """

    name: str
    source: Expression | Constant
    mark: Mark
    optional: bool
    given: Type
    wanted: Type


@dataclass(frozen=True)
class Misfit:
    """Something a mapping gives that its schema does not take.

    Attributes:
        mark: where the mapping says it.
        target: the field, inside the whole value.
        written: it stands in the mapping as a key, rather than inside a value that is handed on.
        needed: the schema requires the field.
        stands: where: in a message; in a flow, which can leave records out; at its `send`, without a mapping; at a call,
            without a body.
    """

    gap: Gap
    mark: Mark
    target: str
    written: bool = False
    needed: bool = True
    stands: Literal["message", "flow", "send", "call"] = "message"


@dataclass(frozen=True)
class _At:
    """Where in the target a node is."""

    mark: Mark
    target: str = ""
    optional: bool = False
    needed: bool = True
    present: frozenset[str] | None = None

    def field(self, entry: Entry, needed: bool) -> _At:
        return _At(entry.place.mark, join(self.target, entry.name), entry.optional, needed)

    def element(self) -> _At:
        return replace(self, target=f"{self.target}[]", optional=False, needed=True, present=None)


@dataclass(frozen=True)
class Targets:
    """Walks a mapping along its schema."""

    found: Findings

    def of(self, node: Node, wanted: Type, mark: Mark, present: frozenset[str] = frozenset()) -> list[Target | Misfit]:
        """Every target field of a mapping, and every misfit.

        Args:
            mark: where the mapping stands.
            present: fields that are there without it, as those of a connection's default body.
        """
        return list(self._node(node, wanted, _At(mark, present=present)))

    def _node(self, node: Node, wanted: Type, at: _At) -> Iterator[Target | Misfit]:
        match node:
            case Constant() | Expression():
                yield from self._leaf(node, wanted, at)
            case Fields():
                yield from self._fields(node, wanted, at)
            case Items():
                yield from self._items(node, node.nodes, wanted, at)
            case Build() if node.each is not None:
                yield from self._items(node, (node,), wanted, at)
            case Build():
                yield from self._node(node.map, wanted, at)
            case Merge():
                yield from self._merge(node, wanted, at)

    def _given(self, node: Node) -> Type:
        return self.found.given.get(id(node), ANY)

    def _leaf(self, node: Expression | Constant, wanted: Type, at: _At) -> Iterator[Target | Misfit]:
        given = self._given(node)
        place = node.place.mark if node.place.file == at.mark.file else at.mark
        yield Target(at.target, node, place, at.optional, given, wanted)
        given = given.something if at.optional else given
        present = at.present or frozenset()
        for gap in gaps(given, wanted):
            if not (gap.kind in ("missing", "absent") and gap.path in present):
                yield Misfit(gap, place, below(at.target, gap.path), not gap.path, at.needed)

    # -- objects -------------------------------------------------------------------------------------------------

    def _fields(
        self, node: Fields, wanted: Type, at: _At, later: frozenset[str] | None = None
    ) -> Iterator[Target | Misfit]:
        """The fields of an object; `later` are those that the parts behind it give, if it is a part of a `$merge`."""
        shapes = wanted.of(Object)
        if wanted.known and wanted.shapes and not shapes:
            yield Misfit(Gap("kind", "", self._given(node), wanted, True), at.mark, at.target, True)
            return
        shape = self._chosen(node, shapes) if shapes else Object({}, rest=ANY, loose=True)
        for entry in node.entries:
            if entry.name not in (later or ()):
                yield from self._entry(entry, shape, wanted, at)
        if later is None:
            yield from self._left_out(shape, {entry.name for entry in node.entries} | (at.present or set()), at)

    def _chosen(self, node: Fields, shapes: tuple[Object, ...]) -> Object:
        """Of alternatives, the one that the mapping is nearest to."""
        if len(shapes) == 1:
            return shapes[0]
        given = self._given(node)
        return min(shapes, key=lambda shape: sum(1 + gap.sure for gap in gaps(given, Type((shape,)))))

    def _entry(self, entry: Entry, shape: Object, wanted: Type, at: _At) -> Iterator[Target | Misfit]:
        inside = at.field(entry, entry.name in shape.required)
        held = shape.fields.get(entry.name, shape.rest)
        if held is None or (entry.name not in shape.fields and not shape.loose):
            sure = held is None and not entry.optional and not _is_conditional(entry.node)
            gap = Gap("unknown", entry.name, self._given(entry.node), Type((shape,)), sure)
            yield Misfit(gap, entry.place.mark, inside.target, True)
        yield from self._node(entry.node, held or ANY, inside)
        if inside.needed and held is not None and self._may_be_left_out(entry):
            gap = Gap("absent", entry.name, self._given(entry.node), held, False)
            yield Misfit(gap, entry.place.mark, inside.target, True)

    def _may_be_left_out(self, entry: Entry) -> bool:
        if _is_conditional(entry.node):
            return True
        null = self._given(entry.node).null
        return entry.optional and null is not None and not null.unsure

    def _left_out(self, shape: Object, names: set[str] | frozenset[str], at: _At) -> Iterator[Misfit]:
        strange = names - shape.fields.keys()
        for name in sorted(shape.required - names):
            if suggest(name, strange):
                continue  # misspelled, which is told there
            gap = Gap("missing", name, object_of({}), shape.fields.get(name, ANY), True)
            yield Misfit(gap, at.mark, join(at.target, name), True)

    def _merge(self, node: Merge, wanted: Type, at: _At) -> Iterator[Target | Misfit]:
        """Each part gives some fields; what is required must be in one of them. What a later part may put in the place of
        a field is not surely wrong, and what it surely does, not at all."""
        for number, part in enumerate(node.parts, 1):
            behind = node.parts[number:]
            later = frozenset(entry.name for one in behind if isinstance(one, Fields) for entry in one.entries)
            types = [self._given(other) for other in behind]
            for told in self._fields(part, wanted, at, later) if isinstance(part, Fields) else ():
                kept = _kept(told, at.target, types) if isinstance(told, Misfit) else told
                if kept is not None:
                    yield kept
        for gap in gaps(self._given(node), wanted):
            if gap.kind in ("missing", "kind") and "." not in gap.path and gap.path not in (at.present or ()):
                yield Misfit(gap, at.mark, below(at.target, gap.path), not gap.path)

    # -- lists ---------------------------------------------------------------------------------------------------

    def _items(self, node: Node, nodes: tuple[Node, ...], wanted: Type, at: _At) -> Iterator[Target | Misfit]:
        if wanted.known and wanted.shapes and not wanted.of(List):
            yield Misfit(Gap("kind", "", self._given(node), wanted, True), at.mark, at.target, True)
            return
        inner = element_of(wanted) if wanted.of(List) else ANY
        for child in nodes:
            yield from self._added(child, inner, at.element())

    def _added(self, node: Node, wanted: Type, at: _At) -> Iterator[Target | Misfit]:
        if isinstance(node, Build):
            yield from self._added(node.map, wanted, replace(at, mark=node.place.mark))
        else:
            yield from self._node(node, wanted, at)


def _is_conditional(node: Node) -> bool:
    """Whether a `$when` may leave a key out."""
    if not isinstance(node, Build) or node.each is not None:
        return False
    return node.when is not None or _is_conditional(node.map)


def _kept(told: Misfit, above: str, later: list[Type]) -> Misfit | None:
    """What is said of a field of an object whose later parts win; None if one of them surely has the field."""
    name = re.split(r"[.\[]", told.target[len(above) :].lstrip("."))[0]
    for type_ in later:
        objects = type_.of(Object)
        surely = len(type_.shapes) == 1 and all(name in shape.required for shape in objects) and bool(objects)
        if surely and not objects[0].fields[name].of(Object):
            return None
        if type_.is_any or any(name in shape.fields or shape.rest is not None for shape in objects):
            told = replace(told, gap=replace(told.gap, sure=False))
    return told
