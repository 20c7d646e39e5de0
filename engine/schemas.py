"""JSON Schemas: named or written in place, made self-contained, compiled to fast validators."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, TypeChecker, validators
from jsonschema.exceptions import SchemaError, ValidationError

from engine import commerce
from engine.errors import Violation
from engine.mapping.read import data

Check = Callable[[Any], tuple[Violation, ...]]

MAX_VIOLATIONS = 20


def _is_integer(checker: TypeChecker, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


_extend: Any = validators.extend
_Validator: Any = _extend(
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)

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


def _checker(pattern: str) -> Callable[[object], bool]:
    fits = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: not isinstance(value, str) or fits(value) is not None


_CHECKERS = {name: _checker(pattern) for name, pattern in _FORMATS.items()}
_FORMAT_CHECKER = FormatChecker(formats=())
for _name, _check in _CHECKERS.items():
    _FORMAT_CHECKER.checks(_name)(_check)


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
        root = {"$ref": str(reference)} if isinstance(reference, str) else data(reference)
        schema = self._linked(root, used, "#")
        return {**schema, "$defs": {**schema.get("$defs", {}), **used}} if used else schema

    def check(self, reference: Any) -> Check:
        """A function that gives every way in which a value does not fit (none: it fits).

        A value that the fast validator accepts fits; of any other, the thorough one says what is wrong.

        Raises:
            SchemaError: the schema refers to nothing, or holds a pattern that is none.
        """
        schema = self.whole(reference)
        fast = _fast(schema)
        thorough = _Validator(schema, format_checker=_FORMAT_CHECKER)

        def violations(value: Any) -> tuple[Violation, ...]:
            try:
                if fast(value):
                    return ()
                errors = itertools.islice(_leaves(thorough.iter_errors(value)), MAX_VIOLATIONS)
                return tuple(dict.fromkeys(errors))
            except RecursionError:
                return (Violation("", "is nested too deeply"),)

        return violations

    def _find(self, name: str) -> Any:
        return self._own[name] if name in self._own else commerce.schema(name)

    def _linked(self, schema: Any, used: dict[str, Any], home: str) -> Any:
        """References by name become references into `$defs`, which `used` collects; `home` is where a schema's own begin."""
        if isinstance(schema, list):
            return [self._linked(item, used, home) for item in schema]
        if not isinstance(schema, dict):
            return schema
        linked = {}
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                linked[key] = home + value[1:] if value.startswith("#") else self._placed(value, used)
            elif not (key in ("$id", "$schema") and isinstance(value, str)):
                linked[key] = self._linked(value, used, home)
        return linked

    def _placed(self, name: str, used: dict[str, Any]) -> str:
        place = f"#/$defs/{name}"
        if name not in used:
            used[name] = {}
            used[name] = self._linked(self._find(name), used, place)
        return place


def _fast(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """A validator that says yes or no, quickly.

    Raises:
        SchemaError: it refers to nothing, or holds a pattern that is none.
    """
    try:
        return jsonschema_rs.Draft202012Validator(schema, formats=_CHECKERS, validate_formats=True).is_valid
    except (jsonschema_rs.ValidationError, ValueError) as error:
        raise SchemaError(str(getattr(error, "message", error))) from None


def _leaves(errors: Iterator[ValidationError]) -> Iterator[Violation]:
    """What is wrong, one by one; errors of alternatives are told by their parts."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf") and error.context and _only_types(error):
            kinds = dict.fromkeys(name for each in error.context for name in _list(each.validator_value))
            words = f"must be {' or '.join(kinds)}, is {_kind(error.instance)}"
            yield Violation(_path(error), words)
        elif error.validator in ("anyOf", "oneOf", "allOf") and error.context:
            yield from _leaves(iter(error.context))
        elif error.validator == "required":
            wanted: Any = error.validator_value
            missing = (name for name in wanted if error.message.startswith(repr(name)))
            yield Violation(_path(error, *missing), "is missing")
        elif error.validator in ("additionalProperties", "unevaluatedProperties") and not error.validator_value:
            for name in _unknown(error):
                yield Violation(_path(error, name), "is not known")
        else:
            yield Violation(_path(error), _words(error))


def _only_types(error: ValidationError) -> bool:
    return all(each.validator == "type" and not each.path for each in error.context or ())


def _unknown(error: ValidationError) -> Iterator[str]:
    schema: Any = error.schema
    instance: Any = error.instance
    for name in instance:
        known = any(re.search(pattern, name) for pattern in schema.get("patternProperties", {}))
        if name not in schema.get("properties", {}) and not known:
            yield name


def _path(error: ValidationError, *more: str) -> str:
    steps = (*error.absolute_path, *more)
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


_WORDS = {
    "maxLength": "has more than {wanted} characters",
    "exclusiveMinimum": "must be more than {wanted}",
    "exclusiveMaximum": "must be less than {wanted}",
    "minimum": "must be at least {wanted}",
    "maximum": "must be at most {wanted}",
    "maxItems": "has more than {wanted} elements",
    "multipleOf": "must be a multiple of {wanted}",
    "uniqueItems": "holds the same element twice",
    "format": "must be a {wanted}",
    "pattern": "must match {wanted}",
    "const": "must be {wanted}",
    "not": "has a value that is not allowed",
    "oneOf": "fits more than one of the alternatives",
    "contains": "lacks an element that is needed",
}


def _words(error: ValidationError) -> str:
    """What is wrong, without repeating the data."""
    wanted: Any = error.validator_value
    match error.validator:
        case "type":
            return f"must be {' or '.join(_list(wanted))}, is {_kind(error.instance)}"
        case "enum":
            return f"must be one of {', '.join(map(str, wanted))}"
        case "minItems":
            return f"needs at least {wanted} element{'s' if wanted != 1 else ''}"
        case "minLength":
            return "must not be empty" if wanted == 1 else f"needs at least {wanted} characters"
    return _WORDS.get(str(error.validator), f"does not fit `{error.validator}`").format(wanted=wanted)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _kind(value: Any) -> str:
    kinds = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "number")
