"""YAML text as events with exact places.

ruamel has two parsers. The one in Python reads YAML 1.2, and says well what is wrong; the one in C (libyaml) is 18 times
as fast, but older. So C reads what both surely read alike, and Python whatever is wrong, unusual or not sure.
`tests/document/test_events.py` and the fuzzing hold the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent, ScalarEvent

try:
    from _ruamel_yaml import CParser
except ImportError:  # no wheel for this machine
    CParser = None

_READ_DIFFERENTLY = re.compile("[\t\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#")
"""Tabs, breaks of YAML 1.1 that are none in 1.2, and a comment right behind the sign of a block."""
MAX_EVENTS, MAX_LEVELS = 120_000, 100
"""More than the values and levels a file may have; what goes beyond is read event by event, until it is too much."""

_BEHIND_AN_ANCHOR = frozenset(" \n\r")
_BEHIND_AN_ALIAS = frozenset(" \n\r,]}")


def events(text: str) -> Iterator[Any]:
    """ruamel's events of a text.

    Raises, on the way:
        YAMLError, ValueError: it is not YAML.
    """
    return iter(_from_c(text) or YAML(typ="safe", pure=True).parse(text))


def _from_c(text: str) -> list[Any] | None:
    """The events, if both parsers surely give the same."""
    if CParser is None or _READ_DIFFERENTLY.search(text):
        return None
    parser = CParser(text)
    found: list[Any] = []
    level = 0
    try:
        while (event := parser.get_event()) is not None:
            found.append(event)
            level += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if len(found) > MAX_EVENTS or level > MAX_LEVELS:
                return None
    except (YAMLError, ValueError):
        return None
    return found if _is_sure(found, text) else None


def _is_sure(found: Iterable[Any], text: str) -> bool:
    """Whether nothing is among the events that the parsers see differently: values that are not there stand in different
    places, and names of anchors end at different signs."""
    for event in found:
        if isinstance(event, ScalarEvent) and event.start_mark.index == event.end_mark.index:
            return False
        if isinstance(event, NodeEvent) and event.anchor:
            behind = event.start_mark.index + 1 + len(event.anchor)
            ends = _BEHIND_AN_ALIAS if isinstance(event, AliasEvent) else _BEHIND_AN_ANCHOR
            if text[behind : behind + 1] not in ends:
                return False
    return True
