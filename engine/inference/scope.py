"""What is known where an expression stands, and what its inference notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.expression.ast import Ast
from engine.inference.paths import Path
from engine.types import Type


@dataclass(frozen=True)
class Scope:
    """The types of the names in reach.

    Attributes:
        current: the type of the current value, inside a projection or behind a dot.
        conditions: names that are null unless a condition holds, with that condition.
    """

    names: Mapping[str, Type]
    current: Type | None = None
    conditions: Mapping[str, Ast] = field(default_factory=dict)

    def within(self, current: Type) -> Scope:
        return Scope(self.names, current, self.conditions)

    def having(self, **names: Type) -> Scope:
        """With more names, or other types of the same."""
        return Scope({**self.names, **names}, self.current, self.conditions)

    def changed(self, path: Path, change: Callable[[Type, Path], Type]) -> Scope:
        """With another type of the value, or of the name, that a path begins with; `change` gets the rest of the path."""
        if self.current is not None:
            return self.within(change(self.current, path))
        first, rest = path[0], path[1:]
        known = self.names.get(first) if isinstance(first, str) else None
        return self if known is None else self.having(**{str(first): change(known, rest)})


@dataclass(frozen=True)
class Remark:
    """Something noticed in an expression.

    Attributes:
        kind: `no_field`: the object has no field of that name · `field_of_other`: a list, text, … has no fields ·
            `no_list`: elements of what is no list · `never_equal`: two sides that have no value in common.
        offset: where, in the expression.
        name: the field; of a comparison, the operator.
        owner: what has no such field, or is no list; the left side of a comparison.
        other: the right side of a comparison.
    """

    kind: Literal["no_field", "field_of_other", "no_list", "never_equal"]
    offset: int
    name: str
    owner: Type
    other: Type | None = None
