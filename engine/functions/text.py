"""Text. A number or boolean as subject is first made text, as `text()` does it; lists and objects are a Fault."""

from __future__ import annotations

from dataclasses import replace as replaced
from typing import Any

from engine.errors import Fault
from engine.functions.registry import function
from engine.functions.results import PERHAPS, literal, unless_null, words
from engine.functions.scalars import NUMBERS, spelled, whole
from engine.functions.takes import PRINTED
from engine.types import TEXT, Text, Type, list_of

WIDEST = 10_000
"""Most characters to pad to."""
LONGEST = 10_000_000
"""Most characters a replacement may make."""


@function(gives=unless_null(list_of(TEXT, 1)), takes=(PRINTED.or_null(), PRINTED))
def split(x: Any, sep: Any) -> list[str] | None:
    """The parts of a text between separators.

    >>> split("US-TX", "-")
    ['US', 'TX']
    """
    if x is None:
        return None
    separator = spelled("split", sep, "sep")
    if not separator:
        raise Fault("split(): sep is empty", sep)
    return spelled("split", x).split(separator)


def _cut(x: Type, n: Type) -> Type:
    whole = words(x).of(Text)
    known = whole[0] if whole else Text()
    length = literal(n)
    longest = length if known.longest is None or length is None else min(length, known.longest)
    return Type((Text(longest, recoded=known.recoded, source=known.source),)).null_as(x)


@function(gives=_cut, takes=(PRINTED.or_null(),))
def cut(x: Any, n: Any) -> str | None:
    """At most the first n characters of a text.

    >>> cut("Acme Corporation", 4)
    'Acme'
    """
    if x is None:
        return None
    length = whole("cut", n, "n")
    if length < 0:
        raise Fault("cut(): n is negative", n)
    return spelled("cut", x)[:length]


@function(gives=unless_null(TEXT), takes=(PRINTED.or_null(),))
def pad(x: Any, n: Any, char: Any = "0") -> str | None:
    """The text right-aligned in n characters, filled with zeros or with another character; never shortened.

    The sign of a negative number stays in front of its zeros. n is at most 10000.

    >>> pad(4711, 10), pad("A", 3, " ")
    ('0000004711', '  A')
    """
    if x is None:
        return None
    width = whole("pad", n, "n")
    if not 0 <= width <= WIDEST:
        raise Fault(f"pad(): n must be 0 to {WIDEST}", n)
    fill = spelled("pad", char, "char")
    if len(fill) != 1:
        raise Fault("pad(): char must be one character", char)
    if fill == "0" and type(x) in NUMBERS:
        return spelled("pad", x).zfill(width)
    return spelled("pad", x).rjust(width, fill)


def _trimmed(x: Type) -> Type:
    texts = (replaced(text, values=None, least=1) for text in words(x).of(Text))
    return Type(tuple(texts)).or_null(PERHAPS).null_as(x)


@function(gives=_trimmed, takes=(PRINTED.or_null(),))
def trim(x: Any) -> str | None:
    """The text without the blanks around it; blank text gives null.

    >>> trim("  Acme "), trim("   ")
    ('Acme', None)
    """
    return None if x is None else spelled("trim", x).strip() or None


@function(gives=unless_null(TEXT), takes=(PRINTED.or_null(),))
def upper(x: Any) -> str | None:
    """The text in capital letters.

    >>> upper("eur")
    'EUR'
    """
    return None if x is None else spelled("upper", x).upper()


@function(gives=unless_null(TEXT), takes=(PRINTED.or_null(),))
def lower(x: Any) -> str | None:
    """The text in small letters.

    >>> lower("EUR")
    'eur'
    """
    return None if x is None else spelled("lower", x).lower()


@function(gives=unless_null(TEXT), takes=(PRINTED.or_null(), PRINTED, PRINTED))
def replace(x: Any, old: Any, new: Any) -> str | None:
    """The text with every `old` replaced by `new`.

    >>> replace("12.50", ".", ",")
    '12,50'
    """
    if x is None:
        return None
    subject, before, after = spelled("replace", x), spelled("replace", old, "old"), spelled("replace", new, "new")
    if not before:
        raise Fault("replace(): old is empty", old)
    if len(after) > len(before) and subject.count(before) * len(after) + len(subject) > LONGEST:
        raise Fault(f"replace(): the result is longer than {LONGEST} characters", new)
    return subject.replace(before, after)
