"""A schema that is named must exist, and one that is written in place must be JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from engine.checks.subject import Subject
from engine.commerce import names as commerce_names
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.mapping.read import data
from engine.parts.suggest import suggest
from engine.protocols.rest import Defaults, Endpoint
from engine.spec.messages import Message
from engine.spec.sites import parts


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, schema in subject.integration.schemas.items():
        yield from _schema(subject, schema, ("schemas", name))
    for path, part in parts(subject.integration):
        fields = (
            ("input", "output")
            if isinstance(part, Message)
            else ("request", "reply")
            if isinstance(part, Endpoint)
            else ("reply",)
        )
        for field in fields if isinstance(part, (Message, Defaults)) else ():
            value = getattr(part, field, None)
            if isinstance(value, str):
                yield from _named(subject, value, (*path, field))
            elif value is not None:
                yield from _schema(subject, value, (*path, field))


def _named(subject: Subject, name: str, path: Path_) -> Iterator[Diagnostic]:
    known = [*subject.integration.schemas, *commerce_names()]
    if name not in known:
        near = suggest(name, known)
        hint = f'did you mean "{near}"?' if near else "write it under `schemas`, or name a commerce.* schema"
        yield Diagnostic(subject.mark(*path), "unknown-schema", f'there is no schema "{name}"', hint)


def _schema(subject: Subject, schema: Any, path: Path_) -> Iterator[Diagnostic]:
    if not isinstance(schema, dict):
        yield Diagnostic(
            subject.mark(*path), "wrong-schema", "a schema is a mapping or a name", "write {type: object, …}"
        )
        return
    for inner, reference in _references(schema, path):
        if not reference.startswith("#"):
            yield from _named(subject, reference, inner)
    try:
        Draft202012Validator.check_schema(data(schema))
    except SchemaError as error:
        mark = subject.mark(*path, *error.absolute_path)
        yield Diagnostic(mark, "wrong-schema", f"this is no JSON Schema: {error.message[:120]}", "see json-schema.org")


def _references(schema: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield (*path, key), value
            else:
                yield from _references(value, (*path, key))
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _references(value, (*path, index))
