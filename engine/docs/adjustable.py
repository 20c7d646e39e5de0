"""Values that an administrator may change: what holds, and which setting says so."""

from __future__ import annotations

from typing import Any

from engine.docs.model import Code, Words, listed, spans
from engine.docs.shown import resolved, shown
from engine.settings.settings import variable
from engine.spec.integration import Integration


def adjustable(integration: Integration, value: Any) -> Words:
    """A value of the file as it stands; one that a setting gives: its default, if it has one, and the setting."""
    found = resolved(value, integration)
    values = found.value if isinstance(found.value, (list, tuple)) else [found.value]
    written = listed([Code(text) for text in map(shown, values) if text])
    return by_setting(integration, written, found.setting) if found.setting else written


def by_setting(integration: Integration, default: Words, name: str) -> Words:
    """`the setting url, ACME_URL`; where it has a default, that comes first."""
    setting = ("the setting ", Code(name), ", ", Code(variable(integration.name, name)))
    return (*spans(default), " (default of ", *setting, ")") if default else setting
