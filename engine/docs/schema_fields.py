"""A JSON Schema as a table of its fields: what may be there, what must, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.docs.model import Code, Table, Words
from engine.expression.operations import printed
from engine.openapi.schemas import at_pointer

COLUMNS = ("Field", "Type", "Must be there", "Description")
DEEPEST = 6
"""Levels of fields that are told; a schema may hold itself."""

_KINDS = {"string": "text", "array": "list"}


def fields(schema: Mapping[str, Any]) -> Table:
    """The fields of a schema that holds everything it refers to. What only some of its alternatives have may be absent."""
    return Table(COLUMNS, list(_Walk(schema).below(schema, "", DEEPEST)))


@dataclass(frozen=True)
class _Walk:
    """Goes through one schema; `root` is where its references count from."""

    root: Mapping[str, Any]

    def below(self, schema: Any, path: str, depth: int) -> Iterator[list[Words]]:
        """The fields of an object, and of the elements of a list."""
        parts = list(self._parts(schema))
        must = {name for part, sure in parts if sure for name in part.get("required", ())}
        properties: dict[str, Any] = {}
        for part, _ in parts:
            properties |= {name: inner for name, inner in part.get("properties", {}).items() if name not in properties}
        for name, inner in properties.items():
            yield self._row(f"{path}.{name}" if path else name, inner, "yes" if name in must else "")
            if depth:
                yield from self.below(inner, f"{path}.{name}" if path else name, depth - 1)
        items = next((part["items"] for part, _ in parts if "items" in part), None)
        if items is not None and depth:
            yield from self.below(items, f"{path}[]", depth - 1)

    def _row(self, path: str, schema: Any, must: str) -> list[Words]:
        parts = [part for part, _ in self._parts(schema)]
        description = next((str(part["description"]) for part in parts if "description" in part), "")
        return [Code(path), _type(parts), must, description]

    def _parts(self, schema: Any, sure: bool = True) -> Iterator[tuple[Mapping[str, Any], bool]]:
        """A schema and those it is put together of; whether each surely holds."""
        followed = 0
        while isinstance(schema, dict) and "$ref" in schema and followed < DEEPEST:
            yield schema, sure  # a description may stand beside the reference
            schema, followed = at_pointer(self.root, str(schema["$ref"])), followed + 1
        if not isinstance(schema, dict):
            return
        yield schema, sure
        for key, holds in (("allOf", sure), ("anyOf", False), ("oneOf", False)):
            for inner in schema.get(key, ()):
                yield from self._parts(inner, holds)


def _type(parts: list[Mapping[str, Any]]) -> str:
    """`text, at most 20 characters`, `number or null`, `one of: open, shipped`."""
    kinds: list[str] = []
    for part in parts:
        given = part.get("type", ())
        kinds += [given] if isinstance(given, str) else given
    values = next(
        (part["enum"] for part in parts if "enum" in part), [part["const"] for part in parts if "const" in part]
    )
    said = [", ".join(printed(value) for value in values if value is not None)] if values else []
    words = said or [_KINDS.get(kind, kind) for kind in dict.fromkeys(kinds) if kind != "null"]
    if "null" in kinds or None in values:
        words.append("null")
    most = next((part["maxLength"] for part in parts if "maxLength" in part), None)
    form = next((part["format"] for part in parts if "format" in part), None)
    more = f", at most {most} characters" if most is not None else f", {form}" if form else ""
    return f"{'one of: ' if len(values) > 1 else ''}{' or '.join(words)}{more}"
