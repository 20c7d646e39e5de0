"""A mapping as one generated Python function."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from engine.document import Place
from engine.errors import Fault
from engine.expression.ast import identifiers
from engine.expression.codegen import Scope, condition, emit
from engine.expression.compiled import Compiled, finish
from engine.expression.expressions import Expression
from engine.expression.writer import Name, Origin, Writer
from engine.mapping.nodes import ELEMENT_NAMES, Build, Constant, Entry, Fields, Items, Merge, Node, expressions, join


def compile_mapping(node: Node, redact: Collection[str] = (), writer: Writer | None = None) -> Compiled:
    """A mapping as a callable over a scope (names → values).

    Args:
        redact: field names whose values never stand in an error.
        writer: a new one that observes what is built; None for one that does not.

    Raises:
        SyntaxFault: an expression calls an unknown function, or calls one wrongly.
    """
    writer = writer or Writer()
    with writer.function("scope") as entry:
        needs = _needs([node])
        known = {name: writer.let(f"scope.get({name!r})") for name in sorted(needs)}
        writer.line(f"return {_Emission(writer).field(node, _Around(known))}")
    return finish(writer, entry, needs, redact)


def compile_mappings(
    nodes: Mapping[str, Node | None], redact: Collection[str] = (), writer: Writer | None = None
) -> Compiled:
    """Several mappings of one scope as a callable that gives a tuple, in order; a missing one gives None."""
    writer = writer or Writer()
    with writer.function("scope") as entry:
        needs = _needs(node for node in nodes.values() if node is not None)
        known = {name: writer.let(f"scope.get({name!r})") for name in sorted(needs)}
        emission = _Emission(writer)
        results = [
            emission.field(node, _Around(known, place)) if node is not None else "None" for place, node in nodes.items()
        ]
        writer.line(f"return ({', '.join(results)},)")
    return finish(writer, entry, needs, redact)


def evaluate(node: Node, scope: Mapping[str, Any]) -> Any:
    """A node's value, for places that are evaluated rarely; expressions are compiled once.

    Raises:
        MappingError: the data cannot be mapped.
    """
    if isinstance(node, Constant):
        return node.value
    return node.compiled(scope) if isinstance(node, Expression) else compile_mapping(node)(scope)


def _needs(nodes: Iterable[Node]) -> frozenset[str]:
    """The names that expressions take from the scope (those bound inside the mapping are not counted)."""
    return frozenset(
        name
        for node in nodes
        for site in expressions(node)
        for name, _ in site.expression.names
        if name not in site.added
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """Where a node stands: the variables of its names, the fields behind them, and the field being built."""

    names: Mapping[str, Name]
    target: str = ""
    behind: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        return Scope(self.names, behind=self.behind)

    def mentioned(self, node: Node) -> frozenset[str]:
        """Every field that a node's value may come from."""
        fields = (identifiers(site.expression.tree) for site in expressions(node))
        direct = frozenset[str]().union(*fields)
        return direct.union(*(self.behind.get(name, ()) for name in direct))

    def with_names(self, more: Mapping[str, Name], source: Node) -> _Around:
        """With more names, whose values come from a node."""
        behind = dict.fromkeys(more, self.mentioned(source))
        return replace(self, names={**self.names, **more}, behind={**self.behind, **behind})

    def field(self, name: str) -> _Around:
        return replace(self, target=join(self.target, name))

    def element(self) -> _Around:
        return replace(self, target=f"{self.target}[]")


class _Emission:
    """Writes the statements of one mapping."""

    def __init__(self, writer: Writer) -> None:
        self.w = writer

    def value(self, node: Node, around: _Around) -> Name:
        """Statements for a node; gives the variable of its value."""
        match node:
            case Constant():
                return self.w.constant(node.value)
            case Expression():
                return emit(self.w, node, around.scope, around.target)
            case Fields():
                return self._fields(node, around)
            case Items():
                return self._items(node, around)
            case Merge():
                return self._merge(node, around)
            case Build():
                return self._build(node, around)

    def field(self, node: Node, around: _Around) -> Name:
        """As `value`, of a node that gives a field its value."""
        value = self.value(node, around)
        self.w.built(node, value)
        return value

    # -- objects -------------------------------------------------------------------------------------------------

    def _fields(self, node: Fields, around: _Around) -> Name:
        """One literal of the leading plain keys, then an assignment for each key from the first conditional one on."""
        plain = list(itertools.takewhile(lambda entry: not _conditional(entry), node.entries))
        values = [(entry.name, self.field(entry.node, around.field(entry.name))) for entry in plain]
        result = self.w.let("{" + ", ".join(f"{name!r}: {value}" for name, value in values) + "}")
        for entry in node.entries[len(plain) :]:
            self._put(entry, entry.node, result, around.field(entry.name))
        return result

    def _put(self, entry: Entry, node: Node, result: Name, around: _Around) -> None:
        """Assign a key's value, unless a `$when` or `key?` leaves it out."""
        if isinstance(node, Build) and node.each is None:
            inner = self._let(node, around)
            with self._if(node.when, inner):
                self._put(entry, node.map, result, inner)
            return
        value = self.field(node, around)
        if entry.optional:
            value = self.w.variable(value)
            self.w.line(f"if {value} is not None: {result}[{entry.name!r}] = {value}")
        else:
            self.w.line(f"{result}[{entry.name!r}] = {value}")

    def _if(self, when: Expression | None, around: _Around) -> AbstractContextManager[None]:
        if when is None:
            return nullcontext()
        decided = self.w.chose(when, condition(self.w, when, around.scope, around.target))
        return self.w.block(f"if {decided}:")

    def _merge(self, node: Merge, around: _Around) -> Name:
        result = "{}"
        for part in node.parts:
            value = self.value(part, around)
            self._blame(part, around, node.place)
            result = self.w.let(f"{self.w.use(merged)}({result}, {value})")
        return self.w.let(result)

    def _blame(self, node: Node, around: _Around, place: Place) -> None:
        """What follows fails because of a node's value."""
        expression = node if isinstance(node, Expression) else None
        self.w.origin = Origin(expression, 0, around.target, around.mentioned(node), place.mark)

    # -- lists and operators -------------------------------------------------------------------------------------

    def _items(self, node: Items, around: _Around) -> Name:
        if not any(isinstance(child, Build) for child in node.nodes):
            return self.w.let("[" + ", ".join([self.value(child, around.element()) for child in node.nodes]) + "]")
        result = self.w.let("[]")
        for child in node.nodes:
            self._append(child, result, around)
        return result

    def _append(self, node: Node, result: Name, around: _Around) -> None:
        """Add what a node of a list gives: one value, none (`$when`), or many (`$each`)."""
        if not isinstance(node, Build):
            self.w.line(f"{result}.append({self.value(node, around.element())})")
        elif node.each is not None:
            self._loop(node, node.each, result, around)
        else:
            inner = self._let(node, around)
            with self._if(node.when, inner):
                self._append(node.map, result, inner)

    def _build(self, node: Build, around: _Around) -> Name:
        if node.each is not None:
            result = self.w.let("[]")
            self._loop(node, node.each, result, around)
            return result
        inner = self._let(node, around)
        if node.when is None:
            return self.value(node.map, inner)
        result = self.w.let("None")
        with self._if(node.when, inner):
            self.w.line(f"{result} = {self.value(node.map, inner)}")
        return result

    def _loop(self, node: Build, elements: Node, result: Name, around: _Around) -> None:
        """`$each`: one round per element; a `$map` that is itself an `$each` adds to the same list."""
        used = _used_names(node)
        source = self.w.variable(self.value(elements, around))
        self._blame(elements, around, node.place)
        variables = {name: self.w.name(name[0]) for name in ("item", "number", "key")}
        names = variables if "key" in used else {**variables, "key": "None"}
        with self.w.block(self._header(source, used, variables), loop=True):
            inner = self._let(node, around.with_names(names, elements))
            with self._if(node.when, inner):
                self._append(node.map, result, inner)

    def _header(self, source: Name, used: frozenset[str], variables: Mapping[str, Name]) -> str:
        item, number, key = (variables[name] for name in ("item", "number", "key"))
        if "key" in used:
            element, elements = f"({key}, {item})", f"{self.w.use(pairs)}({source})"
        else:
            element, elements = item, f"{source} if type({source}) is list else {self.w.use(each)}({source})"
        if "number" in used:
            return f"for {number}, {element} in enumerate({elements}, 1):"
        return f"for {element} in {elements}:"

    def _let(self, node: Build, around: _Around) -> _Around:
        for entry in node.let:
            around = around.with_names({entry.name: self.value(entry.node, around)}, entry.node)
        return around


def _conditional(entry: Entry) -> bool:
    return entry.optional or (isinstance(entry.node, Build) and entry.node.each is None)


def _used_names(node: Build) -> frozenset[str]:
    """Which of `item`, `number`, `key` the inside of an `$each` mentions."""
    inside = replace(node, each=None)
    return frozenset(name for site in expressions(inside) for name, _ in site.expression.names) & ELEMENT_NAMES


def each(value: Any) -> Any:
    """The elements of a list, or the values of an object; of null, none.

    Raises:
        Fault: it is neither.
    """
    if value is None:
        return ()
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, list):
        return value
    raise Fault("`$each` wants a list or an object", value)


def pairs(value: Any) -> Any:
    """As `each`, with the key of each element (null in a list)."""
    return value.items() if isinstance(value, dict) else [(None, element) for element in each(value)]


def merged(base: dict[str, Any], part: Any) -> dict[str, Any]:
    """One object of two: deep, the second wins; a null part changes nothing.

    Raises:
        Fault: the part is no object.
    """
    if part is None:
        return base
    if not isinstance(part, dict):
        raise Fault("`$merge` wants objects", part)
    result = {**base}
    for key, value in part.items():
        known = result.get(key)
        result[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return result
