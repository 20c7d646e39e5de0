"""The default of a setting fits its type and its choices, or the first start without a value of its own would fail.

Codes in it stand in quotes, as everywhere: other YAML tools read `00123` as a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticCustomError

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.mapping.read import data
from engine.settings import typed


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, setting in subject.integration.settings.items():
        mark = subject.mark("settings", name, "default")
        if setting.default is None or not setting.type:
            continue
        if setting.type == "secret":
            hint = "remove the default; set it in the environment"
            yield Diagnostic(mark, "secret-in-clear", "a secret has no default", hint)
            continue
        yield from _codes(subject.document.data["settings"][name]["default"])
        try:
            typed(setting.type, setting.default, setting.choices)
        except PydanticCustomError as error:
            hint = str((error.context or {}).get("hint", ""))
            yield Diagnostic(mark, "wrong-default", f"the default of {name}: {error.message()}", hint)


def _codes(default: Any) -> list[Diagnostic]:
    """The codes in a list or map that stand without quotes; a lone scalar is read by the setting's type."""
    found: list[Diagnostic] = []
    if isinstance(default, (dict, list)):
        data(default, found.append)
    return found
