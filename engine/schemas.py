"""JSON Schemas: named or written in place, made self-contained, compiled to fast validators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import fastjsonschema
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from engine import commerce
from engine.errors import Violation
from engine.mapping.read import data

Check = Callable[[Any], tuple[Violation, ...]]

MAX_VIOLATIONS = 20


class Schemas:
    """The schemas of one integration: its own, and `commerce.*`.

    Args:
        own: as they stand under `schemas:`.
    """

    def __init__(self, own: Mapping[str, Any]) -> None:
        self._own = {name: data(schema) for name, schema in own.items()}

    def whole(self, reference: Any) -> dict[str, Any]:
        """A schema with everything it refers to under `$defs`.

        Args:
            reference: a name, or JSON Schema in place.
        """
        used: dict[str, Any] = {}
        root = {"$ref": reference} if isinstance(reference, str) else data(reference)
        schema = self._linked(root, used)
        return {**schema, "$defs": used} if used else schema

    def check(self, reference: Any) -> Check:
        """A function that gives every way in which a value does not fit (none: it fits)."""
        schema = self.whole(reference)
        fast = fastjsonschema.compile(_older(schema), use_default=False, detailed_exceptions=False)
        thorough = Draft202012Validator(schema)

        def violations(value: Any) -> tuple[Violation, ...]:
            try:
                fast(value)
                return ()
            except fastjsonschema.JsonSchemaValueException as error:
                found = tuple(
                    _violation(each)
                    for each, _ in zip(_leaves(thorough.iter_errors(value)), range(MAX_VIOLATIONS), strict=False)
                )
                return tuple(dict.fromkeys(found)) or (Violation("", error.message.removeprefix("data ")),)

        return violations

    def _find(self, name: str) -> Any:
        return self._own[name] if name in self._own else commerce.schema(name)

    def _linked(self, schema: Any, used: dict[str, Any]) -> Any:
        """References by name become references into `$defs`, which `used` collects."""
        if isinstance(schema, list):
            return [self._linked(item, used) for item in schema]
        if not isinstance(schema, dict):
            return schema
        linked = {}
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str) and not value.startswith("#"):
                if value not in used:
                    used[value] = {}
                    used[value] = self._linked(self._find(value), used)
                linked[key] = f"#/$defs/{value}"
            else:
                linked[key] = self._linked(value, used)
        return linked


def _older(schema: Any) -> Any:
    """For the fast validator, which knows draft 7: there, what stands beside `$ref` is ignored, so it becomes an `allOf`."""
    if isinstance(schema, list):
        return [_older(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _older(value) for key, value in schema.items()}
    if isinstance(found.get("$ref"), str) and len(found) > 1:
        reference = found.pop("$ref")
        found["allOf"] = [*found.get("allOf", []), {"$ref": reference}]
    return found


def _leaves(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    """Errors of alternatives are told by their parts."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf", "allOf") and error.context:
            yield from _leaves(iter(error.context))
        else:
            yield error


def _violation(error: ValidationError) -> Violation:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path).lstrip(".")
    if error.validator == "required":
        name = re.match(r"'(.*)' is a required property", error.message)
        return Violation(f"{path}.{name[1]}".lstrip(".") if name else path, "is missing")
    return Violation(path, _words(error))


def _words(error: ValidationError) -> str:
    """What is wrong, without repeating the data."""
    wanted: Any = error.validator_value
    match error.validator:
        case "type":
            return f"must be {wanted if isinstance(wanted, str) else ' or '.join(wanted)}, is {_kind(error.instance)}"
        case "enum":
            return f"must be one of {', '.join(map(str, wanted))}"
        case "minItems":
            return f"needs at least {wanted} element{'s' if wanted != 1 else ''}"
        case "minLength":
            return "must not be empty" if wanted == 1 else f"needs at least {wanted} characters"
        case "maxLength":
            return f"has more than {wanted} characters"
        case "exclusiveMinimum":
            return f"must be more than {wanted}"
        case "minimum":
            return f"must be at least {wanted}"
        case "additionalProperties":
            return "has a field that is not known"
    return f"does not fit `{error.validator}`"


def _kind(value: Any) -> str:
    kinds = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "number")
