"""A word that JSON Schema does not know is passed over, so a schema with a misspelled one checks less than it says.

Words of one's own are allowed there, such as `example` or `x-note`; told is what surely was meant to be another.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from engine.checks.rules.schemas import places
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, shown
from engine.document import Path_
from engine.parts.suggest import misspelled

LOCAL = True

_SCHEMAS = ("additionalProperties", "items", "contains", "not", "if", "then", "else", "propertyNames")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_WORDS = (
    *_SCHEMAS, *_LISTS, *_MAPS, "$ref", "$id", "$schema", "$anchor", "$comment", "type", "enum", "const", "format",
    "title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "multipleOf", "maximum",
    "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems",
    "uniqueItems", "maxContains", "minContains", "maxProperties", "minProperties", "required", "dependentRequired",
    "unevaluatedItems", "unevaluatedProperties", "contentEncoding", "contentMediaType", "nullable", "example",
    "discriminator", "xml", "externalDocs",
)  # fmt: skip
"""The words of JSON Schema 2020-12, and those that OpenAPI adds."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, value in places(subject):
        if isinstance(value, dict):
            yield from _schema(subject, value, path)


def _schema(subject: Subject, schema: dict[str, Any], path: Path_) -> Iterator[Diagnostic]:
    words = [key for key in schema if key in _WORDS]
    if schema and not words and not any(key.startswith("x-") for key in schema):
        first = next(iter(schema))
        hint = f"write {{type: object, properties: {{{first}: …}}}}"
        yield Diagnostic(subject.key(*path, first), "wrong-schema", f"{shown(first)} is no word of JSON Schema", hint)
        return
    for key in schema:
        near = None if key in words else _near(key)
        if near is not None and near not in schema:
            said = f"{shown(key)} is no word of JSON Schema"
            yield Diagnostic(subject.key(*path, key), "wrong-schema", said, f'did you mean "{near}"?')
    for inner, below in _inside(schema):
        if isinstance(inner, dict):
            yield from _schema(subject, inner, (*path, *below))


def _near(word: str) -> str | None:
    """The word that was surely meant. The short ones (`not`, `if`) are too near to words of one's own."""
    known = [known for known in _WORDS if len(known) > 4]
    return misspelled(word, known) or next(iter(get_close_matches(word, known, n=1, cutoff=0.84)), None)


def _inside(schema: dict[str, Any]) -> Iterator[tuple[Any, Path_]]:
    """What stands where schemas stand in a schema."""
    for key, held in schema.items():
        if key in _SCHEMAS:
            yield held, (key,)
        elif key in _LISTS and isinstance(held, list):
            yield from ((one, (key, number)) for number, one in enumerate(held))
        elif key in _MAPS and isinstance(held, dict):
            yield from ((one, (key, name)) for name, one in held.items())
