"""The JSON Schema of the language, for editors: derived from its classes, a description and an example at every key.

Draft 7, as editors read it. What only the engine can see (references, names in reach, expressions) is left to
`engine validate` and `engine lsp`.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from engine.editor.json_schema import JSON_SCHEMA, NAMED_SCHEMA, json_schema, named_schema
from engine.editor.operators import MAPPING, mapping_schema
from engine.editor.shown import shown
from engine.parts.fields import SCHEMA_SCHEMA, TREE_SCHEMA
from engine.spec.integration import Integration

DRAFT = "http://json-schema.org/draft-07/schema#"

_WRITTEN = {TREE_SCHEMA["$comment"]: MAPPING, SCHEMA_SCHEMA["$comment"]: NAMED_SCHEMA}
"""What the language takes in many places, by the comment that marks it."""

_DATA = ("examples", "enum", "const", "default")
_SIMPLE = {"string": str, "integer": int, "boolean": bool}


def language_schema() -> dict[str, Any]:
    """The schema of an integration file."""
    made = Integration.model_json_schema(schema_generator=_Generator)
    written = {MAPPING: mapping_schema(), NAMED_SCHEMA: named_schema(), JSON_SCHEMA: json_schema()}
    definitions = {**_finished(made.pop("$defs")), **written}
    title = "integration"
    return {"$schema": DRAFT, "title": title, **_finished(made), "$defs": definitions}


class _Generator(GenerateJsonSchema):
    """Pydantic's schema of our classes, exact about keys: unknown ones are refused, `type` chooses the others."""

    def __init__(self, *options: Any, **named: Any) -> None:
        super().__init__(*options, **named)
        self._begun: set[str] = set()

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """A part that can be chosen within itself, as a tunnel in a tunnel, is written once, and referred to."""
        part = schema.get("ref")
        if part in self._begun:
            return self.get_cache_defs_ref_schema(part)[1]
        if part is not None:
            self._begun.add(part)
        return super().generate_inner(schema)

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        return value

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name, field in schema["cls"].model_fields.items():
            made["properties"][name].update(description=field.description, examples=field.examples or [])
        return {**made, "additionalProperties": False}

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Told apart by `type`: only the keys of the chosen part are offered, and complained about."""
        if not isinstance(schema["discriminator"], str):
            return super().tagged_union_schema(schema)
        parts = {name: self.generate_inner(choice) for name, choice in schema["choices"].items()}
        chosen = {"enum": list(parts), "description": "what it is; it decides which other keys there are"}
        return {
            "type": "object",
            "required": [schema["discriminator"]],
            "properties": {schema["discriminator"]: {**chosen, "examples": list(parts)[:1]}},
            "allOf": [_chosen(schema["discriminator"], str(name), part) for name, part in parts.items()],
        }

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else True
        named = {"propertyNames": {"pattern": keys["pattern"]}} if "pattern" in keys else {}
        return {"type": "object", "additionalProperties": values, **named}


def _chosen(key: str, name: str, part: JsonSchemaValue) -> JsonSchemaValue:
    return {"if": {"required": [key], "properties": {key: {"const": name}}}, "then": part}


def _finished(schema: Any) -> Any:
    """Without what only pydantic needs, with what editors show."""
    if isinstance(schema, list):
        return [_finished(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("$comment") in _WRITTEN:
        name = _WRITTEN[schema["$comment"]]
        schema = {**{key: value for key, value in schema.items() if key != "$comment"}, "$ref": f"#/$defs/{name}"}
    found = {
        key: inner if key in _DATA else _finished(inner) for key, inner in schema.items() if not _is_noise(schema, key)
    }
    if isinstance(schema.get("properties"), dict) and "type" in schema:
        found["properties"] = {name: shown(name, _finished(inner)) for name, inner in schema["properties"].items()}
    if "$ref" in found and len(found) > 1:  # draft 7 reads nothing beside a reference
        found["allOf"] = [{"$ref": found.pop("$ref")}]
    return found


def _is_noise(schema: dict[str, Any], key: str) -> bool:
    """Titles repeat the key; a default that is not in the language's own writing (60.0 for 60s) misleads."""
    if key == "title":
        return isinstance(schema[key], str)
    if key != "default" or "description" not in schema:
        return False
    return schema[key] is None or type(schema[key]) is not _SIMPLE.get(str(schema.get("type")))
