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
        return _given(value, scope, problems)
    if isinstance(value, Part):
        changed = {}
        for name in type(value).model_fields:
            before = getattr(value, name)
            after = _resolved(before, scope, problems)
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


def _given(deferred: Deferred, scope: Mapping[str, Any], problems: list[str]) -> Any:
    query = deferred.query
    try:
        value = query.compiled(scope)
        return deferred.given(value)
    except ValidationError as error:
        first = error.errors()[0]
        problems.append(
            f"{query.at(0)}: {query.text[1:]}: {first['msg']}; {first.get('ctx', {}).get('hint', '')}".rstrip("; ")
        )
    except MappingError as error:
        problems.append(str(error))
    return None
