"""The settings of one environment, as a table."""

from __future__ import annotations

from typing import Any

from engine.docs.model import Code, Paragraph, Section, Table, Words, listed
from engine.docs.subject import Subject
from engine.formats.json import dumps
from engine.parts.fields import Deferred
from engine.settings.settings import variable
from engine.spec.settings import Setting

COLUMNS = ("Setting", "Environment variable", "Type", "Default", "Must be set", "Secret", "Description")


def settings(subject: Subject) -> Section:
    """What an administrator sets."""
    integration = subject.integration
    if not integration.settings:
        return Section("Settings", "settings", [])
    words = Paragraph(
        (
            "A value comes from ",
            Code("--set"),
            ", the environment, the settings file or the default, in this order. A secret may also be the content of a file: ",
            "the variable then ends in ",
            Code("_FILE"),
            " and holds its path.",
        )
    )
    rows = [_row(integration.name, name, setting) for name, setting in integration.settings.items()]
    return Section("Settings", "settings", [words, Table(COLUMNS, rows)])


def _row(integration: str, name: str, setting: Setting) -> list[Words]:
    kind: Words = setting.type
    if setting.choices:
        kind = listed([setting.type, listed([Code(choice) for choice in setting.choices])], ": ")
    return [
        Code(name),
        Code(variable(integration, name)),
        kind,
        _default(setting),
        _required(setting),
        "yes" if setting.type == "secret" else "",
        setting.description or "",
    ]


def _default(setting: Setting) -> Words:
    value: Any = setting.default
    if value is None:
        return ""
    if isinstance(value, dict):
        return listed([Code(f"{key} → {inner}") for key, inner in value.items()])
    if isinstance(value, (list, tuple)):
        return listed([Code(str(element)) for element in value]) if value else "an empty list"
    return Code(value if isinstance(value, str) else dumps(value).decode())


def _required(setting: Setting) -> Words:
    if isinstance(setting.required, Deferred):
        return ("if ", Code(setting.required.query.text))
    return "yes" if setting.must_be_set({}) else ""
