"""From JSON Schema to types. What a schema says beyond a type (`not`, `if`, ranges) is left out: the type holds more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine import commerce
from engine.document import Place, Scalar
from engine.mapping.read import data
from engine.openapi.schemas import NoSchema, at_pointer
from engine.schemas import Schemas
from engine.types import (
    ANY,
    UNBOUNDED,
    Boolean,
    Later,
    List,
    Null,
    Number,
    Object,
    Shape,
    Source,
    Text,
    Type,
    type_of,
    union,
)
from engine.types.meeting import both

_OF_KIND: dict[str, tuple[str, ...]] = {
    "string": ("maxLength", "minLength", "pattern", "format"),
    "array": ("items", "prefixItems", "minItems", "maxItems"),
    "object": ("properties", "required", "additionalProperties", "patternProperties"),
}
_KINDS = ("null", "boolean", "number", "string", "array", "object")
_LENGTHS = {"date": 10, "uuid": 36}


@dataclass(frozen=True)
class _Here:
    """Where in a schema we are: its place for people, and the schema that `#/…` counts from, with its name."""

    source: Source
    home: Any = field(repr=False)
    name: str

    def field(self, name: str) -> _Here:
        return _Here(self.source.field(name, _place(name)), self.home, self.name)

    def saying(self, description: Any) -> _Here:
        return _Here(replace(self.source, description=str(description)), self.home, self.name)

    def element(self, schema: Any) -> _Here:
        return _Here(self.source.element(_first_place(schema)), self.home, self.name)

    def choice(self, schema: Any) -> _Here:
        """One of several schemas: written where they are, or, where those are made of columns, where it is."""
        if self.source.place:
            return self
        return _Here(replace(self.source, place=_first_place(schema)), self.home, self.name)


class SchemaTypes:
    """The types of the schemas of one integration."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[Any, tuple[Any, Type]] = {}  # with the schema, so that nothing else gets its id
        self._referred_to: dict[tuple[str, ...], Type] = {}

    def of(self, reference: Any, name: str) -> Type:
        """The type of a schema; any, if there is none or it cannot be read.

        Args:
            reference: a name, a place in an OpenAPI file, or JSON Schema in place.
            name: what a schema in place is called.
        """
        if isinstance(reference, str) and reference in commerce.names() and self is not _CANONICAL:
            return _CANONICAL.of(reference, str(reference))
        key = str(reference) if isinstance(reference, str) else id(reference)
        if key not in self._known:
            schema = {"$ref": reference} if isinstance(reference, str) else reference
            source = Source(str(reference) if isinstance(reference, str) else name, "", _first_place(reference))
            self._known[key] = reference, self._read(schema, _Here(source, schema, name))
        return self._known[key][1]

    def _read(self, schema: Any, here: _Here) -> Type:
        if not isinstance(schema, dict) or not schema:
            return ANY
        found = _own(schema, here, self._read)
        if isinstance(schema.get("$ref"), str):
            found = both(found, self._referred(schema["$ref"], here))
        for part in _list(schema.get("allOf")):
            found = both(found, self._read(part, here))
        for key in ("anyOf", "oneOf"):
            if _list(schema.get(key)):
                found = both(found, union([self._read(part, here.choice(part)) for part in _list(schema[key])]))
        return found

    def _referred(self, reference: str, here: _Here) -> Type:
        """What a reference leads to, read once for each place; a circle without a field on its way says nothing."""
        key = (here.name, reference, here.source.schema, here.source.path)
        if key not in self._referred_to:
            self._referred_to[key] = ANY
            self._referred_to[key] = self._followed(reference, here)
        return self._referred_to[key]

    def _followed(self, reference: str, here: _Here) -> Type:
        if reference.startswith("#"):
            return self._read(at_pointer(here.home, reference), here)
        try:
            schema = self._schemas.find(reference)
        except NoSchema:
            return ANY
        source = replace(here.source, place=_first_place(schema)) if not here.source.path else here.source
        return self._read(schema, _Here(source, schema, reference))


_CANONICAL = SchemaTypes(Schemas({}))
"""The types of `commerce.*`, which are the same for every integration."""

_Read = Callable[[Any, _Here], Type]


def _own(schema: Mapping[str, Any], here: _Here, read: _Read) -> Type:
    """What a schema says itself, its references and alternatives left out."""
    here = here.saying(schema["description"]) if "description" in schema else here
    kinds = _kinds(schema)
    shapes = (Type((_shape(kind, schema, here, read),)) for kind in dict.fromkeys(kinds or ()))
    found = ANY if kinds is None else union(shapes)
    if "const" in schema or "enum" in schema:
        values = data(schema["enum"]) if "enum" in schema else [data(schema["const"])]
        if isinstance(values, list):
            found = both(found, _placed(union(map(type_of, values)), here.source))
    return found


def _kinds(schema: Mapping[str, Any]) -> list[str] | None:
    """The kinds a schema allows; None if it says nothing of them."""
    kinds = schema.get("type")
    if isinstance(kinds, (str, list)):
        named = [str(kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
        return ["null" if kind == "None" else kind for kind in named]
    says = any(key in schema for keys in _OF_KIND.values() for key in keys)
    return list(_KINDS) if says else None


def _shape(kind: str, schema: Mapping[str, Any], here: _Here, read: _Read) -> Shape:
    says = "type" in schema or any(key in schema for key in _OF_KIND.get(kind, ()))
    source = here.source if says else None
    match kind:
        case "null":
            return Null(source=source)
        case "boolean":
            return Boolean(source=source)
        case "integer" | "number":
            return Number(whole=kind == "integer", source=source)
        case "array":
            inner = schema.get("items") if not isinstance(schema.get("prefixItems"), list) else None
            least = _number(schema.get("minItems")) or 0
            return List(lambda: read(inner, here.element(inner)), least, source, id(schema))
        case "object":
            return _object(schema, here, read, source)
    form = str(schema.get("format") or "")
    longest = _number(schema.get("maxLength"))
    longest = _LENGTHS.get(form, UNBOUNDED) if longest is None else longest
    return Text(longest, form=form, source=source, least=_number(schema.get("minLength")) or 0)


def _object(schema: Mapping[str, Any], here: _Here, read: _Read, source: Source | None) -> Object:
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    required = _list(schema.get("required"))
    more = data(
        schema.get("additionalProperties", None if _is_composed(schema) else schema.get("unevaluatedProperties"))
    )
    rest: Type | None = ANY
    if "patternProperties" not in schema:
        rest = None if more is False else read(more, here.field("*")) if isinstance(more, dict) else ANY
    return Object(
        Later({str(name): _later(read, held, here.field(name)) for name, held in known.items()}),
        frozenset(map(str, required)),
        rest,
        bool(more) or "patternProperties" in schema or (not known and not required),
        source,
        id(schema),
    )


def _is_composed(schema: Mapping[str, Any]) -> bool:
    """Whether other schemas say more of the same value, so that this one does not know all its fields."""
    return any(key in schema for key in ("$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas"))


def _later(read: _Read, schema: Any, here: _Here) -> Callable[[], Type]:
    return lambda: read(schema, here)


def _placed(found: Type, source: Source) -> Type:
    """A union of constants, with the place they come from."""
    return Type(tuple(replace(shape, source=source) for shape in found.shapes))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> int | None:
    found = None if value is None else data(value)
    return int(found) if isinstance(found, int) and not isinstance(found, bool) else None


def _place(name: Any) -> Place | None:
    return name.place if isinstance(name, Scalar) else None


def _first_place(schema: Any) -> Place | None:
    """Where a schema stands: its first key."""
    return _place(next(iter(schema), None)) if isinstance(schema, dict) else None
