"""From data to YAML text that reads back as the same data: the way back of `read`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from engine.document import Scalar
from engine.mapping.read import constant

WIDTH = 120

_FIRST = "$=/(_"
_WITHIN = frozenset(":,[]{}")
_TAKEN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "="})
"""What other tools read as something else, in any case of letters."""


def within(value: Any) -> str:
    """A value on one line, as it may stand within brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(str(key))}: {within(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(within, value)) + "]"
    return text(value) if isinstance(value, str) else _other(value)


def alone(value: Any) -> str:
    """A value on one line, as it may stand behind `key:` or a dash; there a text needs fewer quotes."""
    if not isinstance(value, str):
        return within(value)
    return value if _is_plain(value) else _quoted(value)


def text(value: str) -> str:
    """A key, or a text within brackets: in quotes where YAML or the language would read it as something else."""
    return value if _is_plain(value) and not _WITHIN & set(value) else _quoted(value)


def entry(key: str, value: Any, width: int = WIDTH) -> str:
    """`key: value`; a value that does not fit on the line stands in lines below."""
    head = f"{text(key)}:"
    return head + below(value, 0, len(head), width)


def lines(value: Any, indent: int, width: int = WIDTH) -> Iterator[str]:
    """A value as lines of block style; what fits on a line stands on one.

    Args:
        indent: blanks before each line.
    """
    margin = " " * indent
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            head = f"{margin}{text(str(key))}:"
            yield from (head + below(inner, indent, len(head), width)).split("\n")
    elif isinstance(value, list) and value:
        for inner in value:
            written = below(inner, indent, indent + 1, width)
            first = f" {written[indent + 3 :]}" if written.startswith("\n") else written
            yield from f"{margin}-{first}".split("\n")
    else:
        yield margin + alone(value)


def below(value: Any, indent: int, used: int, width: int = WIDTH) -> str:
    """What follows `key:`: the value on the same line, or a block below it.

    Args:
        indent: of the key.
        used: how many characters the line has already.
    """
    line = alone(value)
    if not isinstance(value, (dict, list)) or not value or used + len(line) + 1 <= width:
        return f" {line}"
    return "\n" + "\n".join(lines(value, indent + 2, width))


def _is_plain(value: str) -> bool:
    """Whether text that stands alone is read as this text without quotes, here and by other tools."""
    return (
        bool(value)
        and (value[0].isalnum() or value[0] in _FIRST)
        and not value.endswith((" ", ":"))
        and not (": " in value or " #" in value)
        and value.isprintable()
        and value.lower() not in _TAKEN
        and _stays(value)
    )


def _stays(value: str) -> bool:
    """Whether a plain scalar of this text is read as this text."""
    said: list[object] = []
    return constant(Scalar(value, plain=True), said.append) == value and not said


def _quoted(value: str) -> str:
    if '"' in value and not {"'", "\\"} & set(value) and value.isprintable():
        return f"'{value}'"
    written = json.dumps(value, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else f"\\U{ord(mark):08X}" for mark in written)


def _other(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value) if isinstance(value, Decimal) else str(value)


def _number(value: Decimal) -> str:
    """The shortest text of a number: plain scalars with needless zeros are no numbers of the language."""
    if value == 0:
        return "0"
    digits = format(value, "f")  # not by arithmetic, which keeps 28 digits
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
