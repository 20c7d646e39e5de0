"""YAML text as events with exact places.

ruamel has two parsers. The one in Python reads YAML 1.2, and says well what is wrong; the one in C (libyaml) is 18 times
as fast, but older. So C reads what both surely read alike, and Python whatever is wrong, unusual or not sure.
`tests/document/test_events.py` and the fuzzing hold the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scanner import Scanner

try:
    from _ruamel_yaml import CParser
except ImportError:  # no wheel for this machine
    CParser = None

_READ_DIFFERENTLY = re.compile("[\t\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""Tabs, breaks of YAML 1.1 that are none in 1.2, and a comment right behind the sign of a block."""
MAX_EVENTS, MAX_LEVELS = 120_000, 100
"""More than the values and levels a file may have; what goes beyond is read event by event, until it is too much."""

_BEGINS = (MappingStartEvent, SequenceStartEvent)
_NAMED = (ScalarEvent, *_BEGINS, AliasEvent)
_ENDS = (MappingEndEvent, SequenceEndEvent)
_BEHIND_AN_ANCHOR = frozenset(" \n\r")
_BEHIND_AN_ALIAS = frozenset(" \n\r,]}")


def events(text: str) -> Iterator[Any]:
    """ruamel's events of a text.

    Raises, on the way:
        YAMLError, ValueError: it is not YAML.
    """
    return iter(sure_events(text) or slow_events(text))


def slow_events(text: str) -> Iterator[Any]:
    """The events as Python gives them, and errors, as `events` does."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Scanner = _Scanner
    return iter(yaml.parse(text))


class _Scanner(Scanner):
    """Does not ask of what is nested too deeply whether it is a key: at each sign it asks that of every open bracket."""

    def save_possible_simple_key(self) -> None:
        if self.flow_level <= MAX_LEVELS:
            super().save_possible_simple_key()


def sure_events(text: str) -> list[Any] | None:
    """The events as C gives them; None if it is not sure that both parsers give the same, or it is not YAML."""
    if CParser is None or _READ_DIFFERENTLY.search(text):
        return None
    read, level = CParser(text).get_event, 0
    found: list[Any] = []
    try:
        while (event := read()) is not None:
            found.append(event)
            kind = type(event)
            if kind in _ENDS:
                level -= 1
            elif kind in _NAMED:
                level += kind in _BEGINS
                if event.anchor and not _is_alike(event, text):
                    return None
                if level > MAX_LEVELS or len(found) > MAX_EVENTS or (kind is ScalarEvent and _is_nothing(event)):
                    return None
    except (YAMLError, ValueError):
        return None
    return found


def _is_nothing(event: Any) -> bool:
    """Whether a value is not there: the parsers see it in different places."""
    return bool(event.start_mark.index == event.end_mark.index)


def _is_alike(event: Any, text: str) -> bool:
    """Whether both parsers see the same name of an anchor, and where it begins: it ends at different signs, and a tag may
    stand before it."""
    start = event.start_mark.index
    behind = start + 1 + len(event.anchor)
    ends = _BEHIND_AN_ALIAS if type(event) is AliasEvent else _BEHIND_AN_ANCHOR
    return text[start : start + 1] in "&*" and text[behind : behind + 1] in ends
