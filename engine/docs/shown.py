"""Values of the language as people read them: durations, ranges, rates, and what the settings decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.errors import MappingError
from engine.parts.fields import Deferred
from engine.parts.scalars import Range, Rate
from engine.spec.integration import Integration

_STEPS = ((86400.0, "d"), (3600.0, "h"), (60.0, "m"), (1.0, "s"))


@dataclass(frozen=True)
class Resolved:
    """A value that may come from a setting.

    Attributes:
        value: with the setting's default; None if it has none.
        setting: where it comes from, empty if it stands in the file.
    """

    value: Any
    setting: str = ""


def resolved(value: Any, integration: Integration) -> Resolved:
    """A value with the defaults of the settings in place."""
    if not isinstance(value, Deferred):
        return Resolved(value)
    name = value.query.text.removeprefix("=settings.")
    defaults = {key: setting.default for key, setting in integration.settings.items()}
    try:
        found = value.query.compiled({"settings": defaults})
        return Resolved(None if found is None else value.given(found), name)
    except (MappingError, ValidationError):
        return Resolved(None, name)


def worded(value: Any, integration: Integration, kind: str = "") -> str:
    """A value as text: `10s`, or `1m (setting stock_every)`."""
    found = resolved(value, integration)
    text = shown(found.value, kind)
    if not found.setting:
        return text
    return f"{text} (setting {found.setting})" if text else f"setting {found.setting}"


def shown(value: Any, kind: str = "") -> str:
    """A value that stands in the file, as it would be written there; `kind` is `duration` for seconds."""
    if value is None:
        return ""
    if kind == "duration":
        return duration(value)
    if isinstance(value, Range):
        return f"{duration(value.first)}..{duration(value.last)}"
    if isinstance(value, Rate):
        return f"{value.count}/{duration(value.seconds).removeprefix('1')}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(element) for element in value)
    return str(value)


def duration(seconds: float) -> str:
    """Seconds in the largest unit that needs no fraction: `90s`, `24h`, `500ms`."""
    if seconds < 1 and seconds:
        return f"{seconds * 1000:g}ms"
    for size, unit in _STEPS:
        if seconds >= size and seconds % size == 0 and not (unit == "d" and seconds == size):
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
