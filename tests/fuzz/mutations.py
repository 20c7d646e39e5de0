"""What can happen to a file: each mutation takes its lines and gives others."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Lines = list[str]
Mutation = Callable[[Random, Lines, Lines], Lines]
"""Of chance, the lines of a file, and those of another file."""

SIGNS = "{}[]()|>&*!%@`'\"#,:;?-=\\\t \n\r~$^<+/."
STRANGE = "\u00e4\u00df\u20ac\u2028\u2029\x85\ufeff\u200b\u202e\U0001f600\U0010ffff\x00\x07\x1b\x7f\ud800\u0130\u0660"
WORDS = (
    *(
        "null",
        "true",
        "~",
        "<<",
        "---",
        "...",
        "%YAML 1.2",
        "!!python/object",
        "&a",
        "*a",
        "? a",
        "- ",
        ": ",
        "|",
        ">-",
    ),
    *(
        "=",
        "={{",
        "{{",
        "}}",
        "{% for %}",
        "{#",
        "=`null`",
        "=`{`",
        "=&a",
        "=@",
        "=input.a || b",
        "$each",
        "$map",
        "$let",
    ),
    *("1e999", "-0", "0x1F", "00123", "1_000", ".inf", "2026-02-30", "9" * 400, "{$any: text}", "commerce.order"),
)
HUGE = (
    *("1" + "0" * 5000, "0." + "9" * 5000, "0x" + "f" * 5000, "-" + "9" * 19, "1e99999999", "1e-99999999", "1" * 19),
    *(
        "99999999999999999999s",
        "9" * 400 + "d",
        "1s.." + "9" * 30 + "h",
        "9" * 30 + "/s",
        "9" * 30 + "GB",
        "99999-01-01",
    ),
    *("=`1e999999999`", "=multiply(`1e308`, `1e308`)", "=chunks(input.a, `1e18`)", "=pad('x', `999999999999`)"),
    *("{{ 10 ** 10 ** 10 }}", "{{ 'x' * 1000000000 }}", "^(a+)+$", "(" * 500, "\U0010ffff" * 3000, "x" * 100_000),
    *(
        "* * * * " + "1," * 5000 + "1",
        "text(" + "9" * 400 + ")",
        "decimal(99999999999,99999999999)",
        "10.0.0.0/" + "9" * 400,
    ),
)
"""Values beyond all measure."""
_TAGS = (
    "!!binary",
    "!!set",
    "!!omap",
    "!!pairs",
    "!!timestamp",
    "!!int",
    "!!python/object:os.system",
    "!x",
    "!",
    "!<a:b>",
)
_DIRECTIVES = (
    "---",
    "...",
    "%YAML 1.1",
    "%YAML 9.9",
    "%TAG ! tag:x,2000:",
    "--- !!map",
    "--- |",
    "--- # x",
    "%X y",
    "\ufeff---",
)
_KEY = re.compile(r"(?<=[\s{,])([A-Za-z$][\w$?-]*)(?=:(?:\s|$))|^([a-z][\w]*)(?=:(?:\s|$))")
_SECTION = re.compile(r"(schemas|events|messages|flows):")
_ENTRY = re.compile(r"  [^\s#]")
_VALUE = re.compile(r"(?<=: )([^#{}\[\],\n]+)")


def bytes_flipped(chance: Random, lines: Lines, other: Lines) -> Lines:
    text = list("\n".join(lines))
    for _ in range(chance.randint(1, 6)):
        if text:
            text[chance.randrange(len(text))] = _sign(chance)
    return "".join(text).split("\n")


def signs_inserted(chance: Random, lines: Lines, other: Lines) -> Lines:
    return _on_a_line(chance, lines, lambda line: _put(chance, line, _sign(chance) * chance.choice((1, 1, 1, 2, 30))))


def word_inserted(chance: Random, lines: Lines, other: Lines) -> Lines:
    return _on_a_line(chance, lines, lambda line: _put(chance, line, chance.choice(WORDS)))


def deleted(chance: Random, lines: Lines, other: Lines) -> Lines:
    at, count = _span(chance, lines)
    return lines[:at] + lines[at + count :]


def duplicated(chance: Random, lines: Lines, other: Lines) -> Lines:
    at, count = _span(chance, lines)
    return lines[: at + count] + lines[at : at + count] * chance.choice((1, 1, 2, 5)) + lines[at + count :]


def swapped(chance: Random, lines: Lines, other: Lines) -> Lines:
    if len(lines) < 2:
        return lines
    first, second = sorted(chance.sample(range(len(lines)), 2))
    made = list(lines)
    made[first], made[second] = lines[second], lines[first]
    return made


def indented(chance: Random, lines: Lines, other: Lines) -> Lines:
    at, count = _span(chance, lines)
    shift = chance.choice((-4, -2, -1, 1, 2, 3, 4))
    moved = [" " * shift + line if shift > 0 else line[min(-shift, _indent(line)) :] for line in lines[at : at + count]]
    return lines[:at] + moved + lines[at + count :]


def key_renamed(chance: Random, lines: Lines, other: Lines) -> Lines:
    """A key as it is called elsewhere, or misspelled."""
    names = [found[0] for line in (*lines, *other) for found in _KEY.finditer(line)] or ["name"]
    name = chance.choice(names)
    if chance.random() < 0.4:
        at = chance.randrange(len(name))
        name = name[:at] + chance.choice(("", name[at] * 2, _sign(chance), "_")) + name[at + 1 :]
    return _replaced(chance, lines, _KEY, name)


def value_replaced(chance: Random, lines: Lines, other: Lines) -> Lines:
    """A value by one of another place, or by something that fits nowhere."""
    values = [found[0] for line in (*lines, *other) for found in _VALUE.finditer(line)] or ["x"]
    value = chance.choice(values) if chance.random() < 0.7 else chance.choice(WORDS)
    return _replaced(chance, lines, _VALUE, value)


def truncated(chance: Random, lines: Lines, other: Lines) -> Lines:
    text = "\n".join(lines)
    return text[: chance.randint(0, len(text))].split("\n")


def spliced(chance: Random, lines: Lines, other: Lines) -> Lines:
    """The head of one file and the tail of another."""
    return lines[: chance.randint(0, len(lines))] + other[chance.randint(0, len(other)) :]


def grafted(chance: Random, lines: Lines, other: Lines) -> Lines:
    """A block of another file at a place of its own indentation."""
    at, count = _span(chance, other)
    place = chance.randint(0, len(lines))
    return lines[:place] + other[at : at + count] + lines[place:]


def nested(chance: Random, lines: Lines, other: Lines) -> Lines:
    """A value deep inside lists, mappings or operators."""
    depth = chance.choice((3, 20, 60, 70, 200, 1000, 4000))
    begin, end = chance.choice((("[", "]"), ("{a: ", "}"), ("{$map: ", "}"), ("{$each: =x, $map: ", "}"), ("[[", "]]")))
    return _replaced(chance, lines, _VALUE, begin * depth + "1" + (end * depth if chance.random() < 0.8 else ""))


def portioned(chance: Random, lines: Lines, other: Lines) -> Lines:
    """Few of the schemas, events, messages and flows of a file, so that what else happens to it happens to them."""
    kept, many, keep = [], False, True
    for line in lines:
        if line[:1].strip():
            many, keep = _SECTION.match(line) is not None, True
        elif many and _ENTRY.match(line):
            keep = chance.random() < 0.1
        if keep:
            kept.append(line)
    return kept


def broken_differently(chance: Random, lines: Lines, other: Lines) -> Lines:
    return [line + chance.choice(("\r", "", "\t", "  ", " # note", " #")) for line in lines]


def made_huge(chance: Random, lines: Lines, other: Lines) -> Lines:
    return _replaced(chance, lines, _VALUE, chance.choice(HUGE))


def made_many(chance: Random, lines: Lines, other: Lines) -> Lines:
    """Thousands of keys, elements or messages."""
    count = chance.choice((300, 3000, 10_000))
    kind = chance.random()
    if kind < 0.3:
        return [
            *lines,
            "messages:",
            *(f"  m{number}: {{reply: =input.a{number}}}" for number in range(min(count, 3000))),
        ]
    inside = ", ".join(f"k{number}: {number}" if kind < 0.7 else f"k{number}" for number in range(count))
    return _replaced(chance, lines, _VALUE, f"{{{inside}}}" if kind < 0.7 else f"[{inside}]")


def aliased(chance: Random, lines: Lines, other: Lines) -> Lines:
    """A value that repeats another, itself, or ever more of the same; or one merged."""
    kind = chance.random()
    if kind < 0.3:
        bomb = ["x0: &x0 [a, a]", *(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 9))]
        return [*bomb, *_replaced(chance, lines, _VALUE, "*x8")]
    if kind < 0.5:
        return _replaced(
            chance, lines, _VALUE, chance.choice(("&a [*a]", "&a {b: *a}", "{<<: *a}", "{<<: [*a, *a]}", "&a"))
        )
    return _replaced(
        chance, _on_a_line(chance, lines, lambda line: re.sub(r": (?=\S)", ": &a ", line, count=1)), _VALUE, "*a"
    )


def tagged(chance: Random, lines: Lines, other: Lines) -> Lines:
    return _on_a_line(chance, lines, lambda line: re.sub(r": ", f": {chance.choice(_TAGS)} ", line, count=1))


def directed(chance: Random, lines: Lines, other: Lines) -> Lines:
    """More than one document, or what stands before one."""
    at = chance.choice((0, 0, chance.randint(0, len(lines))))
    return [*lines[:at], chance.choice(_DIRECTIVES), *lines[at:]]


MUTATIONS: tuple[Mutation, ...] = (
    bytes_flipped,
    signs_inserted,
    word_inserted,
    deleted,
    duplicated,
    swapped,
    indented,
    key_renamed,
    value_replaced,
    truncated,
    spliced,
    grafted,
    nested,
    portioned,
    broken_differently,
    made_huge,
    made_many,
    aliased,
    tagged,
    directed,
)


def _sign(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(SIGNS)
    return chance.choice(STRANGE) if kind < 0.8 else chr(chance.randrange(0x20, 0x7F))


def _put(chance: Random, line: str, text: str) -> str:
    at = chance.randint(0, len(line))
    return line[:at] + text + line[at:]


def _on_a_line(chance: Random, lines: Lines, change: Callable[[str], str]) -> Lines:
    if not lines:
        return lines
    at = chance.randrange(len(lines))
    return [*lines[:at], change(lines[at]), *lines[at + 1 :]]


def _span(chance: Random, lines: Lines) -> tuple[int, int]:
    return chance.randint(0, len(lines)), chance.choice((1, 1, 1, 2, 3, 8, 40))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _replaced(chance: Random, lines: Lines, pattern: re.Pattern[str], text: str) -> Lines:
    """One match of a pattern in the lines replaced."""
    places = [(number, found.span()) for number, line in enumerate(lines) for found in pattern.finditer(line)]
    if not places:
        return lines
    number, (begin, end) = chance.choice(places)
    line = lines[number]
    return [*lines[:number], line[:begin] + text + line[end:], *lines[number + 1 :]]
