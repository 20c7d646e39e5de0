"""The canonical model `commerce.*`: one schema a file, so that a shop can change its ERP without changing its calls."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from engine.document import load
from engine.mapping.read import data

_FOLDER = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """The shipped schemas, such as `commerce.order`."""
    return tuple(sorted(f"commerce.{file.stem}" for file in _FOLDER.glob("*.yaml")))


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of `commerce.…`; references stand in it by name."""
    found: dict[str, Any] = data(load(_FOLDER / f"{name.removeprefix('commerce.')}.yaml").data)
    return found
