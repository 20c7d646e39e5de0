"""A Query or a Template, parsed, with the place in the file where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from engine.diagnostics import Mark
from engine.document import NOWHERE, Place, Scalar, place_of
from engine.expression import jmes
from engine.expression.ast import Ast, Visit, walk

if TYPE_CHECKING:
    from engine.expression.compiled import Compiled


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression as written.

    Attributes:
        text: the whole scalar, with its `=`.
        place: where it stands.
        tree: its syntax tree.
        lead: how many characters of `text` stand before the tree's offset 0.
    """

    text: str
    place: Place
    tree: Ast = field(repr=False)
    lead: int = 0

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Visit]]:
        found: dict[str, list[Visit]] = {}
        for visit in walk(self.tree):
            found.setdefault(visit.node["type"], []).append(visit)
        return found

    def of_kind(self, *kinds: str) -> Iterator[Visit]:
        """The nodes of its tree that are of some kinds."""
        return (visit for kind in kinds for visit in self._by_kind.get(kind, ()))

    @cached_property
    def names(self) -> tuple[tuple[str, int], ...]:
        """The names it takes from its place, each with its offset."""
        found = (visit.node for visit in self.of_kind("field") if visit.at_root)
        return tuple((node["value"], node.get("start", 0)) for node in found)

    @cached_property
    def settings(self) -> tuple[tuple[str, int], ...]:
        """The settings it takes by name, each with its offset."""
        paths = (visit.node["children"] for visit in self.of_kind("subexpression") if visit.at_root)
        return tuple(
            (second["value"], int(second.get("start", first.get("start", 0))))
            for first, second, *_ in paths
            if first["type"] == second["type"] == "field" and first["value"] == "settings"
        )

    def at(self, offset: int) -> Mark:
        """The place in the file of an offset of the tree."""
        return self.place.at(self.lead + offset)

    @property
    def is_plain(self) -> bool:
        """Whether it was written without quotes, on one line: each character as it stands here."""
        return isinstance(self.text, Scalar) and self.text.plain

    @cached_property
    def compiled(self) -> Compiled:
        """The expression as a callable over a scope; compiled once, on first use."""
        from engine.expression.compiled import compile_expression

        return compile_expression(self)


class Query(Expression):
    """`=…`: JMESPath, keeps the value's type."""


class Template(Expression):
    """Text with `{{ }}`: Jinja, always text."""


def is_query(text: str) -> bool:
    return text.startswith("=")


def is_template(text: str) -> bool:
    return "{{" in text or "{%" in text or "{#" in text


def read_query(text: str, place: Place | None = None) -> Query:
    """Parse a scalar that begins with `=`.

    Raises:
        SyntaxFault: the offset counts from behind the `=`.
    """
    body = text[1:]
    return Query(text, place or place_of(text), jmes.parse(body), 1)


def read_template(text: str, place: Place | None = None) -> Template:
    """Parse a Template.

    Raises:
        SyntaxFault: with an offset in `text`.
    """
    from engine.expression import template  # it needs Jinja, and most files have no Template

    return Template(text, place or place_of(text), template.parse(text), 0)


def bare_query(text: str) -> Query:
    """Parse JMESPath without a leading `=`, from no file."""
    return Query(text, NOWHERE, jmes.parse(text), 0)
