"""Mappings to be filled in: each field of a schema, taken from the field of the same name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.mapping.read import data
from engine.openapi.schemas import NoSchema, at_pointer
from engine.schemas import Schemas

MAX_DEPTH = 4
MAX_FIELDS = 400
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Mappings:
    """Writes mappings from schemas.

    Args:
        schemas: what references lead to.
        optional: the mark of a field that may be left out (`?`); empty where null leaves it out by itself.
    """

    def __init__(self, schemas: Schemas, optional: str) -> None:
        self._schemas = schemas
        self._optional = optional
        self._left = MAX_FIELDS

    def of(self, schema: Any, source: str, depth: int = 0) -> Any:
        """A mapping that gives what a schema describes, from a source of the same shape.

        Args:
            source: a path, such as `input.order`.
        """
        found = self._whole(schema)
        properties = found.get("properties")
        if found.get("type") == "array" and isinstance(found.get("items"), dict):
            inner = self._whole(found["items"])
            if depth < MAX_DEPTH and _is_object(inner):
                each = self.of(inner, "item", depth + 1)
                return {"$each": f"={source}", "$map": each} if each != "=item" else f"={source}"
        if depth >= MAX_DEPTH or not isinstance(properties, dict) or not _is_object(found):
            return f"={source}"
        self._left -= len(properties)
        if self._left < 0 or any(str(name).startswith("$") for name in properties):
            return f"={source}"
        required = {str(name) for name in found.get("required") or ()}
        return {
            self._key(str(name), required): self._field(str(name), held, source, depth, required)
            for name, held in properties.items()
        }

    def _key(self, name: str, required: set[str]) -> str:
        return name if name in required else f"{name}{self._optional}"

    def _field(self, name: str, schema: Any, source: str, depth: int, required: set[str]) -> Any:
        """One field. An object that may be missing goes as it is: built from nothing it would be wrong."""
        path = under(source, name)
        is_list = self._whole(schema).get("type") in ("array", ["array", "null"])
        return self.of(schema, path, depth + 1) if name in required or is_list else f"={path}"

    def _whole(self, schema: Any) -> dict[str, Any]:
        """A schema with what it refers to and is made of in one."""
        found: dict[str, Any] = {}
        seen = 0
        while isinstance(schema, dict) and seen < 20:
            seen += 1
            plain = data(schema)
            for part in plain.get("allOf") or ():
                found = _merged(found, self._whole(part))
            found = _merged(found, {key: value for key, value in plain.items() if key not in ("$ref", "allOf")})
            schema = self._target(plain.get("$ref"))
        if found.get("type") == ["array", "null"]:
            found["type"] = "array"
        return found

    def _target(self, reference: Any) -> Any:
        if not isinstance(reference, str):
            return None
        try:
            return self._schemas.find(reference) if not reference.startswith("#") else at_pointer({}, reference)
        except NoSchema:
            return None


def under(source: str, name: str) -> str:
    """The path of a field."""
    return f"{source}.{name}" if _PLAIN.fullmatch(name) else f'{source}."{name}"'


def _is_object(schema: Mapping[str, Any]) -> bool:
    return schema.get("type", "object") == "object" and bool(schema.get("properties"))


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two schemas that both hold."""
    both = {**first, **second}
    if first.get("properties") and second.get("properties"):
        both["properties"] = {**first["properties"], **second["properties"]}
    if first.get("required") or second.get("required"):
        both["required"] = [*(first.get("required") or ()), *(second.get("required") or ())]
    return both
