"""Data as YAML text that reads back as the same data."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from engine.document import Scalar
from engine.mapping.read import constant

WIDTH = 120

_PLAIN = re.compile(r"[$A-Za-z0-9][A-Za-z0-9_./+()' -]*[A-Za-z0-9_.)]|[A-Za-z0-9]")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _number(value)
    return text(value) if isinstance(value, str) else str(value)


def text(value: str) -> str:
    """Text, in quotes where YAML or the language would read it as something else."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _TAKEN and _stays(value)
    return value if plain else _quoted(value)


def lines(value: Any, indent: int) -> list[str]:
    """A value as lines of block style; what fits on a line stands on one.

    Args:
        indent: blanks before each line.
    """
    margin = " " * indent
    if isinstance(value, dict) and value:
        return [line for key, inner in value.items() for line in _headed(f"{margin}{text(str(key))}:", inner, indent)]
    if isinstance(value, list) and value:
        return [line for inner in value for line in _headed(f"{margin}-", inner, indent)]
    return [margin + flow(value)]


def below(value: Any, indent: int, used: int) -> str:
    """What follows `key:`: the value on the same line, or a block below it.

    Args:
        indent: of the key.
        used: how many characters the line has already.
    """
    line = flow(value)
    if not isinstance(value, (dict, list)) or not value or used + len(line) + 1 <= WIDTH:
        return f" {line}"
    return "\n" + "\n".join(lines(value, indent + 2))


def _headed(head: str, value: Any, indent: int) -> list[str]:
    return (head + below(value, indent, len(head))).split("\n")


def _stays(value: str) -> bool:
    """Whether a plain scalar of this text is read as this text."""
    said: list[object] = []
    return constant(Scalar(value, plain=True), said.append) == value and not said


def _number(value: Decimal) -> str:
    """The shortest text of a number: plain scalars with needless zeros are no numbers of the language."""
    if value == 0:
        return "0"
    digits = format(value, "f")  # not by arithmetic, which keeps 28 digits
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _quoted(value: str) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else f"\\U{ord(mark):08X}" for mark in written)
