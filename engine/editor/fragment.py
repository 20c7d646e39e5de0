"""The piece of an expression before a cursor: which name, field or argument is being written."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

from engine.expression.expressions import is_query

HOLE = "_what_is_being_written_"

_LETTERS = f"{string.ascii_letters}{string.digits}_"
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_TAIL = re.compile(r"((?:[A-Za-z_]\w*|\[[^\[\]]*\])(?:\.\w+|\.?\[[^\[\]]*\])*)\.(\w*)$")
_WORD = re.compile(r"&?(\w*)$")
_TEXTS = re.compile(r"'(?:[^'\\]|\\.)*('|$)|`(?:[^`\\]|\\.)*(`|$)|\"(?:[^\"\\]|\\.)*(\"|$)")


@dataclass(frozen=True)
class Fragment:
    """What stands before a cursor inside an expression.

    Attributes:
        chain: the path before the dot, such as `input.items[0]`; empty if a name begins here.
        word: what is written of the field or name.
        function: the function whose arguments are being written, else "".
        argument: which of them, from 0.
        template: whether it stands in `{{ }}`.
    """

    chain: str
    word: str
    function: str = ""
    argument: int = 0
    template: bool = False


def fragment(written: str) -> Fragment | None:
    """What is written of an expression; None outside of one, or inside one of its texts."""
    template = not is_query(written)
    body = written[1:]
    if template:
        hole = written.rfind("{{")
        if hole < 0 or "}}" in written[hole:]:
            return None
        body = written[hole + 2 :]
    plain = _TEXTS.sub(_blank, body)
    if any(found.group(0)[-1:] != found.group(0)[:1] or len(found.group(0)) == 1 for found in _TEXTS.finditer(body)):
        return None
    function, argument = _call(plain)
    dotted = _TAIL.search(plain)
    if dotted:
        return Fragment(dotted[1], dotted[2], function, argument, template)
    word = _WORD.search(plain)
    return Fragment("", word[1] if word else "", function, argument, template)


def wholes(written: str, begun: Fragment, rest: str) -> Iterator[str]:
    """The expression as it may be meant, with `HOLE` in place of the word that is being written.

    Args:
        written: what stands before the cursor.
        rest: what stands behind it.
    """
    before = written[: len(written) - len(begun.word)]
    yield f"{before}{HOLE}{rest.lstrip(_LETTERS)}"
    if begun.template:
        body = before[before.rfind("{{") + 2 :]
        yield f"{{{{{body}{HOLE}{_closing(body)}}}}}"
    else:
        yield f"{before}{HOLE}{_closing(before)}"
    yield f"={begun.chain}.{HOLE}" if begun.chain else f"={HOLE}"


def _closing(text: str) -> str:
    """The brackets that are open at the end of a text, closed."""
    closing = ""
    for sign in _TEXTS.sub(_blank, text):
        if sign in _PAIRS:
            closing = _PAIRS[sign] + closing
        elif sign == closing[:1]:
            closing = closing[1:]
    return closing


def _blank(found: re.Match[str]) -> str:
    """A text inside an expression, so that no sign in it counts."""
    return " " * len(found[0])


def _call(text: str) -> tuple[str, int]:
    """The function whose brackets are open at the end of a text, and which argument that is."""
    depth = commas = 0
    for index in range(len(text) - 1, -1, -1):
        sign = text[index]
        if sign in ")]}":
            depth += 1
        elif sign in "([{" and depth:
            depth -= 1
        elif sign == "(":
            name = re.search(r"(\w+)\s*$", text[:index])
            return (name[1], commas) if name else ("", 0)
        elif sign in "[{":
            return "", 0
        elif sign == "," and not depth:
            commas += 1
    return "", 0
