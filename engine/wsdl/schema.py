"""Shapes as JSON Schema: what checks mappings, offers fields and says what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.wsdl.shape import KIND, Child, Shape, Simple

Refer = Callable[[Shape], str]
"""Where the schema of a shape that has a name stands."""


def of_shape(shape: Shape, refer: Refer) -> dict[str, Any]:
    """The schema of what an element holds."""
    if shape.text is not None and not shape.attributes:
        return of_simple(shape.text)
    if shape.array:
        return {"type": "array", "items": _element(child, refer) if (child := _only(shape)) else {}}
    properties: dict[str, Any] = {}
    required = []
    for name, attribute in shape.attributes.items():
        properties[f"_{name}"] = (
            of_simple(attribute.text) if attribute.required else _or_null(of_simple(attribute.text))
        )
        required += [f"_{name}"] if attribute.required else []
    if shape.text is not None:
        properties["_"] = of_simple(shape.text)
        required.append("_")
    for name, child in shape.children.items():
        inner = _elements(child, refer)
        properties[name] = inner if child.required and (child.many or not child.nillable) else _or_null(inner)
        required += [name] if child.required and not child.nillable else []
    if shape.kinds:
        kind = {"type": "string", "enum": list(shape.kinds)}
        properties = {KIND: kind if shape.abstract else _or_null(kind), **properties, **_of_kinds(shape, refer)}
        required += [KIND] if shape.abstract else []
    found: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    return found if shape.open else {**found, "additionalProperties": False}


def _of_kinds(shape: Shape, refer: Refer) -> dict[str, Any]:
    """What those hold that may stand in its place, and it does not."""
    found: dict[str, Any] = {}
    for kind in shape.kinds.values():
        more = {
            f"_{name}": of_simple(one.text) for name, one in kind.attributes.items() if name not in shape.attributes
        }
        more |= {name: _elements(one, refer) for name, one in kind.children.items() if name not in shape.children}
        for name, schema in more.items():
            if name not in found:
                found[name] = _or_null(schema)
            elif found[name] != _or_null(schema):
                found[name] = {}  # it depends on which one it is
    return found


def of_simple(text: Simple) -> dict[str, Any]:
    """The schema of a text in its type."""
    if text.kind in ("integer", "boolean"):
        return {"type": text.kind}
    if text.kind == "decimal":
        return {"type": "number"}
    found: dict[str, Any] = {"type": "string"}
    if text.kind != "text":
        found["format"] = text.kind
    if text.longest is not None:
        found["maxLength"] = text.longest
    if text.choices:
        found["enum"] = list(text.choices)
    return found


def _element(child: Child, refer: Refer) -> dict[str, Any]:
    shape = child.shape
    if shape.anything:
        return {}
    is_plain = shape.text is not None and not shape.attributes
    return {"$ref": refer(shape)} if shape.type and not is_plain else of_shape(shape, refer)


def _elements(child: Child, refer: Refer) -> dict[str, Any]:
    inner = _element(child, refer)
    return {"type": "array", "items": inner} if child.many else inner


def _only(shape: Shape) -> Child | None:
    return next(iter(shape.children.values()), None)


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema or "type" not in schema or "enum" in schema:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    return {**schema, "type": [schema["type"], "null"]}
