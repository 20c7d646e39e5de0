"""Schemas in an OpenAPI file beside the integration: `acme.openapi.yaml#/components/schemas/Price`, as JSON Schema.

Only files beside the integration or below its folder are read, never the network. What OpenAPI 3.0 (and Swagger 2.0)
says in its own way, `nullable` and the boolean `exclusiveMinimum`, is said as JSON Schema says it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from os.path import isfile
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from engine.document import load, parse
from engine.errors import SpecError
from engine.mapping.read import data
from engine.parts.suggest import did_you_mean, suggest

MAX_BYTES = 10_000_000
"""Of a JSON file; a YAML file has the bounds of an integration."""

_SCHEMAS_BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMA = ("items", "additionalProperties", "unevaluatedProperties", "not", "if", "then", "else", "contains")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_OF_OPENAPI = ("nullable", "x-nullable", "discriminator", "xml", "externalDocs", "example", "examples", "deprecated")


class NoSchema(ValueError):
    """A reference that leads to no schema: the fact, and what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def is_file(reference: str) -> bool:
    """Whether a reference names a file, and a place in it."""
    file, sign, _ = reference.partition("#")
    return bool(file) and (bool(sign) or file.endswith((".yaml", ".yml", ".json", ".wsdl")))


def is_wsdl(reference: str) -> bool:
    """Whether a reference names a place in a WSDL: `erp.wsdl#/CreateOrder/request`."""
    return reference.partition("#")[0].endswith(".wsdl")


def schema_at(folder: Path | None, reference: str) -> dict[str, Any]:
    """The schema at a place of a file. References in it are written with the file's name.

    Args:
        folder: of the integration; None if it is from no file.

    Raises:
        NoSchema: there is no such file or place, or the file cannot be read.
    """
    file, _, pointer = reference.partition("#")
    path = beside(folder, file)
    stat = path.stat()
    return _schema(path, stat.st_mtime_ns, stat.st_size, file, pointer)


def at_pointer(schema: Any, reference: str) -> Any:
    """What stands in a schema at `#/…`; None if nothing does."""
    for step in reference[1:].split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(schema, list) and name.isdigit() and int(name) < len(schema):
            schema = schema[int(name)]
        elif isinstance(schema, dict) and name in schema:
            schema = schema[name]
        else:
            return None
    return schema


def beside(folder: Path | None, file: str) -> Path:
    """A file beside an integration, or below its folder.

    Raises:
        NoSchema: there is none.
    """
    name = PurePosixPath(file)
    if name.is_absolute() or ".." in name.parts or "\\" in file or ":" in file:
        hint = "put it beside the integration and write its name: acme.openapi.yaml#/components/schemas/Price"
        raise NoSchema(f"{file} is not beside the integration", hint)
    home = (folder or Path()).resolve()
    path = (home / name).resolve()
    if not isfile(path) or not path.is_relative_to(home):
        near = (
            suggest(file, [one.name for one in (*home.glob("*.openapi.*"), *home.glob("*.wsdl"))]) if folder else None
        )
        hint = did_you_mean(near).strip() or "put it beside the integration, or below"
        raise NoSchema(f"there is no file {file} beside the integration", hint)
    return path


@lru_cache(maxsize=512)
def _schema(path: Path, changed: int, size: int, file: str, pointer: str) -> dict[str, Any]:
    """A schema, converted once; the time of the file's last change is part of the key."""
    document = _document(path, changed, size)
    if not pointer:
        raise NoSchema(f"{file} is a whole file, not a schema", _near(document, file, pointer))
    found = at_pointer(document, f"#{pointer}")
    if not isinstance(found, dict):
        raise NoSchema(f"there is no schema at #{pointer} of {file}", _near(document, file, pointer))
    try:
        return dict(converted(found, file))
    except RecursionError:
        raise NoSchema(f"the schema at #{pointer} of {file} is nested too deeply", "flatten it") from None


def _document(path: Path, changed: int, size: int) -> Any:
    """A file's data."""
    found = _read(path, changed, size)
    if isinstance(found, NoSchema):
        raise NoSchema(found.message, found.hint)
    return found


@lru_cache(maxsize=32)
def _read(path: Path, changed: int, size: int) -> Any:
    """A file's data, or why there is none: what is wrong is not read again for each place that names it."""
    try:
        if path.suffix != ".json":
            return load(path).data
        if size > MAX_BYTES:
            return NoSchema(f"{path.name} has more than {MAX_BYTES:,} bytes", "keep only the schemas that are used")
        return _of_json(path.read_bytes())
    except SpecError as error:
        first = error.diagnostics[0]
        return NoSchema(f"{path.name}:{first.line}: {first.message}", first.hint)
    except (ValueError, OSError, RecursionError):
        return NoSchema(f"{path.name} cannot be read as JSON", "check its brackets and quotes")


def document_of(folder: Path | None, file: str) -> Any:
    """A whole file beside an integration.

    Raises:
        NoSchema: there is none, or it cannot be read.
    """
    path = beside(folder, file)
    stat = path.stat()
    return _document(path, stat.st_mtime_ns, stat.st_size)


def shown_document(content: bytes) -> Any:
    """What a system shows as its OpenAPI file, JSON or YAML.

    Raises:
        NoSchema: it is neither, or no OpenAPI.
    """
    try:
        found = _of_json(content) if content.lstrip()[:1] == b"{" else parse(content.decode()).data
    except (SpecError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not ("openapi" in found or "swagger" in found):
        raise NoSchema("what is there is no OpenAPI file", "it begins with `openapi: 3…`")
    return found


def _of_json(content: bytes) -> Any:
    return json.loads(content, parse_float=Decimal)


def _near(document: Any, file: str, pointer: str) -> str:
    """What may have been meant: a schema of that name, or the names there are."""
    for above in ("components/schemas", "definitions"):
        names = at_pointer(document, f"#/{above}")
        if isinstance(names, dict):
            near = suggest(pointer.rpartition("/")[2], map(str, names))
            known = ", ".join(list(map(str, names))[:8])
            return f'did you mean "{file}#/{above}/{near}"?' if near else f"{file}#/{above}/… has: {known}"
    return f"write {file}#/components/schemas/NAME"


def converted(schema: Any, file: str) -> Any:
    """A schema as JSON Schema says it; its references get the name of their file before them."""
    if not isinstance(schema, dict):
        return schema

    def inside(value: Any) -> Any:
        return converted(value, file)

    found = {key: _keyword(key, value, file, inside) for key, value in schema.items() if str(key) not in _OF_OPENAPI}
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(data(found.get(bound)), bool):
            exclusive = data(found.pop(bound))
            if exclusive and limit in found:
                found[bound] = found.pop(limit)
    nullable = data(schema.get("nullable")) is True or data(schema.get("x-nullable")) is True
    return _or_null(found) if nullable else found


def _keyword(key: str, value: Any, file: str, inside: Callable[[Any], Any]) -> Any:
    if key == "$ref" and isinstance(value, str):
        return f"{file}{value}" if value.startswith("#") else str(PurePosixPath(file).parent / value)
    if key in _SCHEMAS_BY_NAME and isinstance(value, dict):
        return {name: inside(inner) for name, inner in value.items()}
    if key in _SCHEMAS and isinstance(value, list):
        return [inside(inner) for inner in value]
    if key in _SCHEMA:
        return inside(value)
    if key in _NUMBERS and isinstance(value, str) and value not in ("true", "false"):
        try:
            return Decimal(value)
        except ArithmeticError:
            return value
    return value


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if not isinstance(kind, str):
        return {"anyOf": [schema, {"type": "null"}]}
    found = {**schema, "type": [kind, "null"]}
    if isinstance(found.get("enum"), list) and None not in found["enum"]:
        found["enum"] = [*found["enum"], None]
    return found
