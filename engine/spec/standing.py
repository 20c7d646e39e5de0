"""Settings that stand for typed values of a file: `port: =settings.port`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.parts.fields import Deferred
from engine.parts.part import Part


def standing(parts: Iterable[Part]) -> Iterator[tuple[str, Deferred]]:
    """Each value that is nothing but a setting, with the setting's name."""
    for part in parts:
        for deferred in _deferred(part):
            name = _named(deferred)
            if name:
                yield name, deferred


_HOLDS = (Deferred, dict, list, tuple)


def _deferred(part: Part) -> Iterator[Deferred]:
    """What waits for settings in a part itself, not in those inside it."""
    held: list[Any] = [vars(part)]
    while held:
        one = held.pop()
        if isinstance(one, Deferred):
            yield one
        else:
            inner = one.values() if isinstance(one, dict) else one
            held += [below for below in inner if isinstance(below, _HOLDS)]


def _named(deferred: Deferred) -> str:
    """The setting, if the Query is nothing but one."""
    tree = deferred.query.tree
    if tree["type"] != "subexpression" or len(tree["children"]) != 2:
        return ""
    first, second = tree["children"]
    return str(second["value"]) if first.get("value") == "settings" and second["type"] == "field" else ""
