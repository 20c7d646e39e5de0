"""Findings as people and programs read them: one format a file, each `write(report) → str`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from engine.report.report import Report

__all__ = ["Report", "formats", "writer"]


def formats() -> tuple[str, ...]:
    """The names of all formats; `text` is the one for people."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name != "report"))


def writer(format: str) -> Callable[[Report], str]:
    """What writes a format."""
    write: Callable[[Report], str] = importlib.import_module(f"{__name__}.{format}").write
    return write
