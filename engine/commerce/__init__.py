"""The canonical model `commerce.*`: one schema a file, so that a shop can change its ERP without changing its calls."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from engine.diagnostics import Mark
from engine.document import Document, Path_, load
from engine.mapping.read import data

_FOLDER = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """The shipped schemas, such as `commerce.order`."""
    return tuple(sorted(f"commerce.{file.stem}" for file in _FOLDER.glob("*.yaml")))


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of `commerce.…`; references stand in it by name."""
    found: dict[str, Any] = data(load(file(name)).data)
    return found


def file(name: str) -> Path:
    """Where `commerce.…` is written."""
    return _FOLDER / f"{name.removeprefix('commerce.')}.yaml"


def mark(name: str, field: str) -> Mark | None:
    """Where a field of `commerce.…` is written, such as `items[].sku`, through the schemas it refers to; None if it has none
    of that name."""
    found: tuple[Document, Path_] | None = load(file(name)), ()
    for step in re.findall(r"\[\]|[^.\[\]]+", field):
        found = _below(*found, step) if found else None
    return found[0].key_mark(found[1]) if found else None


def _below(document: Document, path: Path_, step: str) -> tuple[Document, Path_] | None:
    """Where a field, or the elements, of the schema at a path stand."""
    held = document.data
    for key in path:
        held = held[key]  # type: ignore[index]
    inner = ("items",) if step == "[]" else ("properties", step)
    if (*path, *inner) in document.values:
        return document, (*path, *inner)
    if isinstance(held.get("$ref"), str):
        return _below(load(file(held["$ref"])), (), step)
    alternatives = ((key, number) for key in ("allOf", "anyOf", "oneOf") for number in range(len(held.get(key, ()))))
    return next(filter(None, (_below(document, (*path, *one), step) for one in alternatives)), None)
