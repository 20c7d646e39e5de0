"""Expressions: grown from a grammar that is a little too generous, or written ones that were tampered with."""

from __future__ import annotations

import re
from random import Random

from engine.functions import FUNCTIONS
from tests.fuzz.mutations import SIGNS, STRANGE

NAMES = (
    "input",
    "settings",
    "exchange",
    "reply",
    "item",
    "number",
    "a",
    "b",
    "_x",
    '"a b"',
    '"\\u00e4"',
    "null",
    "true",
)
LITERALS = ("`1`", "`-0.5`", '`"x"`', "`[1, {}]`", "`null`", "'raw'", "'it\\'s'", "`1e999`", "`", "''", "``", "'")
BINARY = ("||", "&&", "==", "!=", "<", ">=", "|", ".", "+", "===", " ")
TEMPLATE_PIECES = (
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "|",
    "if",
    "for x in",
    "else",
    "endif",
    "loop.index",
    "[0]",
    "()",
)


def query(chance: Random, depth: int = 0) -> str:
    """A Query without its `=`."""
    kind = chance.random()
    if depth > 6 or kind < 0.25:
        return chance.choice((*NAMES, *LITERALS, "@", "*"))
    inner = query(chance, depth + 1)
    if kind < 0.4:
        return f"{inner}{chance.choice(BINARY)}{query(chance, depth + 1)}"
    if kind < 0.6:
        return _call(chance, depth)
    if kind < 0.75:
        return inner + chance.choice(
            ("[0]", "[-1]", "[]", "[*]", "[::2]", "[1:0:0]", "[99999999999999999999]", ".*", "[?")
        )
    if kind < 0.85:
        return f"{inner}[?{query(chance, depth + 1)}]"
    if kind < 0.9:
        return f"{{a: {inner}, b: {query(chance, depth + 1)}}}"
    return chance.choice(("!", "&", "(", "[")) + inner + chance.choice((")", "]", ""))


def template(chance: Random) -> str:
    """A Template."""
    pieces = [_piece(chance) for _ in range(chance.randint(1, 6))]
    return "".join(pieces)


def tampered(chance: Random, text: str) -> str:
    """A written expression with signs lost, doubled or put in."""
    signs = list(text)
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(signs))
        signs[at : at + chance.choice((0, 0, 1, 3))] = chance.choice(("", *SIGNS, *STRANGE, "[?", "||", "&&", "{{"))
    return "".join(signs)


def deep(chance: Random) -> str:
    """One that goes deeper than anybody's stack."""
    depth = chance.choice((10, 60, 99, 150, 400, 1000, 5000))
    begin, end = chance.choice((("(", ")"), ("[", "]"), ("a[?", "]"), ("{a: ", "}"), ("!", ""), ("a.", ""), ("a || ", ""),
                                ("not_null(", ")"), ("a | ", ""), ("map(&", ", b)"), ("a[0]", ""), ("-", "")))  # fmt: skip
    return begin * depth + "a" + end * depth


def written(text: str) -> list[str]:
    """The expressions of a file, more or less."""
    return re.findall(r"=[a-z(&][^\n#]*|\"[^\"\n]*\{\{[^\"\n]*\"", text)


def _call(chance: Random, depth: int) -> str:
    name = chance.choice(sorted(FUNCTIONS)) if chance.random() < 0.9 else "nothing_like_this"
    arguments = [chance.choice(("", "", "", "&")) + query(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return f"{name}({', '.join(arguments)})"


def _piece(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return f"{{{{ {query(chance, 4)} }}}}"
    if kind < 0.7:
        return f"{{{{ {chance.choice(NAMES)} | {chance.choice(sorted(FUNCTIONS))}({query(chance, 5)}) }}}}"
    return chance.choice((*TEMPLATE_PIECES, "text ", "\u20ac", *STRANGE))
