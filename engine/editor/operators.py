"""The operators of mappings, as editors show them, and the schema of a mapping: any tree, its scalars expressions."""

from __future__ import annotations

from typing import Any

from engine.editor.shown import shown

MAPPING = "Mapping"

OPERATORS: dict[str, tuple[str, Any]] = {
    "$each": (
        "a list, or an object: `$map` is built once per element; `item`, `number` and `key` name it",
        "=input.items",
    ),
    "$map": ("what is built", {"sku": "=item.sku", "quantity": "=item.quantity"}),
    "$let": ("names for values, in reach inside `$map`", {"line": "=item"}),
    "$when": ("a Query: false leaves the element out", "=item.sku"),
    "$merge": ("objects joined to one, later fields win", ["=input.address", {"country": "US"}]),
    "$raw": ("data as it stands: nothing in it is an expression", {"$filter": "=1"}),
}
"""Each operator with its description and an example."""

_REFERENCE = {"$ref": f"#/$defs/{MAPPING}"}


def mapping_schema() -> dict[str, Any]:
    """Any tree. `$map`, `$merge` and `$raw` take only their own operators beside them."""
    properties = {name: _operator(name, description, example) for name, (description, example) in OPERATORS.items()}
    return {
        "description": "a mapping: a tree of expressions; `=…` is a Query, text with {{ }} a Template, the rest constants",
        "anyOf": [
            {"type": ["string", "number", "boolean", "null"]},
            {"type": "array", "items": _REFERENCE},
            {
                "type": "object",
                "properties": properties,
                "additionalProperties": _REFERENCE,
                "dependencies": {"$each": ["$map"], "$let": ["$map"], "$when": ["$map"]},
                "allOf": [_alone("$map", ("$each", "$let", "$when")), _alone("$merge"), _alone("$raw")],
            },
        ],
    }


def _operator(name: str, description: str, example: Any) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "$when": {"type": "string", "pattern": "^="},
        "$let": {"type": "object", "additionalProperties": _REFERENCE},
        "$merge": {"type": "array", "items": _REFERENCE},
        "$raw": {},
    }
    kind = kinds.get(name, {"allOf": [_REFERENCE]})
    return shown(name, {**kind, "description": description, "examples": [example]})


def _alone(operator: str, beside: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "if": {"required": [operator]},
        "then": {"properties": dict.fromkeys((operator, *beside), True), "additionalProperties": False},
    }
