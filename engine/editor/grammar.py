"""What the language allows at a place: its keys, its values, what they are. Read from the JSON Schema of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.document import Path_
from engine.editor.schema import language_schema
from engine.expression.expressions import is_query, is_template

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """A key that may stand somewhere.

    Attributes:
        holds: what its value is: `mapping`, `list` or `scalar`.
    """

    name: str
    description: str
    markdown: str
    holds: str
    required: bool


def keys_at(path: Path_, data: Any) -> dict[str, Key]:
    """The keys that may stand in the mapping at a path of a file, by name; `data` is what the file holds so far."""
    found: dict[str, Key] = {}
    for schema in _at(path, data):
        for name, inner in schema.get("properties", {}).items():
            if isinstance(inner, dict) and "description" in inner and not inner.get("doNotSuggest"):
                found[name] = _key(name, inner, name in schema.get("required", ()))
    return found


def key_at(path: Path_, data: Any) -> Key | None:
    """The key that ends a path, if it is one of the language (not a name that the integrator gave)."""
    name = path[-1] if path else None
    return keys_at(path[:-1], data).get(name) if isinstance(name, str) else None


def values_at(path: Path_, data: Any) -> list[str]:
    """The words that may stand at a path, where there are only some."""
    found: dict[str, None] = {}
    for schema in _at(path, data):
        words = schema.get("enum", [schema["const"]] if "const" in schema else [])
        if schema.get("type") == "boolean":
            words = [True, False]
        found.update(dict.fromkeys(_word(word) for word in words if word is not None))
    return list(found)


def examples_at(path: Path_, data: Any) -> list[str]:
    """What may stand at a path, for example, where that is a constant text; of an element of a list, what its list shows."""
    above, element = (path[:-1], True) if path and isinstance(path[-1], int) else (path, False)
    shown = (
        [schema.get("examples", ()) for one in _at(above[:-1], data) for schema in _below(one, above[-1])]
        if above
        else []
    )
    found = [inner for examples in shown for value in examples for inner in (value if element else [value])]
    return list(
        dict.fromkeys(
            value for value in found if isinstance(value, str) and not (is_query(value) or is_template(value))
        )
    )


def is_list(path: Path_, data: Any) -> bool:
    return any(schema.get("type") == "array" for schema in _at(path, data))


def takes_expression(path: Path_, data: Any) -> bool:
    """Whether a Query may stand at a path."""
    return any(schema.get("pattern") == "^=" or "null" in schema.get("type", ()) for schema in _at(path, data))


def _word(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


@cache
def _whole() -> dict[str, Any]:
    return language_schema()


def _definition(name: str) -> Any:
    return _whole()["$defs"][name]


def _key(name: str, schema: Schema, required: bool) -> Key:
    kinds = {kind for inner in _opened(schema, None) for kind in _kinds(inner)}
    holds = "mapping" if "object" in kinds else "list" if "array" in kinds else "scalar"
    markdown = schema.get("markdownDescription", schema["description"])
    return Key(name, schema["description"], markdown, holds, required)


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _at(path: Path_, data: Any) -> list[Schema]:
    """Every schema that says something about the value at a path."""
    found = list(_opened(_whole(), data))
    for step in path:
        data = _inner(data, step)
        found = [opened for schema in found for inner in _below(schema, step) for opened in _opened(inner, data)]
    return found


def _inner(data: Any, step: str | int) -> Any:
    if isinstance(data, dict) and isinstance(step, str):
        return data.get(step)
    return data[step] if isinstance(data, list) and isinstance(step, int) and step < len(data) else None


def _below(schema: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        found = schema.get("items")
    else:
        found = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    if isinstance(found, dict):
        yield found


def _opened(schema: Schema, data: Any, depth: int = 0) -> Iterator[Schema]:
    """A schema without references and choices: all its alternatives, and of `if` those that hold for the data."""
    if depth > 20:
        return
    if "$ref" in schema:
        target = _definition(str(schema["$ref"]).rpartition("/")[2])
        yield from _opened(target, data, depth + 1)
        return
    if "if" in schema:
        if _holds(schema["if"], data):
            yield from _opened(schema["then"], data, depth + 1)
        return
    inner = [one for choice in ("anyOf", "oneOf", "allOf") for one in schema.get(choice, ())]
    if not inner or "properties" in schema or "type" in schema:
        yield schema
    for one in inner:
        yield from _opened(one, data, depth + 1)


def _holds(condition: Schema, data: Any) -> bool:
    """Whether the data has the keys an `if` names, with the values it names."""
    wanted = condition.get("properties", {})
    return isinstance(data, dict) and all(
        name in data and ("const" not in wanted.get(name, {}) or data[name] == wanted[name]["const"])
        for name in condition["required"]
    )
