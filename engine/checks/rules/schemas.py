"""A schema that is named must exist, and one that is written in place must be JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine import commerce
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, shown
from engine.document import Path_
from engine.files.endpoints.read import ReadFiles
from engine.files.endpoints.write import WriteFile
from engine.mapping.read import data
from engine.openapi.schemas import NoSchema, at_pointer
from engine.parts.suggest import did_you_mean, suggest
from engine.protocols.http import Defaults, HttpEndpoint
from engine.schemas import WrongSchema, is_schema
from engine.spec.events import Event
from engine.spec.integration import Integration
from engine.spec.messages import Message


def check(subject: Subject) -> Iterator[Diagnostic]:
    if any(subject.by_entry(_is_wrong)):
        yield from _wrong(subject)
    elif subject.names("schemas") == frozenset(subject.integration.schemas):
        yield from _uncompiled(subject)


def places(subject: Subject) -> Iterator[tuple[Path_, Any]]:
    """Every schema that is written or named in a file, with its path."""
    return (place for found in subject.by_entry(_places) for place in found)


def _places(subject: Subject) -> list[tuple[Path_, Any]]:
    found: list[tuple[Path_, Any]] = []
    for path, part in subject.parts:
        if isinstance(part, Integration):
            found += ((("schemas", name), [] if held is None else held) for name, held in part.schemas.items())
        for field in _fields(part):
            value = getattr(part, field, None)
            if value is not None:
                found.append(((*path, field), value))
    return found


def _wrong(subject: Subject) -> Iterator[Diagnostic]:
    """What is wrong in a schema by itself."""
    for path, value in places(subject):
        yield from _named(subject, value, path) if isinstance(value, str) else _schema(subject, value, path)


def _is_wrong(subject: Subject) -> bool:
    return any(True for _ in _wrong(subject))


def _fields(part: object) -> tuple[str, ...]:
    if isinstance(part, Message):
        return "input", "output"
    if isinstance(part, Event):
        return ("schema",)
    if isinstance(part, HttpEndpoint):
        return "request", "reply"
    if isinstance(part, (ReadFiles, WriteFile)):
        return ("reply",) if isinstance(part, ReadFiles) else ("request",)
    return ("reply",) if isinstance(part, Defaults) else ()


def _named(subject: Subject, name: str, path: Path_) -> Iterator[Diagnostic]:
    if subject.names("schemas") is None or name in (subject.names("schemas") or ()):
        return
    try:
        subject.schemas.find(name)
    except NoSchema as error:
        last = name.rpartition("/")[2]
        hint = f"write {last}" if name.startswith("#/") and last in (subject.names("schemas") or ()) else error.hint
        hint = f"write {{type: {name}}}" if name in _TYPES else hint
        yield Diagnostic(subject.mark(*path), "unknown-schema", error.message, hint)


def _schema(subject: Subject, schema: Any, path: Path_) -> Iterator[Diagnostic]:
    if not isinstance(schema, dict):
        words = "a schema is a mapping or a name"
        yield Diagnostic(subject.mark(*path), "wrong-schema", words, "write {type: object, …}")
        return
    for inner, reference in references(schema, path):
        if not reference.startswith("#"):
            yield from _named(subject, reference, inner)
        elif at_pointer(schema, reference) is None:
            words = f"there is nothing at {reference} of this schema"
            yield Diagnostic(subject.mark(*inner), "wrong-schema", words, "write it there, or name another schema")
    if not is_schema(data(schema)):
        from engine.schemas.violations import wrong_schema

        for error in sorted(wrong_schema(data(schema)), key=_place):
            yield _no_schema(subject, (*path, *error.absolute_path), error)


def _place(error: Any) -> str:
    return str(list(error.absolute_path))


def _no_schema(subject: Subject, path: Path_, error: Any) -> Diagnostic:
    """One sentence about a place that is no JSON Schema."""
    keyword = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    if error.validator == "anyOf" and keyword == "type":
        listed = error.instance if isinstance(error.instance, list) else [error.instance]
        strange = next((str(one) for one in listed if one not in _TYPES), str(error.instance))
        hint = f"{did_you_mean(suggest(strange, _TYPES))}one of: {', '.join(_TYPES)}"
        return Diagnostic(subject.mark(*path), "wrong-schema", f"there is no type {shown(strange)}", hint)
    if keyword == "required":
        hint = f"write [{error.instance}]" if isinstance(error.instance, str) else "list the names beside `properties`"
        return Diagnostic(subject.mark(*path), "wrong-schema", "`required` is a list of names", hint)
    words = " ".join(str(error.message).split())[:120]
    return Diagnostic(
        subject.mark(*path), "wrong-schema", f"`{keyword}` is no JSON Schema: {words}", "see json-schema.org"
    )


_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


def references(schema: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Every `$ref` inside a schema, with its path."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield (*path, key), value
            else:
                yield from references(value, (*path, key))
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from references(value, (*path, index))


def _uncompiled(subject: Subject) -> Iterator[Diagnostic]:
    """What only shows when a schema is put together: references to nothing, patterns that are none."""
    shipped = commerce.names()
    for path, value in places(subject):
        if isinstance(value, str) and value in shipped:
            continue
        try:
            subject.schemas.check(value)
        except NoSchema as error:
            yield Diagnostic(subject.mark(*path), "unknown-schema", error.message, error.hint)
        except WrongSchema as error:
            words = f"this schema cannot be used: {str(error)[:120]}"
            yield Diagnostic(subject.mark(*path), "wrong-schema", words, "see json-schema.org")
