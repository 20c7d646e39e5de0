"""What its schema wants of a field that a mapping fills."""

from __future__ import annotations

from dataclasses import dataclass

from engine.document import Path_
from engine.editor.file import View
from engine.types import ANY, Object, Text, Type, element_of, union

_BESIDE = ("$each", "$let", "$when", "$raw")
"""Operators in which nothing of the target is built."""


@dataclass(frozen=True)
class Wanted:
    """What a place in a mapping takes.

    Attributes:
        type: any, where no schema says it.
        required: whether the object it belongs to must have it.
    """

    type: Type
    required: bool = False

    @property
    def fields(self) -> dict[str, Wanted]:
        """What each field takes, those of all alternatives."""
        objects = self.type.of(Object)
        names = dict.fromkeys(name for one in objects for name in one.fields)
        return {name: self.field(name) for name in names}

    @property
    def constants(self) -> list[str]:
        """The texts that may stand there, where there are only some."""
        return sorted({value for text in self.type.of(Text) for value in text.values or ()})

    def field(self, name: str) -> Wanted:
        objects = self.type.of(Object)
        known = [one.fields[name] for one in objects if name in one.fields]
        return Wanted(union(known) if known else ANY, bool(objects) and all(name in one.required for one in objects))


def wanted(view: View, path: Path_) -> Wanted | None:
    """What the place at a path takes; None if no mapping stands there, or an operator of one."""
    root = _root(view, path)
    if root is None:
        return None
    found, is_element = Wanted(view.typing(root).wanted(root)), False
    for depth in range(len(root), len(path)):
        step, above = path[depth], path[:depth]
        if isinstance(step, int):
            is_merged = above[-1] == "$merge"
            found = found if is_merged else Wanted(element_of(found.type))
            is_element = not is_merged
        elif step == "$map":
            if "$each" in view.names(*above) and not is_element:
                found, is_element = Wanted(element_of(found.type)), True
        elif step != "$merge":
            if step in _BESIDE:
                return None
            found, is_element = found.field(step.removesuffix("?")), False
    return found


def _root(view: View, path: Path_) -> Path_ | None:
    """Where the mapping begins that a path leads into, also one of which nothing is written yet."""
    written = (tree.path for tree in view.subject.trees if tree.path == path[: len(tree.path)])
    types = view.typing(path)
    begun = (path[:depth] for depth in range(1, len(path) + 1) if types.wanted(path[:depth]).known)
    return next(written, None) or next(begun, None)
