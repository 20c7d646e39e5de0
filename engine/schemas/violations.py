"""What is wrong with a value, or with a schema, in words: the thorough way of `schemas`, slow to import and to run."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, TypeChecker, validators
from jsonschema.exceptions import ValidationError

from engine.errors import Violation

MAX_VIOLATIONS = 20


def _is_integer(checker: TypeChecker, value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


_extend: Any = validators.extend
THOROUGH: Any = _extend(
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
)


def violations(
    schema: dict[str, Any], value: Any, formats: Mapping[str, Callable[[object], bool]]
) -> tuple[Violation, ...]:
    """Every way in which a value does not fit a schema, the first `MAX_VIOLATIONS` of them.

    Args:
        formats: what tells, by the name of a format, whether a value has it.
    """
    validator = THOROUGH(schema, format_checker=format_checker(formats))
    errors = itertools.islice(_leaves(validator.iter_errors(value)), MAX_VIOLATIONS)
    return tuple(dict.fromkeys(errors))


def wrong_schema(schema: Any) -> list[ValidationError]:
    """Why something is no JSON Schema."""
    return list(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema))


def format_checker(formats: Mapping[str, Callable[[object], bool]]) -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, fits in formats.items():
        checker.checks(name)(fits)
    return checker


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
            return f"must be one of {', '.join(map(_shown, wanted))}"
        case "const":
            return f"must be {_shown(wanted)}"
        case "minItems":
            return f"needs at least {wanted} element{'s' if wanted != 1 else ''}"
        case "minLength":
            return "must not be empty" if wanted == 1 else f"needs at least {wanted} characters"
    return _WORDS.get(str(error.validator), f"does not fit `{error.validator}`").format(wanted=wanted)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _shown(value: Any) -> str:
    """A value as JSON, texts and numbers as they are."""
    return str(value) if isinstance(value, (str, Decimal)) else json.dumps(value, default=str, ensure_ascii=False)


def _kind(value: Any) -> str:
    kinds = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "number")
