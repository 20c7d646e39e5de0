"""A setting that stands for a typed value (`port: =settings.port`) is of a type that fits there, and so is its default.

Otherwise every start of the engine fails, or the first one with a value that an administrator had no reason to doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError, SchemaValidator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Severity
from engine.parts.fields import Deferred
from engine.settings import typed
from engine.spec.settings import Setting
from engine.spec.standing import standing

LOCAL = True

_VALUES: dict[str, tuple[Any, ...]] = {
    "integer": (1, 22),
    "number": (Decimal("1.5"), 1),
    "boolean": (True, False),
    "duration": ("10s",),
    "zone": ("UTC",),
    "cron": ("0 3 * * *",),
    "url": ("https://erp.example.com", "postgresql://db.example.com/erp"),
    "emails": (["ops@example.com"],),
    "networks": (["10.0.0.0/8"],),
    "list": (["a"], ["ops@example.com"], ["10.0.0.0/8"], [1]),
    "map": ({"a": "b"},),
    "text": ("a", "/srv/erp", "16MB", "20/s", "5s..1h"),
    "secret": (),
}
"""Values that a setting of each type may have; most telling types first."""

_ANY_TEXT = ("text", "secret")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, deferred in standing(part for _, part in subject.parts):
        setting = subject.integration.settings.get(name)
        if setting is not None and setting.type:
            yield from _misplaced(deferred, name, setting)


def _misplaced(deferred: Deferred, name: str, setting: Setting) -> Iterator[Diagnostic]:
    kind, fitting = deferred.kind, _fitting(deferred.kind)
    is_text = setting.type in _ANY_TEXT
    if setting.default not in (None, [], {}) and setting.type != "secret":
        wrong = _refused(kind, _default(setting))
    elif is_text and not fitting:
        return  # what stands here is written as text, and nobody knows this one
    else:
        refused = [
            _refused(kind, value) for value in setting.choices or _VALUES[setting.type.replace("secret", "text")]
        ]
        wrong = refused[0] if all(refused) else None
    if wrong is None:
        return
    told = wrong.errors()[0]
    sure: Severity = "warning" if is_text and setting.default is None and not setting.choices else "error"
    if fitting and setting.type not in fitting:
        words = f"the setting {name} is of type {setting.type}, which does not fit here"
        best = "text" if "text" in fitting else fitting[0]
        hint = f"declare it as `type: {best}`, or take another"
    else:
        words, hint = f"the default of the setting {name} does not fit here: {told['msg']}", _hint(told)
    yield Diagnostic(deferred.query.at(0), "misplaced-setting", words, hint, sure)


def _default(setting: Setting) -> Any:
    """The default as the engine reads it; what is wrong in it is told there."""
    try:
        return typed(setting.type, setting.default)
    except PydanticCustomError:
        return _VALUES[setting.type][0]


def _refused(kind: SchemaValidator, value: Any) -> ValidationError | None:
    try:
        kind.validate_python(value)
    except ValidationError as error:
        return error
    return None


def _fitting(kind: SchemaValidator) -> list[str]:
    """The types of settings that fit a place."""
    return [name for name, values in _VALUES.items() if not all(_refused(kind, value) for value in values)]


def _hint(told: ErrorDetails) -> str:
    return str(told.get("ctx", {}).get("hint", "")) or "change the default"
