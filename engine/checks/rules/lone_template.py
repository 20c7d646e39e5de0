"""A Template of one value is always text, so a number, a list or null does not survive it. A Query keeps the value's type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.expressions import Expression, Template
from engine.functions import FUNCTIONS

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        expression = site.expression
        parts = expression.tree.get("children", []) if isinstance(expression, Template) else []
        if len(parts) == 1 and parts[0]["type"] == "printed" and _is_known(expression):
            inside = expression.text.strip().removeprefix("{{").removesuffix("}}").strip(" -")
            hint = f"write the Query {_as_query(inside)}"
            words, mark = "this Template is one value and always text", expression.place.mark
            fix = f"={inside}" if _PATH.fullmatch(inside) and "\n" not in expression.text else None
            yield Diagnostic(mark, "lone-template", words, hint, fix=fix)


def _is_known(expression: Expression) -> bool:
    """Whether every function of it is one; of others is told what to write for them."""
    return all(call.node["value"] in FUNCTIONS for call in expression.of_kind("function_expression"))


_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
"""What Templates and Queries write alike."""


def _as_query(inside: str) -> str:
    value, *filters = (part.strip() for part in inside.split("|"))
    for found in filters:
        name, _, arguments = found.partition("(")
        value = f"{name}({value}{', ' + arguments.rstrip(')') if arguments.rstrip(')') else ''})"
    return f'"={value}"' if any(mark in value for mark in ",[]{}: ") else f"={value}"
