"""The word somebody meant: known mistakes first, then the nearest spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from engine.parts.other_words import MEANT

_SURE = 0.75
"""How alike two words are, at least, where one is certainly a misspelling of the other."""


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was meant, if one is near."""
    choices = list(known)
    return meant(word, choices) or _nearest(_snake(word), choices)


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that was surely meant: written in another case or number, or as other tools call it."""
    choices = list(known)
    same = _in_another_case(word, choices) or _in_another_number(word, choices)
    return same or next((name for name in MEANT.get(_snake(word), ()) if name in choices), None)


def replacement(word: str, known: Iterable[str]) -> str | None:
    """The one known word that this is a misspelling of, where no other is near: what may be put in its place unasked."""
    snake, choices = _snake(word), list(known)
    same = _in_another_case(word, choices)
    if same:
        return same
    near = get_close_matches(snake, choices, n=2, cutoff=0.6)
    alone = len(near) == 1 or (len(near) == 2 and _alike(snake, near[0]) > _alike(snake, near[1]) + 0.1)
    return near[0] if alone and snake not in MEANT and _alike(snake, near[0]) >= _SURE else None


def misspelled(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one surely was meant to be: other capitals, or a letter or two apart.

    Names that differ in digits, or by a word more (`street`, `street2`, `ship_street`), are names of their own.
    """
    bare = re.sub(r"[^a-z0-9]", "", word.lower())
    for name in known:
        other = re.sub(r"[^a-z0-9]", "", name.lower())
        if bare == other:
            return name
        same_digits = re.sub(r"\D", "", bare) == re.sub(r"\D", "", other)
        if same_digits and abs(len(bare) - len(other)) <= 1 and len(bare) > 3 and _letters_apart(bare, other) <= 2:
            return name
    return None


def _letters_apart(a: str, b: str) -> int:
    """How many letters of two words have no partner: two for a swap or a replacement, one for an addition."""
    same = sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    return len(a) + len(b) - 2 * same


def did_you_mean(near: str | None) -> str:
    """The beginning of a hint; empty if nothing is near."""
    return f'did you mean "{near}"? ' if near else ""


def _in_another_case(word: str, choices: list[str]) -> str | None:
    """`timeOut`, `time-out` and `Timeout` are `timeout`."""
    folded = _folded(word)
    return word if word in choices else next((choice for choice in choices if _folded(choice) == folded), None)


def _in_another_number(word: str, choices: list[str]) -> str | None:
    """`event` is `events`, and the other way round."""
    forms = f"{_folded(word)}s", _folded(word).removesuffix("s")
    return next((choice for choice in choices if choice and _folded(choice) in forms), None)


def _folded(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()


def _nearest(word: str, choices: list[str]) -> str | None:
    return next(iter(get_close_matches(word, choices, n=1, cutoff=0.6)), None)


def _alike(word: str, other: str) -> float:
    return SequenceMatcher(None, other, word).ratio()


def _snake(word: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).replace("-", "_").lower()
