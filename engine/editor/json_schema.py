"""JSON Schema as editors show it: the keywords that the engine reads, each with a description and an example."""

from __future__ import annotations

from typing import Any

from engine.editor.shown import shown

JSON_SCHEMA, NAMED_SCHEMA = "JsonSchema", "Schema"

_REFERENCE = {"$ref": f"#/$defs/{JSON_SCHEMA}"}
_KINDS = {"enum": ["object", "array", "string", "number", "integer", "boolean", "null"]}
_COUNT = {"type": ["integer", "string"]}
_LIST = {"type": "array", "items": _REFERENCE}
_BY_NAME = {"type": "object", "additionalProperties": _REFERENCE}
_FORMS = ["date", "date-time", "time", "email", "uri", "uuid"]

KEYWORDS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "type": (
        "object, array, string, number, integer, boolean, null, or a list of them",
        {"anyOf": [_KINDS, {"type": "array", "items": _KINDS}]},
        "string",
    ),
    "description": ("what it is, for people", {"type": ["string", "number"]}, "Number of the item in the ERP"),
    "properties": ("the fields of an object", _BY_NAME, {"sku": {"type": "string"}}),
    "required": ("the fields that must be there", {"type": "array", "items": {"type": ["string", "number"]}}, ["sku"]),
    "additionalProperties": (
        "the schema of all other fields; false: there are none",
        {"anyOf": [{"type": "boolean"}, _REFERENCE]},
        False,
    ),
    "items": ("the schema of each element of a list", {"anyOf": [{"type": "boolean"}, _REFERENCE]}, {"type": "string"}),
    "minItems": ("so many elements at least", _COUNT, 1),
    "maxItems": ("so many elements at most", _COUNT, 100),
    "enum": ("the values that are allowed", {"type": "array"}, ["open", "closed"]),
    "const": ("the one value that is allowed", {}, "order"),
    "maxLength": ("so many characters at most", _COUNT, 20),
    "minLength": ("so many characters at least", _COUNT, 1),
    "pattern": ("a regular expression that is found in the text", {"type": ["string", "number"]}, "^[A-Z]{2}$"),
    "format": ("what kind of text it is", {"anyOf": [{"enum": _FORMS}, {"type": "string"}]}, "date"),
    "minimum": ("the least number", {"type": ["number", "string"]}, 0),
    "maximum": ("the greatest number", {"type": ["number", "string"]}, 100),
    "anyOf": ("fits at least one of these", _LIST, [{"type": "string"}, {"type": "null"}]),
    "oneOf": ("fits exactly one of these", _LIST, [{"type": "string"}, {"type": "null"}]),
    "allOf": ("fits all of these", _LIST, [{"$ref": "order"}, {"required": ["no"]}]),
    "not": ("does not fit this", {"anyOf": [{"type": "boolean"}, _REFERENCE]}, {"type": "null"}),
    "$ref": (
        "another schema: a name under `schemas`, commerce.…, a place in a file beside this one, or in this schema (#/…)",
        {"type": "string"},
        "commerce.address",
    ),
}
"""Each keyword with its description, its schema and an example; others are left to JSON Schema."""


def json_schema() -> dict[str, Any]:
    """JSON Schema in place."""
    properties = {
        name: shown(name, {**schema, "description": description, "examples": [example]})
        for name, (description, schema, example) in KEYWORDS.items()
    }
    return {"description": "JSON Schema", "type": ["object", "boolean"], "properties": properties}


def named_schema() -> dict[str, Any]:
    """A schema by its name, or in place."""
    return {**json_schema(), "type": ["string", "null", "object", "boolean"]}
