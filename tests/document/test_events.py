"""Two parsers, one reading: what C gives is what Python gives, in every place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.events import AliasEvent, NodeEvent, ScalarEvent
from ruamel.yaml.scanner import Scanner

from engine.document.events import MAX_LEVELS, events, sure_events
from tests.fuzz.cases import case, seeds

ROOT = Path(__file__).parents[2]


def told(events: Any) -> list[tuple[Any, ...]]:
    """All that the loader takes from events."""
    return [_told(event) for event in events]


def _told(event: Any) -> tuple[Any, ...]:
    kind, begin, end = type(event).__name__, event.start_mark.index, event.end_mark.index
    if isinstance(event, AliasEvent):
        return kind, event.anchor, begin
    if isinstance(event, ScalarEvent):
        return kind, event.anchor or None, event.ctag is None, event.value, event.style or None, begin, end
    if isinstance(event, NodeEvent):
        return kind, event.anchor or None, event.ctag is None, bool(event.flow_style), begin, end
    return kind, begin if "Start" in kind else None


def python(text: str) -> Any:
    return YAML(typ="safe", pure=True).parse(text)


@pytest.mark.parametrize("path", sorted((ROOT / "integrations").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files_are_read_by_c(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    found = sure_events(text)

    assert found is not None
    assert told(found) == told(python(text))


def test_what_c_reads_of_the_files_of_the_language_is_what_python_reads() -> None:
    read = 0
    for text in seeds():
        found = sure_events(text)
        read += found is not None

        assert found is None or told(found) == told(python(text))
    assert read > len(seeds()) * 0.6


@settings(max_examples=300)
@given(st.integers(min_value=0))
def test_what_c_reads_of_a_damaged_file_is_what_python_reads(number: int) -> None:
    text = case(number).content.decode("utf-8", "replace")
    found = sure_events(text)

    assert found is None or told(found) == told(python(text))


@pytest.mark.parametrize(
    "text",
    [
        "key: |\n  \U0001f600 one\n  two\nnext: \u00e4 {# \U0001d11e #}\n",
        "a: 'x\n  y'\r\nb: \"\\U0001f600 \\x41\"\r\n",
        "- &a [x, {y: z}]\n- *a\n",
        "a: >-\n  one\n\n  two\n  # no comment\nb: plain\n  goes on # but this is one\n",
        "? a\n: b\n",
        "{a: [b, c], 'd': e, f: \"g\"}\n",
    ],
    ids=["beyond the BMP", "CRLF and escapes", "anchors", "folded", "a long key", "flow"],
)
def test_both_see_the_same_places(text: str) -> None:
    found = sure_events(text)

    assert found is not None
    assert told(found) == told(python(text))


@pytest.mark.parametrize(
    "text",
    [
        "a:\tb\n",
        "a: b\x85c\n",
        "a: b\u2028c\n",
        "a: b\ufeffc\n",
        "a:\nb: c\n",
        "- \n- b\n",
        "{a: b,*c: d}\n",
        "a: !b &c d\n",
        "a: [\n",
    ],
    ids=[
        "tab",
        "NEL",
        "LS",
        "BOM",
        "no value",
        "no element",
        "alias before a colon",
        "anchor behind a tag",
        "not YAML",
    ],
)
def test_what_they_may_see_differently_is_read_by_python(text: str) -> None:
    assert sure_events(text) is None


@pytest.mark.parametrize("text", ["[" + "1, " * 200_000 + "1]", "{a: " * 100_000, "[" * 100_000, "- " * 100_000])
def test_a_file_of_too_many_values_or_levels_is_not_read_whole(text: str) -> None:
    assert sure_events(text) is None


def test_what_is_nested_without_end_is_looked_through_no_further_than_its_first_levels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    monkeypatch.setattr(
        Scanner, "stale_possible_simple_keys", lambda scanner: looked.append(len(scanner.possible_simple_keys))
    )

    for count, _ in enumerate(events("nothing:\nx: " + "[" * 3000)):
        if count == 200:
            break

    assert max(looked) == MAX_LEVELS
