"""Fields of the language that hold expressions, values that wait for settings, or what comes later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from engine.diagnostics import Diagnostic
from engine.document import Scalar, place_of
from engine.expression import expressions
from engine.mapping import Constant, Node, read_mapping, read_value
from engine.mapping.read import read_expression, wanted_query
from engine.parts.reading import reading
from engine.parts.scalars import ReadBy, wrong

T = TypeVar("T")

QUERY_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^="}


class _ReadWithin(ReadBy):
    """As `ReadBy`, by a function that also gets the reading to report to."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)


def _read_query(value: Any, info: ValidationInfo) -> Any:
    """A place that takes a Query only."""
    if isinstance(value, expressions.Query):
        return value
    if not isinstance(value, str):
        raise wrong("a Query is wanted here", "write an expression that begins with =, such as =reply.items")
    query = wanted_query(value, place_of(value).mark, str(info.field_name or "this"), reading(info).say)
    return query or expressions.read_query("=`null`", place_of(value))


def _read_value(value: Any, info: ValidationInfo) -> Node:
    """A place that takes one scalar: Query, Template or constant."""
    if isinstance(value, (Constant, expressions.Expression)):
        return value
    if isinstance(value, (dict, list)):
        raise wrong("one value is wanted here", "write an expression or a constant on one line")
    return read_value(value, reading(info).say)


def _read_tree(value: Any, info: ValidationInfo) -> Node:
    """A place that takes a mapping: a tree of expressions."""
    return read_mapping(value, reading(info).say)


@dataclass(frozen=True)
class Deferred:
    """A typed value that waits for the settings: `every: =settings.stock_every`."""

    query: expressions.Query
    kind: SchemaValidator

    def given(self, value: Any) -> Any:
        """The value in its type.

        Raises:
            pydantic.ValidationError: it does not fit the place.
        """
        return self.kind.validate_python(value)


class _FromSettings:
    """A typed constant that a Query over `settings` may stand in for (marked **S** in LANGUAGE)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        kind = SchemaValidator(schema)

        def validate(value: Any, inner: Any, info: ValidationInfo) -> Any:
            if isinstance(value, (Deferred,)):
                return value
            if isinstance(value, str) and expressions.is_query(value):
                query = read_expression(value, reading(info).say)
                return Deferred(query, kind) if isinstance(query, expressions.Query) else None
            if isinstance(value, Scalar) and expressions.is_template(value):
                reading(info).say(_no_template(value))
                return None
            return inner(value)

        return core_schema.with_info_wrap_validator_function(validate, schema)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), QUERY_SCHEMA]}


def _no_template(value: Scalar) -> Diagnostic:
    hint = "write a Query over settings, such as =settings.name"
    return Diagnostic(value.mark, "template-out-of-place", "a Template cannot stand here", hint)


VALUE_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
TREE_SCHEMA: dict[str, Any] = {"$comment": "a mapping: a tree of expressions"}
SCHEMA_SCHEMA: dict[str, Any] = {"$comment": "a schema: by name, in a file, or JSON Schema in place"}

Query = Annotated[expressions.Query, _ReadWithin(_read_query, QUERY_SCHEMA)]
Value = Annotated[Node, _ReadWithin(_read_value, VALUE_SCHEMA)]
Tree = Annotated[Node, _ReadWithin(_read_tree, TREE_SCHEMA)]
Schema = Annotated[Any, WithJsonSchema(SCHEMA_SCHEMA)]
S = Annotated[T, _FromSettings()]


@dataclass(frozen=True)
class Reach:
    """Annotation of a field: the names its expressions may use; without it, `settings` only."""

    names: frozenset[str]


SETTINGS = frozenset({"settings"})
OF_REPLY = Reach(frozenset({"settings", "reply", "status", "headers"}))
OF_TOKEN = Reach(OF_REPLY.names | {"token"})
