"""JSON Schemas: named or written in place, made self-contained, compiled to fast validators.

The words for what is wrong are `violations`', which is imported when something is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

from engine import commerce
from engine.diagnostics import shown
from engine.errors import Violation
from engine.mapping.read import data
from engine.openapi.schemas import NoSchema, is_file, is_wsdl, schema_at
from engine.parts.suggest import did_you_mean, suggest

Check = Callable[[Any], tuple[Violation, ...]]

_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"
_FORMATS = {
    "date": _DAY,
    "date-time": f"{_DAY}[Tt ]{_TIME}",
    "time": _TIME,
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:\S+",
    "uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
}

_UNSAFE = re.compile(r"[^A-Za-z0-9._:-]")
"""What an address does not take as it is."""


def _checker(pattern: str) -> Callable[[object], bool]:
    fits = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: not isinstance(value, str) or fits(value) is not None


_CHECKERS = {name: _checker(pattern) for name, pattern in _FORMATS.items()}


class WrongSchema(Exception):
    """A schema that refers to nothing, or holds a pattern that is none."""


class Schemas:
    """The schemas of one integration: its own, and `commerce.*`.

    Args:
        own: as they stand under `schemas:`.
        folder: where the integration stands, and OpenAPI files beside it.
    """

    def __init__(self, own: Mapping[str, Any], folder: Path | None = None) -> None:
        self._own = own
        self._folder = folder
        self._known: dict[Any, _Compiled] = {}
        self._links: dict[str, _Linked] = {}

    def whole(self, reference: Any) -> dict[str, Any]:
        """A schema with everything it refers to under `$defs`.

        Args:
            reference: a name, a place in an OpenAPI file, or JSON Schema in place.
        """
        root = {"$ref": str(reference)} if isinstance(reference, str) else data(reference)
        linked = _linked(root, "#")
        used: dict[str, Any] = {}
        waiting = [*reversed(linked.names)]
        while waiting:
            name = waiting.pop()
            if _key(name) not in used:
                found = self._link(name)
                used[_key(name)] = found.schema
                waiting += reversed(found.names)
        schema: dict[str, Any] = linked.schema
        return {**schema, "$defs": {**schema.get("$defs", {}), **used}} if used else schema

    def check(self, reference: Any) -> Check:
        """A function that gives every way in which a value does not fit (none: it fits).

        A value that the fast validator accepts fits; of any other, the thorough one says what is wrong. Compiled once.

        Raises:
            NoSchema: it refers to a schema that there is not.
            WrongSchema: it refers to nothing, or holds a pattern that is none.
        """
        return self._compiled(reference).check

    def wrong_places(self, reference: Any, value: Any) -> Iterator[tuple[str | int, ...]]:
        """Where a value does not fit, quickly and without words; of alternatives, where they stand.

        Raises:
            NoSchema, WrongSchema: as `check`.
        """
        return (tuple(error.instance_path) for error in self._compiled(reference).fast.iter_errors(value))

    def _compiled(self, reference: Any) -> _Compiled:
        if isinstance(reference, str) and reference in commerce.names():
            return _shipped(str(reference))
        key = str(reference) if isinstance(reference, str) else id(reference)
        if key not in self._known:
            schema = self.whole(reference)
            self._known[key] = _Compiled(reference, schema, _validator(schema))
        return self._known[key]

    def find(self, name: str) -> Any:
        """A schema by its name, or by its place in an OpenAPI file.

        Raises:
            NoSchema: there is none.
        """
        if name in commerce.names():
            return commerce.schema(str(name))
        if name in self._own:
            return self._own[name]
        if is_wsdl(name):
            from engine.wsdl.files import schema_at as schema_in_wsdl

            return schema_in_wsdl(self._folder, name)
        if is_file(name):
            return schema_at(self._folder, name)
        near = did_you_mean(suggest(name, [*self._own, *commerce.names()])).strip()
        hint = near or "write it under `schemas`, or name a commerce.* schema"
        raise NoSchema(f"there is no schema {shown(name)}", hint)

    def _link(self, name: str) -> _Linked:
        """A schema by its name, as it stands among the `$defs` of others; linked once."""
        if name in commerce.names():
            return _shipped_link(name)
        if name not in self._links:
            self._links[name] = _linked(data(self.find(name)), _place(name))
        return self._links[name]


class _Linked(NamedTuple):
    """A schema whose references by name lead into `$defs`, and those names."""

    schema: Any
    names: tuple[str, ...]


def _linked(schema: Any, home: str) -> _Linked:
    """A schema whose own `#/…` count from a place."""
    names: dict[str, None] = {}

    def link(schema: Any) -> Any:
        if isinstance(schema, list):
            return [link(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        linked = {}
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                if not value.startswith("#"):
                    names[value] = None
                linked[key] = home + value[1:] if value.startswith("#") else _place(value)
            elif not (key in ("$id", "$schema") and isinstance(value, str)):
                linked[key] = link(value)
        return linked

    return _Linked(link(schema), tuple(names))


def _place(name: str) -> str:
    return f"#/$defs/{_key(name)}"


def _key(name: str) -> str:
    """Its name among `$defs`; one with slashes would be a path."""
    flat = name.replace("#/", ":").replace("/", ".")
    return _UNSAFE.sub(lambda found: f"-{ord(found[0]):x}", flat)


@cache
def _shipped_link(name: str) -> _Linked:
    return _linked(commerce.schema(name), _place(name))


@dataclass(frozen=True, eq=False)
class _Compiled:
    """A schema made self-contained, with its validator; `reference` is kept, so that nothing else gets its id."""

    reference: Any
    schema: dict[str, Any]
    fast: jsonschema_rs.Draft202012Validator

    def check(self, value: Any) -> tuple[Violation, ...]:
        try:
            return () if self.fast.is_valid(value) else _thorough(self.schema, value)
        except RecursionError:
            return (Violation("", "is nested too deeply"),)


@cache
def _shipped(name: str) -> _Compiled:
    """A schema of the canonical model, which refers to nothing else: the same for every integration."""
    schema = Schemas({}).whole(name)
    return _Compiled(name, schema, _validator(schema))


def _validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """The fast validator of a schema.

    Raises:
        WrongSchema: it refers to nothing, or holds a pattern that is none.
    """
    try:
        return jsonschema_rs.Draft202012Validator(schema, formats=_CHECKERS, validate_formats=True)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise WrongSchema(str(getattr(error, "message", error))) from None


def _thorough(schema: dict[str, Any], value: Any) -> tuple[Violation, ...]:
    from engine.schemas.violations import violations

    return violations(schema, value, _CHECKERS)


def is_schema(schema: Any) -> bool:
    """Whether something surely is a JSON Schema; if not, `violations.wrong_schema` may say why."""
    try:
        return "$schema" not in schema and bool(jsonschema_rs.meta.is_valid(schema))
    except (ValueError, TypeError):
        return False
