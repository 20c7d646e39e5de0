"""Cells that are texts, as in a file: read column by column, what most cells hold at a glance."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from engine.columns.cells import Cells
from engine.columns.column import Column
from engine.errors import Fault

LONGEST = 1_000_000
"""Characters that a cell has at most where its column does not say."""
_LONGEST_NUMBER = 1000
"""Characters: longer ones are no numbers."""
_DIGITS = 15
"""So many digits are read at a glance."""
_WHOLE = re.compile(r"[+-]?\d+")

Texts = Sequence[str]


def reads_text(cells: Cells, column: Column) -> Callable[[str], Any]:
    """What makes a value of the text of a cell; it raises a Fault where there is none in it."""
    read, nothing, known = cells.reads(column), cells.nothing(column), _known(cells, column)

    def value(text: str) -> Any:
        if not text or text == nothing:
            return read(None)
        return known[text] if text in known else read(_cell(column, text))

    return value


def reads_texts(cells: Cells, column: Column) -> Callable[[Texts], Sequence[Any]]:
    """As `reads_text`, of many cells of a column at once."""
    one, at_a_glance = reads_text(cells, column), _glance(cells, column)

    def values(texts: Texts) -> Sequence[Any]:
        found = at_a_glance(texts)
        return [one(text) for text in texts] if found is None else found

    return values


def _cell(column: Column, text: str) -> Any:
    """The text of a cell as a database would give it."""
    if column.kind not in ("integer", "identity"):
        return text
    if len(text) > _LONGEST_NUMBER or not _WHOLE.fullmatch(text.strip()):
        raise Fault("there is no whole number in it")
    return int(text)


def _known(cells: Cells, column: Column) -> dict[str, bool]:
    """The texts that stand for yes and no."""
    if column.kind != "boolean":
        return {}
    yes, no = cells.values.yes_no or (1, 0)
    return {"true": True, "false": False, str(yes): True, str(no): False}


# -- at a glance: None where it must be looked at each ---------------------------------------------------------------


def _glance(cells: Cells, column: Column) -> Callable[[Texts], Sequence[Any] | None]:
    match column.kind:
        case "text":
            return _texts(cells, column)
        case "integer" | "identity":
            return _whole_numbers(column)
        case "decimal":
            return _decimals(cells, column)
        case "boolean":
            return _booleans(cells, column)
    return _repeated(cells, column)


def _texts(cells: Cells, column: Column) -> Callable[[Texts], Sequence[Any] | None]:
    nothing, longest = cells.nothing(column), LONGEST if column.length is None else column.length

    def values(texts: Texts) -> Sequence[Any] | None:
        if max(map(len, texts)) > longest:
            return None
        if all(texts) and (nothing is None or nothing not in texts):
            return texts
        return None if column.required else [text if text and text != nothing else None for text in texts]

    return values


def _whole_numbers(column: Column) -> Callable[[Texts], Sequence[Any] | None]:
    def values(texts: Texts) -> Sequence[Any] | None:
        digits = "".join(texts).replace("-", "")
        if not (digits.isascii() and digits.isdigit()) or max(map(len, texts)) > _DIGITS:
            return None
        try:
            if all(texts):
                return list(map(int, texts))
            return None if column.required else [int(text) if text else None for text in texts]
        except ValueError:
            return None

    return values


def _decimals(cells: Cells, column: Column) -> Callable[[Texts], Sequence[Any] | None]:
    mark = cells.values.decimal_mark or "."
    short = rf"-?[0-9]{{1,{_DIGITS}}}+(?:{re.escape(mark)}[0-9]{{0,{_DIGITS}}}+)?+"
    are_short = re.compile(rf"{short}(?:\n{short})*+").fullmatch
    if "\n" in mark:  # it stands between the texts when they are looked at together
        return lambda texts: None

    def values(texts: Texts) -> Sequence[Any] | None:
        if "" in texts:
            found = values([text for text in texts if text]) if any(texts) else ()
            if column.required or found is None:
                return None
            rest = iter(found)
            return [next(rest) if text else None for text in texts]
        together = "\n".join(texts)
        if are_short(together) is None or together.count("\n") >= len(texts):
            return None
        numbers = together.replace(mark, ".").split("\n")
        return list(map(Decimal, [one if one[-1] not in "0." else _shortened(one) for one in numbers]))

    return values


def _shortened(number: str) -> str:
    """The same number without zeros at its end."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _booleans(cells: Cells, column: Column) -> Callable[[Texts], Sequence[Any] | None]:
    known: dict[str, bool | None] = {**_known(cells, column)}
    known.pop("", None)
    if not column.required:
        known[""] = None

    def values(texts: Texts) -> Sequence[Any] | None:
        try:
            return [known[text] for text in texts]
        except KeyError:
            return None

    return values


def _repeated(cells: Cells, column: Column) -> Callable[[Texts], Sequence[Any] | None]:
    """Of days and times: the same come again and again."""
    one = reads_text(cells, column)

    def values(texts: Texts) -> Sequence[Any] | None:
        try:
            known = {text: one(text) for text in set(texts)}
        except Fault:
            return None
        return [known[text] for text in texts]

    return values
