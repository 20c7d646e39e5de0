"""A mapping as rows: for each field that is built, where its value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from engine.docs.literals import Unsayable, literal
from engine.docs.subject import TypeOf
from engine.docs.words import condition, rule
from engine.document import NOWHERE, Place
from engine.expression.expressions import Expression
from engine.formats.json import dumps
from engine.mapping import Build, Constant, Entry, Fields, Items, Merge, Node
from engine.mapping.nodes import join

Kind = Literal["field", "each", "name", "when", "merge"]


@dataclass(frozen=True)
class Row:
    """One line of a mapping.

    Attributes:
        kind: a `field` that is built; an element for `each` of a list; a `name` of `$let`; a `when` that leaves its target
            out; a `merge` of a whole object.
        target: the field, such as `items[].sku`.
        source: what is written in the file.
        rule: the same in words.
        line: where it stands in the file, 0 if nowhere.
        expression: the Query or Template, None for a constant.
        type: of a constant.
        optional: whether a missing value leaves the field out.
    """

    kind: Kind
    target: str
    source: str
    rule: str
    line: int
    expression: Expression | None = None
    optional: bool = False
    type: str = ""

    def type_by(self, type_of: TypeOf) -> str:
        """The type of what stands here; empty if it is not known."""
        return type_of(self.expression) if self.expression is not None else self.type


def rows(node: Node, target: str = "") -> Iterator[Row]:
    """The rows of a mapping, in the order of the file."""
    match node:
        case Expression():
            yield _expression(node, target)
        case Constant():
            yield _constant(node, target)
        case Fields(entries=()):
            yield Row("field", target, "{}", "always an empty object", 0, type="object")
        case Items(nodes=()):
            yield Row("field", target, "[]", "always an empty list", 0, type="list")
        case Fields():
            for entry in node.entries:
                yield from _entry(entry, target)
        case Items():
            for number, child in enumerate(node.nodes, 1):
                place = "[]" if len(node.nodes) == 1 else f"[{number}]"
                spliced = isinstance(child, Build) and child.each is not None
                yield from rows(child, target if spliced else f"{target}{place}")
        case Merge():
            for part in node.parts:
                yield from _merged(part, target)
        case Build():
            yield from _build(node, target)


def named(names: dict[str, Node], prefix: str = "") -> Iterator[Row]:
    """The rows of named values, as `query` and `headers` are."""
    for name, node in names.items():
        yield from rows(node, f"{prefix}{name}")


def _entry(entry: Entry, target: str) -> Iterator[Row]:
    found = list(rows(entry.node, join(target, entry.name)))
    for row in found:
        here = row.target == join(target, entry.name) and row.kind == "field"
        words = f"{row.rule}; left out if missing" if entry.optional and here and row.expression else row.rule
        line = row.line or _line(entry.place)
        yield replace(row, rule=words, line=line, optional=row.optional or (entry.optional and here))


def _build(node: Build, target: str) -> Iterator[Row]:
    inner = target
    if node.each is not None:
        inner = f"{target}[]"
        if isinstance(node.each, Expression):
            words = f"one for each of: {rule(node.each)}"
            yield Row("each", inner, str(node.each.text), words, _line(node.each.place), node.each)
        else:
            yield Row("each", inner, "$each", "one for each of the following", _line(node.place))
            for row in rows(node.each):
                yield replace(row, target=f"{inner} ← {row.target}")
    for entry in node.let:
        for row in rows(entry.node):
            name = f"{entry.name}.{row.target}" if row.target else entry.name
            yield replace(row, kind="name", target=name)
    if node.when is not None:
        words = f"only if {condition(node.when)}"
        yield Row("when", inner, str(node.when.text), words, _line(node.when.place), node.when)
    yield from rows(node.map, inner)


def _merged(part: Node, target: str) -> Iterator[Row]:
    if isinstance(part, Expression):
        yield Row("merge", target, str(part.text), f"all fields of {rule(part)}", _line(part.place), part)
    else:
        yield from rows(part, target)


def _expression(node: Expression, target: str) -> Row:
    return Row("field", target, str(node.text), rule(node), _line(node.place), node)


def _constant(node: Constant, target: str) -> Row:
    source = node.value if isinstance(node.value, str) else dumps(node.value).decode()
    try:
        words = f"always {literal(node.value).text}"
    except Unsayable:
        words = "always as it stands"
    return Row("field", target, source, words, _line(node.place), type=_type(node.value))


def _type(value: object) -> str:
    """The type of a constant, in the words of those of expressions."""
    kinds = ((bool, "boolean"), (str, "text"), (int, "integer"), (Decimal, "number"), (list, "list"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def _line(place: Place) -> int:
    return 0 if place.mark.file == NOWHERE.mark.file else place.mark.line
