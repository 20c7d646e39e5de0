"""Keys of the language's JSON Schema as editors show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.mapping.write import entry

SHOWN = 90
"""How wide the examples are that editors show."""


def shown(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A key with what a hover shows: its description, and an example as it is written."""
    examples: Sequence[Any] = schema.get("examples", ())
    if "description" not in schema or not examples:
        return schema
    code = entry(name, examples[0], SHOWN)
    return {**schema, "markdownDescription": f"{schema['description']}\n\n```yaml\n{code}\n```"}
