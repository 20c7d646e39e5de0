"""Checking an integration: every rule looks at the whole file, and none stops another."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

from engine.checks import rules as folder
from engine.checks.kept import Kept
from engine.checks.subject import Rule, Subject
from engine.diagnostics import Diagnostic

__all__ = ["Kept", "Rule", "Subject", "check", "rules"]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the folder, by name."""
    names = (found.name for found in pkgutil.iter_modules(folder.__path__))
    modules = ((name, importlib.import_module(f"{folder.__name__}.{name}")) for name in names)
    return tuple(
        Rule(name, module.check, (module.__doc__ or "").strip(), hasattr(module, "LOCAL")) for name, module in modules
    )


def check(subject: Subject, kept: Kept | None = None) -> Iterator[Diagnostic]:
    """All findings of all rules about one file.

    Args:
        kept: what was found in it before, where it is checked again and again.
    """
    if kept is not None:
        yield from kept.check(subject, rules())
        return
    for rule in rules():
        yield from rule.check(subject)
