"""The type of a mapping, as `engine.mapping.compile` builds its value."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.document import Place
from engine.expression.expressions import Expression, Query
from engine.inference.expression import infer
from engine.inference.narrowing import assume
from engine.inference.scope import Remark, Scope, unfit
from engine.mapping import Build, Constant, Entry, Fields, Items, Merge, Node
from engine.types import (
    ANY,
    INTEGER,
    NEVER,
    TEXT,
    List,
    Null,
    Object,
    Type,
    element_of,
    list_of,
    map_of,
    type_of,
    values_of,
)

_PERHAPS = Null(unsure=True)
_ELEMENTS = (list_of(ANY) | map_of()).or_null()
_PART = map_of().or_null()


@dataclass(frozen=True, eq=False)
class Findings:
    """What inference finds out on its way.

    Attributes:
        given: the type of every node, by its identity.
        scopes: what is in reach of an expression or constant, by its place.
        remarks: what is noticed, with the expression.
    """

    given: dict[int, Type] = field(default_factory=dict)
    scopes: dict[Place, Scope] = field(default_factory=dict)
    remarks: list[tuple[Expression, Remark]] = field(default_factory=list)


@dataclass(frozen=True)
class MappingTypes:
    """Infers mappings; what it finds out is kept in `found`."""

    found: Findings

    def of(self, node: Node, scope: Scope) -> Type:
        """The type of a node's value."""
        known = self.found.given[id(node)] = self._of(node, scope)
        return known

    def _of(self, node: Node, scope: Scope) -> Type:
        match node:
            case Constant():
                self.found.scopes.setdefault(node.place, scope)
                return type_of(node.value)
            case Expression():
                self.found.scopes.setdefault(node.place, scope)
                return infer(node.tree, scope, lambda remark: self.found.remarks.append((node, remark)))
            case Fields():
                return self._fields(node, scope)
            case Items():
                added = [self._added(child, scope) for child in node.nodes]
                held = NEVER
                for element, _ in added:
                    held |= element
                return list_of(held, sum(least for _, least in added))
            case Merge():
                return self._merge(node, scope)
            case Build():
                return self._build(node, scope)

    # -- objects -------------------------------------------------------------------------------------------------

    def _fields(self, node: Fields, scope: Scope) -> Type:
        fields: dict[str, Type] = {}
        always: set[str] = set()
        for entry in node.entries:
            held, sure = self._entry(entry, scope)
            before = entry.name in always
            fields[entry.name] = held if sure or entry.name not in fields else fields[entry.name] | held
            if sure or before:
                always.add(entry.name)
        return Type((Object(fields, frozenset(always)),))

    def _entry(self, entry: Entry, scope: Scope) -> tuple[Type, bool]:
        """What a key holds, and whether it is always there."""
        held, sure = self._kept(entry.node, scope)
        if entry.optional:
            return held.something, sure and held.known and held.null is None
        return held, sure

    def _kept(self, node: Node, scope: Scope) -> tuple[Type, bool]:
        if isinstance(node, Build) and node.each is None:
            held, sure = self._kept(node.map, self._inside(node, scope))
            self.found.given[id(node)] = held
            return held, sure and node.when is None
        return self.of(node, scope), True

    def _merge(self, node: Merge, scope: Scope) -> Type:
        merged: Type = Type((Object({}),))
        for part in node.parts:
            given = self.of(part, scope)
            self._judge(part, given, _PART, "$merge")
            merged = _merged(merged, given)
        return merged

    def _judge(self, node: Node, given: Type, wanted: Type, name: str) -> None:
        """Notice what an operator does not take."""
        remark = unfit(given, wanted, name)
        if remark is not None and isinstance(node, Expression):
            self.found.remarks.append((node, remark))

    # -- lists and operators -------------------------------------------------------------------------------------

    def _build(self, node: Build, scope: Scope) -> Type:
        if node.each is not None:
            return list_of(*self._added(node, scope))
        held = self.of(node.map, self._inside(node, scope))
        return held.or_null() if node.when is not None else held

    def _added(self, node: Node, scope: Scope) -> tuple[Type, int]:
        """What a node of a list adds to it: the type of each element, and how many surely."""
        if not isinstance(node, Build):
            return self.of(node, scope), 1
        times = 1
        if node.each is not None:
            source = self.of(node.each, scope)
            self._judge(node.each, source, _ELEMENTS, "$each")
            times = min((shape.least for shape in source.of(List)), default=0)
            times = times if len(source.shapes) == 1 else 0
            scope = scope.having(item=_items(source), number=INTEGER, key=TEXT.or_null(_PERHAPS))
        element, least = self._added(node.map, self._inside(node, scope))
        self.found.given[id(node)] = list_of(element) if node.each is not None else element
        return element, 0 if node.when is not None else times * least

    def _inside(self, node: Build, scope: Scope) -> Scope:
        """With the names of `$let`, and what `$when` tells."""
        for entry in node.let:
            scope = scope.having(**{entry.name: self.of(entry.node, scope)})
            if isinstance(entry.node, Query):
                scope = scope.meaning(entry.name, entry.node.tree)
        if node.when is None:
            return scope
        self.of(node.when, scope)
        return assume(node.when.tree, scope, True)


def _items(source: Type) -> Type:
    """What `item` is: the elements of a list, or the values of an object."""
    if source.is_any:
        return ANY
    return element_of(source) | values_of(Type(source.of(Object)))


def _merged(base: Type, part: Type) -> Type:
    """Two objects as one: deep, the second wins, null changes nothing."""
    objects = part.of(Object)
    if not part.is_any and not objects:
        return base
    first = base.of(Object)[0]
    if part.is_any or len(objects) != 1 or objects[0].rest is not None or first.rest is not None:
        return map_of()
    fields, second, sure = dict(first.fields), objects[0], part.null is None
    for name, held in second.fields.items():
        known = fields.get(name, NEVER)
        new = _over(known, held)
        fields[name] = new if sure and name in second.required else known | new
    return Type((Object(fields, first.required | second.required if sure else first.required),))


def _over(known: Type, held: Type) -> Type:
    """What a field holds after a merge: objects become one, anything else is replaced."""
    if not known.of(Object) or not held.of(Object):
        return held if known.known else held | ANY if held.of(Object) else held
    if len(known.of(Object)) > 1 or len(held.of(Object)) > 1:
        return ANY
    merged = _merged(Type(known.of(Object)), Type(held.of(Object)))
    return merged if len(known.shapes) == len(held.shapes) == 1 else merged | held
