"""Which function is being called at a cursor, and which argument is being written."""

from __future__ import annotations

from dataclasses import dataclass

from engine.editor.file import File
from engine.editor.fragment import fragment
from engine.editor.functions import described, parameters, written
from engine.functions import FUNCTIONS


@dataclass(frozen=True)
class Signature:
    """A function, its parameters as they are written, and the one that is being written now."""

    label: str
    documentation: str
    parameters: tuple[str, ...]
    active: int


def signature(file: File, index: int) -> Signature | None:
    """The call around an index; None outside of calls."""
    begun = fragment(file.cursor(index).written)
    function = FUNCTIONS.get(begun.function) if begun else None
    if begun is None or function is None:
        return None
    names = tuple(name for name, _ in parameters(function))
    active = begun.argument if function.most is not None else min(begun.argument, len(names) - 1)
    return Signature(written(function), described(function), names, active)
