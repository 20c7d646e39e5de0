"""Checks of a file that is being edited: what is taken over from the check before is what would be found anew."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import engine
from engine.checks import Kept, Rule, Subject
from engine.checks.files import Source, findings, neighbours, read_file
from engine.diagnostics import Diagnostic
from engine.document import Path_

SHIPPED = Path(engine.__file__).parent.parent / "integrations"
FILES = sorted(SHIPPED.glob("*.yaml"))

FILE = """\
engine: 1
name: acme
settings:
  url: {type: url}
connections:
  erp:
    type: rest
    url: =settings.url
    endpoints:
      price: {method: GET, path: /price, reply: price}
schemas:
  price: {type: object, required: [value], properties: {value: {type: number}}, additionalProperties: false}
messages:
  first:
    steps: [{call: erp.price, save: found}]
    reply: {price: =found.value}
  second:
    steps: [{call: first, save: got}]
    output: price
    reply: {value: =got.price}
"""


class Editor:
    """A file that is edited, and checked after each edit."""

    def __init__(self, path: Path, text: str, known: tuple[Source, ...] = ()) -> None:
        self.path = path
        self.text = text
        self.known = known
        self.kept = Kept()
        self.source: Source | None = None
        self.check()

    def put(self, text: str) -> list[Diagnostic]:
        """The findings with another text, which are those that a new check finds."""
        self.text = text
        return self.check()

    def replace(self, old: str, new: str) -> list[Diagnostic]:
        assert old in self.text
        return self.put(self.text.replace(old, new, 1))

    def check(self) -> list[Diagnostic]:
        raw = self.text.encode("utf-8", "surrogatepass")
        source = read_file(self.path, raw, self.source.left if self.source else None)
        others = dict(neighbours(source, self.known))
        warm = findings(source, others, self.kept)

        assert warm == findings(read_file(self.path, raw), others)
        self.source = source if source.document else self.source
        return warm


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    return Editor(tmp_path / "acme.yaml", FILE)


def rules_of(found: list[Diagnostic]) -> list[str]:
    return [finding.rule for finding in found]


def test_a_mistake_is_found_and_its_mending_too(editor: Editor) -> None:
    assert rules_of(editor.replace("=found.value", "=found.valeu")) == ["unknown-field"]
    assert editor.replace("=found.valeu", "=found.value") == []


def test_a_reply_without_a_schema_is_seen_by_the_messages_that_call_it(editor: Editor) -> None:
    found = editor.replace("{price: =found.value}", "{cost: =found.value}")

    assert [(one.rule, one.line) for one in found] == [("unknown-field", 20)]


def test_what_the_head_says_is_seen_by_all(editor: Editor) -> None:
    assert [one.line for one in editor.replace("value: {type: number}", "worth: {type: number}")] == [16, 20]


def test_findings_move_with_their_lines(editor: Editor) -> None:
    editor.replace("=got.price", "=got.prise")

    assert [one.line for one in editor.replace("messages:\n", "messages:\n\n\n")] == [22]


def test_what_an_alias_repeats_is_seen_where_it_is_repeated(editor: Editor) -> None:
    aliased = editor.replace("reply: {value: =got.price}", "reply: &same {value: =got.price}\n  third: {reply: *same}")

    assert rules_of(aliased) == ["out-of-reach"]
    assert rules_of(editor.replace("=got.price", "=input.price")) == ["unused-result"]


def test_a_block_that_is_repeated_is_told_of_where_it_stands(editor: Editor) -> None:
    editor.replace("reply: {value: =got.price}", "reply: &same {value: =got.prise}\n  third: {reply: *same}")
    editor.replace("    steps: [{call: first", "    timeout: 5s\n    steps: [{call: first")

    editor.replace("    timeout: 5s\n", "    timeout: 5s\n    description: of second\n")

    assert [one.line for one in editor.replace("third: {reply", "third: {timeout: 5s, reply")] == [22, 22]


def test_what_names_a_line_names_it_where_it_is_now(editor: Editor) -> None:
    editor.replace("value: {type: number}", "value: {type: boolean}")
    editor.replace("    reply: {value: =got.price}", '    reply: {value: "one"}')

    moved = editor.replace("schemas:\n", "notify: []\nschemas:\n")

    assert [(one.line, "(acme.yaml:13)" in one.message) for one in moved] == [(21, True)]


def test_what_does_not_call_a_changed_message_is_not_checked_again(editor: Editor) -> None:
    text = FILE + "  third: {reply: {a: =input.x}}\n"
    seen: list[Path_] = []
    note = Rule("note", lambda subject: seen.extend(entry.path for entry in subject.entries) or (), "", local=True)
    kept, source = Kept(), None
    for edited in (text, text.replace("=found.value", "=found"), text.replace("  first:\n", "  first:\n\n")):
        seen.clear()
        source = read_file(editor.path, edited.encode(), source.left if source else None)
        assert source.document is not None
        assert source.integration is not None
        list(kept.check(Subject(source.document, source.integration), (note,)))

    assert seen == [("messages", "first"), ("messages", "second")]


def test_a_file_that_holds_schemas_is_looked_at_again(editor: Editor) -> None:
    api, price = editor.path.with_name("erp.json"), '{"price": {"type": "object", "properties": {"value": {}}}}'
    api.write_text(price, encoding="utf-8")
    editor.replace("reply: price}", 'reply: "erp.json#/price"}')

    api.write_text(
        price.replace("value", "worth").replace("{}}", '{}}, "additionalProperties": false'), encoding="utf-8"
    )

    assert [(one.rule, one.line) for one in editor.check()] == [("unknown-field", 16)]


def test_messages_on_one_line(editor: Editor) -> None:
    editor.put("engine: 1\nname: acme\nmessages: {a: {reply: =input.x}, b: {reply: =inptu.y}}\n")

    assert rules_of(editor.replace("=input.x", "=inptu.x")) == ["out-of-reach", "out-of-reach"]


def _a_word(text: str, chance: random.Random) -> str:
    """One word of the file stands where another stood."""
    words = list(re.finditer(r"[\w.]+", text))
    at, other = chance.choice(words), chance.choice(words)
    return text[: at.start()] + other[0] + text[at.end() :]


def _a_letter(text: str, chance: random.Random) -> str:
    index = chance.randrange(len(text))
    return text[:index] + chance.choice("ax1 =.{}[]'\"\n:#&*-") + text[index + 1 :]


def _a_line(text: str, chance: random.Random) -> str:
    """A line is gone, is there twice, or stands elsewhere."""
    lines = text.splitlines(keepends=True)
    index = chance.randrange(len(lines))
    lines[index : index + 1] = chance.choice(([], [lines[index]] * 2, ["\n", lines[index]], [chance.choice(lines)]))
    return "".join(lines)


EDITS: tuple[Callable[[str, random.Random], str], ...] = (_a_word, _a_letter, _a_line)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_whatever_is_edited_the_findings_are_those_of_a_new_check(path: Path) -> None:
    chance = random.Random(path.stem)
    known = tuple(map(read_file, FILES))
    text = path.read_text(encoding="utf-8")
    editor = Editor(path, text, known)

    for number in range(int(os.environ.get("ENGINE_EDITS", "12"))):
        text = editor.text if number % 4 else text
        editor.put(chance.choice(EDITS)(text, chance))
