"""Whatever stands in a file, and wherever the cursor is: every question has an answer, and none raises."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.editor.actions import actions
from engine.editor.completion import completions
from engine.editor.definition import definition
from engine.editor.findings import underlined
from engine.editor.hover import hover
from engine.editor.signature import signature
from engine.editor.symbols import symbols
from engine.editor.text import Span
from engine.editor.usages import usages
from engine.editor.workspace import Workspace

LANGUAGE = Path(__file__).parent.parent / "language"
RIGHT = (LANGUAGE / "ok" / "rest.yaml").read_text()
SHIPPED = sorted((Path(__file__).parent.parent.parent / "integrations").glob("*.yaml"))
TYPED = ["=", "{", "'", '"', ": ", "- ", "=input.", "\n  ", "[", "&", "*", "$each: ", "😀", "|", "=settings.", "{{ "]


MOST_READINGS = 4
"""How often a text is read anew, at most, before it is known what stands around a cursor."""


def ask(text: str, index: int) -> None:
    workspace = Workspace()
    file = workspace.put(Path("/folder/rest.yaml"), text)
    completions(file, index)
    hover(file, index)
    definition(file, index)
    signature(file, index)
    usages(file, index, workspace.folder(file.path))
    for symbol in symbols(file):
        assert 0 <= symbol.span.start <= symbol.span.end <= len(text)
    for action in actions(file, Span(0, len(text))):
        assert all(0 <= edit.span.start <= edit.span.end <= len(text) for edit in action.edits)
    for one in underlined(file):
        assert 0 <= one.span.start <= one.span.end <= len(text)


@pytest.mark.parametrize("seed", range(20))
def test_a_right_file_into_which_something_is_typed(seed: int) -> None:
    chance = random.Random(seed)
    index = chance.randrange(len(RIGHT))
    typed = chance.choice(TYPED)
    rest = RIGHT[index:] if seed % 2 else ""

    ask(RIGHT[:index] + typed + rest, index + len(typed))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_that_is_cut_somewhere(path: Path, seed: int) -> None:
    chance = random.Random(f"{path.stem} {seed}")
    text = path.read_text()
    workspace = Workspace()
    file = workspace.put(path, text)  # so that it is known what it was before
    index = chance.randrange(len(text))
    end = text.index("\n", index) if "\n" in text[index:] else len(text)
    typed = chance.choice(TYPED)
    cut = chance.choice([text[:index], f"{text[:index]}{typed}{text[end:]}", f"{text[:index]}{typed}{text[index:]}"])

    file = workspace.put(path, cut)
    for at in (index, chance.randrange(len(cut)), len(cut)):
        for question in (completions, hover, definition, signature):
            question(file, min(at, len(cut)))
        assert len(file.readings) <= MOST_READINGS
        file.readings.clear()
    symbols(file)


@pytest.mark.parametrize("path", sorted((LANGUAGE / "err").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_wrong_file(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")

    ask(text, len(text) // 2)


def test_every_finding_is_underlined_from_its_mark_to_its_end() -> None:
    text = (
        "engine: 1\nname: x\ntiitle: 😀\nlog: {kep: 1}\nzone: 'no where'\nmessages:\n"
        '  m:\n    timeout: {of: days,\n      or: weeks}\n    reply: {a: "=input.name == true", b: =settings.nmae}\n'
    )

    file = Workspace().put(Path("/folder/x.yaml"), text)

    assert [(text[one.span.start : one.span.end], one.finding.rule) for one in underlined(file)] == [
        ("tiitle", "unknown-key"),
        ("kep", "unknown-key"),
        ("'no where'", "wrong-value"),
        ("{of: days,\n      or: weeks}", "wrong-value"),
        ("true", "bare-literal"),
        ("nmae", "unknown-setting"),
    ]


def test_what_is_not_there_is_underlined_where_it_should_be() -> None:
    text = 'engine: 1\nname: x\nmessages: {m: {reply: "=input."}}\n'

    file = Workspace().put(Path("/folder/x.yaml"), text)

    assert [(text[one.span.start : one.span.end], one.finding.rule) for one in underlined(file)] == [
        ('"', "query-syntax")
    ]
