"""Matchers of examples: an object with one `$` key stands for what a value must be like, not for the value itself.

`{$any: text}` · `{$regex: "^W-\\d+$"}` · `{$contains: x}` · `{$approx: 4.125, $within: 0.01}`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

MATCHERS = ("$any", "$regex", "$contains", "$approx")
BESIDE = {"$approx": "$within"}
"""What may stand beside a matcher."""

KINDS: Mapping[str, Callable[[Any], bool]] = {
    "anything": lambda value: True,
    "text": lambda value: isinstance(value, str),
    "number": lambda value: is_number(value),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
"""What `$any` may ask for."""


_MEANT = {
    "$match": "$regex",
    "$matches": "$regex",
    "$pattern": "$regex",
    "$like": "$contains",
    "$includes": "$contains",
    "$has": "$contains",
    "$anything": "$any",
    "$type": "$any",
    "$near": "$approx",
    "$close": "$approx",
    "$tolerance": "$within",
}
"""Words of other tools."""


def is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def matcher(value: Any) -> str | None:
    """The matcher that an object is; None of anything else, also of an object with a field such as `$filter`."""
    if not isinstance(value, dict):
        return None
    name = next((name for name in MATCHERS if name in value), None)
    return name if name and all(key in (name, BESIDE.get(name)) for key in value) else None


def meant(value: Any) -> tuple[str, str] | None:
    """Of an object that is nearly a matcher: the key that is wrong, and what was meant; None of anything else."""
    if not isinstance(value, dict) or not value or matcher(value):
        return None
    if not all(isinstance(key, str) and key.startswith("$") for key in value):
        return None
    known = (*MATCHERS, *BESIDE.values())
    near = {key: key if key in known else _near(key, known) for key in value}
    if not all(near.values()):
        return None
    wrong = next((key for key in value if near[key] != key), None)
    if wrong:
        return wrong, near[wrong]
    return None if any(key in MATCHERS for key in value) else (next(iter(value)), "$approx")


def _near(key: str, known: tuple[str, ...]) -> str:
    return _MEANT.get(key.lower()) or next(iter(get_close_matches(key.lower(), known, n=1, cutoff=0.7)), "")


def fault(value: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong inside a matcher, or beside it: the fact, and what to write; None if nothing is."""
    name = matcher(value)
    if name is None:
        return _company_fault(value)
    held = value[name]
    if name == "$any":
        return _kind_fault(held)
    if name == "$regex":
        return _pattern_fault(held)
    if name == "$approx" and not all(is_number(number) for number in value.values()):
        return "`$approx` compares numbers", "write `{$approx: 4.125, $within: 0.01}`"
    if name == "$approx" and "$within" not in value:
        return "`$approx` needs to know how near", "write `{$approx: 4.125, $within: 0.01}`"
    return None


def _company_fault(value: dict[str, Any]) -> tuple[str, str] | None:
    """Of several matchers in one object: that only one has a place there."""
    names = [name for name in MATCHERS if name in value]
    if not names or not all(key in (*MATCHERS, *BESIDE.values()) for key in value):
        return None
    other = next(key for key in value if key not in (names[0], BESIDE.get(names[0])))
    return f"`{names[0]}` says all about the value", f"leave `{other}` out"


def _kind_fault(kind: Any) -> tuple[str, str] | None:
    if isinstance(kind, str) and kind in KINDS:
        return None
    words = f'`$any` knows no "{kind}"' if isinstance(kind, str) else "`$any` names a kind of value"
    near = next(iter(get_close_matches(str(kind), KINDS, n=1)), "")
    hint = f'did you mean "{near}"? ' if near else ""
    return words, f"{hint}one of: {', '.join(KINDS)}"


def _pattern_fault(pattern: Any) -> tuple[str, str] | None:
    if not isinstance(pattern, str):
        return "`$regex` is a pattern", "write it as text, in quotes"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"this is no regular expression: {error}", "see docs.python.org/3/library/re.html"
    return None
