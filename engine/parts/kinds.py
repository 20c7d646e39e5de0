"""The kinds of plug-in. A kind is a folder; a part is one class in one file of it, called as the `type` that chooses it.

class Basic(Auth):                     # engine/auth/basic.py: nothing else names this file
    type: Literal["basic"]
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

KINDS: set[str] = set()
"""The folders that parts of the language are chosen from, as far as they are known."""


@cache
def types(kind: str) -> tuple[str, ...]:
    """The types of a kind, sorted: its files that declare a part. What a part does when it is opened stands beside it,
    and is imported then: checking a file needs no HTTP client."""
    names = sorted(entry.name for entry in pkgutil.iter_modules(importlib.import_module(kind).__path__))
    return tuple(name for name in names if _declared(name) in (pkgutil.get_data(kind, f"{name}.py") or b""))


def _declared(name: str) -> bytes:
    return f'type: Literal["{name}"]'.encode()


def import_all() -> None:
    """Import the parts of all types: each may bring kinds of its own."""
    done: set[str] = set()
    while waiting := KINDS - done:
        for kind in waiting:
            for name in types(kind):
                importlib.import_module(f"{kind}.{name}")
        done |= waiting
