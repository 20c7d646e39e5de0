"""What is known where an expression stands, and what its inference notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from engine.expression.ast import Ast, walk
from engine.inference.paths import Path, at_path, plain_path
from engine.types import ANY, Type
from engine.types.fitting import gaps


@dataclass(frozen=True)
class Scope:
    """The types of the names in reach.

    Attributes:
        current: the type of the current value, inside a projection or behind a dot.
        conditions: names that are null unless a condition holds, with that condition and what they are then.
        meant: names that stand for a Query over other names: what a condition tells of the one holds of the other.
    """

    names: Mapping[str, Type]
    current: Type | None = None
    conditions: Mapping[str, tuple[Ast, Type]] = field(default_factory=dict)
    meant: Mapping[str, Ast] = field(default_factory=dict)

    def within(self, current: Type) -> Scope:
        return Scope(self.names, current, self.conditions, self.meant)

    def having(self, **names: Type) -> Scope:
        """With more names, or others of the same name."""

        def is_kept(name: str, tree: Ast) -> bool:
            return name not in names and not _names(tree) & names.keys()

        meant = {name: tree for name, tree in self.meant.items() if is_kept(name, tree)}
        conditions = {name: one for name, one in self.conditions.items() if is_kept(name, one[0])}
        return Scope({**self.names, **names}, self.current, conditions, meant)

    def meaning(self, name: str, tree: Ast) -> Scope:
        """With the knowledge that one of the names stands for a Query."""
        return self if name in _names(tree) else replace(self, meant={**self.meant, name: tree})

    def at(self, path: Path) -> Type:
        """What stands at a path."""
        if self.current is not None:
            return at_path(self.current, path)
        path = self._resolved(path)
        return at_path(self.names.get(str(path[0]), ANY), path[1:])

    def changed(self, path: Path, change: Callable[[Type, Path], Type]) -> Scope:
        """With another type of the value, or of the name, that a path begins with, and of the names that stand for what is
        in it; `change` gets the rest of the path."""
        if self.current is not None:
            return self.within(change(self.current, path))
        path = self._resolved(path)
        first, rest = str(path[0]), path[1:]
        if first not in self.names:
            return self
        changed = replace(self, names={**self.names, first: change(self.names[first], rest)})
        same = {name: self._resolved((name,)) for name in self.meant}
        others = {name: changed.at(found) for name, found in same.items() if found[0] == first}
        return replace(changed, names={**changed.names, **others})

    def _resolved(self, path: Path) -> Path:
        """The path of the same value, from a name that stands for itself."""
        tree = self.meant.get(str(path[0]))
        meant = plain_path(tree) if tree is not None else ()
        return self._resolved((*meant, *path[1:])) if meant else path


def _names(tree: Ast) -> frozenset[str]:
    """The names that a Query looks at."""
    return frozenset(node["value"] for node, at_root in walk(tree) if at_root and node["type"] == "field")


@dataclass(frozen=True)
class Remark:
    """Something noticed in an expression.

    Attributes:
        kind: `no_field`: the object has no field of that name · `field_of_other`: a list, text, … has no fields ·
            `no_list`: elements of what is no list · `never_equal`: two sides that have no value in common · `unfit`: a
            function, a Template or an operator gets what it does not take · `null`: it gets null.
        offset: where, in the expression.
        name: the field; of a comparison, the operator; what does not take it.
        owner: what has no such field, or is no list; the left side of a comparison; what is given.
        other: the right side of a comparison; what is wanted.
        sure: whether it is always so.
    """

    kind: Literal["no_field", "field_of_other", "no_list", "never_equal", "unfit", "null"]
    offset: int
    name: str
    owner: Type
    other: Type | None = None
    sure: bool = True


def unfit(given: Type, wanted: Type, name: str, offset: int = 0) -> Remark | None:
    """What is noticed where something gets what it does not take, if it does."""
    told = [gap for gap in gaps(given, wanted) if gap.kind == "kind" or (gap.kind == "null" and not gap.path)]
    gap = next((one for one in told if one.kind == "kind"), told[0] if told else None)
    if gap is None:
        return None
    kind: Literal["unfit", "null"] = "unfit" if gap.kind == "kind" else "null"
    return Remark(kind, offset, name, given, wanted, gap.sure and not gap.path)
