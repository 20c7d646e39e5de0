"""A file is being written: what is asked is answered from all that stands already, and no more is found wrong than is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.editor.completion import completions
from engine.editor.findings import underlined
from engine.editor.symbols import symbols
from engine.editor.usages import usages
from engine.editor.workspace import Workspace
from tests.editor.acme import ACME, FLOWS, here, offered, placed

STEP = '        path: {sku: "=input.items[0].sku"}\n'
PATH = Path("/folder/acme.yaml")


@pytest.mark.parametrize(
    ("line", "instead", "names"),
    [
        ("    auth: {type: bearer, ¦", "    auth: {type: bearer, token: =settings.token}", ["token"]),
        ("    auth: {type: bearer, to¦", "    auth: {type: bearer, token: =settings.token}", ["token"]),
        (
            "    auth: {type: bearer, token: =settings.¦",
            "    auth: {type: bearer, token: =settings.token}",
            ["url", "token", "company", "units"],
        ),
        ("        path: {¦\n", STEP, ["sku"]),
        ("        query: {a: {b: [=found.¦\n", STEP, []),
        ("        query: {a: [=exchange.¦\n", STEP, ["id", "key", "number", "at", "attempt"]),
        ('        query: {a: "=exchange.¦\n', STEP, ["id", "key", "number", "at", "attempt"]),
        ('        query: {a: "n {{ exchange.¦\n', STEP, ["id", "key", "number", "at", "attempt"]),
        ("        query: {a: >-\n          =exchange.¦\n", STEP, []),
        ("        query:\n          a: |\n            =exchange.¦\n", STEP, ["id", "key", "number", "at", "attempt"]),
    ],
)
def test_brackets_and_quotes_that_are_still_open(line: str, instead: str, names: list[str]) -> None:
    assert offered(line, instead) == names


def test_brackets_that_are_closed_on_a_later_line() -> None:
    line = "    auth: {type: bearer,\n      token: =settings.¦\n      }\n"

    assert offered(line, "    auth: {type: bearer, token: =settings.token}\n") == ["url", "token", "company", "units"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("        $each: =input.items\n        $when: =item.qu¦\n", True),
        ("        $each: =input.items\n        $let: {row: =item.¦}\n", True),
        ("        $each: =input.items\n        $let: {row: =item.¦\n", True),
        ("        $each: =input.items\n        $let:\n          row: =item.¦\n", True),
        ("        $each: =item.¦\n", False),
    ],
)
def test_the_element_is_in_reach_before_anything_is_built_of_it(line: str, names: bool) -> None:
    mapping = ACME[ACME.index("        $each: =input.items\n        $let") :]

    assert ({"sku", "quantity"} <= set(offered(line, mapping))) == names


def test_a_key_above_what_belongs_to_it() -> None:
    found = offered("    st¦\n", "    steps:\n")

    assert {"steps", "timeout"} <= set(found)
    assert not {"input", "output", "reply"} & set(found)


def test_behind_a_colon_a_blank_comes_first() -> None:
    (first, *_) = completions(
        *here("        method:¦\n        path: /items\n", "        method: GET\n        path: /items\n")
    )

    assert (first.label, first.insert) == ("GET", " GET")


def test_what_was_wrong_in_other_lines_stays_so_while_a_line_cannot_be_read() -> None:
    wrong = ACME.replace("        path: /items\n", "        path: /items\n        timout: 3s\n")
    wrong = wrong.replace("name: acme\n", "name: acme\nzone: nowhere\n")
    workspace = Workspace()
    before = [one.finding for one in underlined(placed(f"{wrong}¦", workspace)[0])]
    half = wrong.replace("messages:\n", "messages:\n  more\n  and: {\n")

    found = [one.finding for one in underlined(workspace.put(PATH, half))]

    assert [(one.rule, one.mark.line) for one in before] == [("wrong-value", 3), ("unknown-key", 22)]
    assert [(one.rule, one.mark.line) for one in found] == [
        ("wrong-value", 3),
        ("unknown-key", 22),
        ("yaml-syntax", 25),
    ]
    moved = [one.finding for one in underlined(workspace.put(PATH, half.replace("uses:", "b\nuses:")))]
    assert [(one.rule, one.mark.line) for one in moved] == [("wrong-value", 3), ("yaml-syntax", 4)]
    assert [one.finding for one in underlined(workspace.put(PATH, wrong))] == before


def test_what_is_never_used_is_not_said_where_a_line_cannot_be_read() -> None:
    workspace = Workspace()
    file, _ = placed(f"{ACME}¦", workspace)
    assert [one.finding.rule for one in underlined(file)] != []
    assert all(one.finding.rule.startswith("unused-") for one in underlined(file))

    broken = workspace.put(PATH, ACME + "x")

    assert [one.finding.rule for one in underlined(broken)] == ["yaml-syntax"]


def test_the_outline_stays_while_a_line_cannot_be_read() -> None:
    workspace = Workspace()
    file, _ = placed(f"{FLOWS}¦", workspace)
    names = [(one.name, [inner.name for inner in one.inner]) for one in symbols(file)]

    half = FLOWS.replace("events:\n", "event\n\nevents:\n")
    found = symbols(workspace.put(PATH, half))

    assert [(one.name, [inner.name for inner in one.inner]) for one in found] == names
    assert [half[one.name_span.start : one.name_span.end] for one in found] == [one.name for one in found]


def test_references_are_found_while_another_line_cannot_be_read() -> None:
    workspace = Workspace()
    placed(f"{FLOWS}¦", workspace)
    half = FLOWS.replace("events:\n", "event\nevents:\n")
    file = workspace.put(PATH, half)

    found = usages(file, half.index("placed:"), workspace.folder(file.path))

    assert [half[one.span.start : one.span.end] for one in found] == ["placed"] * 3
