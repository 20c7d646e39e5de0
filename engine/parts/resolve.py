"""Putting the settings' values where a part waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from engine.errors import MappingError, SettingMissing
from engine.parts.fields import Deferred
from engine.parts.part import Part

P = TypeVar("P", bound=Part)


def resolved(part: P, scope: Mapping[str, Any]) -> P:
    """The same part with every `=settings.…` of a typed place replaced by its value, in its type.

    Raises:
        SettingMissing: a value does not fit its place; all of them are listed.
    """
    problems: list[str] = []
    found: P = _resolved(part, scope, problems)
    if problems:
        raise SettingMissing(problems)
    return found


def _resolved(value: Any, scope: Mapping[str, Any], problems: list[str]) -> Any:
    if isinstance(value, Deferred):
        return _given(value, scope, problems, optional=False)
    if isinstance(value, Part):
        changed = {}
        for name in type(value).model_fields:
            before = getattr(value, name)
            optional = type(value).model_fields[name].default is None
            after = (
                _given(before, scope, problems, optional)
                if isinstance(before, Deferred)
                else _resolved(before, scope, problems)
            )
            if after is not before:
                changed[name] = after
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, dict):
        entries = {key: _resolved(inner, scope, problems) for key, inner in value.items()}
        return entries if any(entries[key] is not value[key] for key in value) else value
    if isinstance(value, (list, tuple)):
        items = [_resolved(inner, scope, problems) for inner in value]
        return type(value)(items) if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _given(deferred: Deferred, scope: Mapping[str, Any], problems: list[str], optional: bool) -> Any:
    """The value; null stands where a field is optional, as though it were not written."""
    query = deferred.query
    try:
        value = query.compiled(scope)
        return None if value is None and optional else deferred.given(value)
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].replace(value, "***") if isinstance(value, str) and value else first["msg"]
        hint = first.get("ctx", {}).get("hint", "")
        if first["type"] in ("list_type", "tuple_type"):
            message, hint = (
                "a list is wanted here, and the setting is none",
                "use a setting of `type: list` or `emails`",
            )
        problems.append(f"{query.at(0)}: {query.text[1:]}: {message}; {hint}".rstrip("; "))
    except MappingError as error:
        problems.append(str(error))
    return None
