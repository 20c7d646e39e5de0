"""One YAML file per ERP, one engine that runs it.

engine.validate("integrations/acme.yaml")   # every finding, as a list of Diagnostic
engine.query("items[?qty > `1`].sku")      # a callable over any value
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.diagnostics import Diagnostic, Mark

__all__ = ["Diagnostic", "Mark", "query", "validate"]


def validate(path: str | Path) -> list[Diagnostic]:
    """Check a file, or the files of a folder; offline, without settings.

    Returns:
        The findings by place; empty if there is none.
    """
    from engine.checks.files import validate as check

    return check(path)


def query(text: str) -> Callable[[Any], Any]:
    """Compile a Query (JMESPath plus the functions of the language, without the leading `=`).

    Raises:
        ValueError: it cannot be read.
    """
    from engine.expression.compiled import query as compile_query

    return compile_query(text)
