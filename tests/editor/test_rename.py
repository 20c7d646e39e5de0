"""Renaming: a name, wherever it stands, and what refuses it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.document import Path_, Scalar
from engine.editor.definition import gives_name, is_result
from engine.editor.file import File
from engine.editor.rename import Refused, rename, renamed_at
from engine.editor.workspace import Workspace
from tests.editor.acme import ACME, FLOWS, TABLES, placed

FOLDERS = [Path(__file__).parents[2] / "integrations", Path(__file__).parents[1] / "language" / "ok"]
RIGHT = [file for folder in FOLDERS for file in sorted(folder.glob("*.yaml"))]


def renamed(text: str, name: str, workspace: Workspace | None = None) -> dict[str, str]:
    """The files of the folder in which something is named otherwise afterwards, with their lines that are new."""
    workspace = workspace or Workspace()
    file, index = placed(text, workspace)
    now = written(workspace, file, index, name)
    old = {path: one.text.content.splitlines() for one in workspace.folder(file.path) if (path := one.path)}
    changed = {path: [line for line in new.splitlines() if line not in old[path]] for path, new in now.items()}
    return {path.stem: "\n".join(line.strip() for line in lines) for path, lines in changed.items()}


def written(workspace: Workspace, file: File, index: int, name: str) -> dict[Path, str]:
    """The texts of all files in which something has another name afterwards."""
    found: dict[Path, str] = {}
    for place in reversed(rename(file, index, name, workspace.folder(file.path))):
        before = found.get(place.path, place.text.content)
        found[place.path] = before[: place.span.start] + name + before[place.span.end :]
    return found


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (
            "  create_¦order:\n",
            "  create_order:\n",
            "NEW:\nsend: NEW\nread: {call: NEW, value: =list(reply)}\nsend: NEW\n"
            "shop: {type: bearer, token: =settings.url, may: {messages: [NEW], events: [placed]}}",
        ),
        (
            "probe: erp.ro¦ws",
            "probe: erp.rows",
            "offline: {probe: erp.NEW}\nNEW: {method: GET, path: /rows}\ncall: erp.NEW",
        ),
        (
            "probe: e¦rp.rows",
            "probe: erp.rows",
            "NEW:\noffline: {probe: NEW.rows}\nsteps: [{call: NEW.create, save: made, body: =input}]\ncall: NEW.rows\n"
            'lines: {call: NEW.lines, query: {no: "=records[].no"}, match: no}',
        ),
        (
            "url: =settings.ur¦l\n",
            "url: =settings.url\n",
            "NEW: {type: url}\nurl: =settings.NEW\n"
            "shop: {type: bearer, token: =settings.NEW, may: {messages: [create_order], events: [placed]}}",
        ),
        (
            "=ma¦de.id",
            "=made.id",
            "steps: [{call: erp.create, save: NEW, body: =input}]\nreply: {id: =NEW.id}",
        ),
        (
            "schema: or¦der",
            "schema: order",
            "NEW: {type: object, properties: {no: {type: string}, customer: {type: string}}}\n"
            "placed: {description: An order was placed, schema: NEW, id: =body.no}",
        ),
        (
            "confirm: {flow: res¦ults}",
            "confirm: {flow: results}",
            "confirm: {flow: NEW}\nNEW:\ntrigger: {after: NEW}\nmigrate: [NEW]\n- {type: email, to: [a@b.example], flows: [NEW]}",
        ),
        (
            "  pa¦id: {",
            "  paid: {",
            "NEW: {description: An order was paid, id: =body.no}\nhold: {until: =record.paid, merge: [NEW], refresh: state}",
        ),
        ("send: sh¦op.stock", "send: shop.stock", "uses: {NEW: webshop}\nsend: NEW.stock"),
    ],
)
def test_a_name_is_changed_wherever_it_stands(before: str, after: str, lines: str) -> None:
    text = FLOWS + "notify:\n  - {type: email, to: [a@b.example], flows: [results]}\n"
    assert text.count(after) == 1

    assert renamed(text.replace(after, before), "new") == {"acme": lines.replace("NEW", "new")}


def test_a_setting_is_changed_in_examples_too() -> None:
    assert renamed(TABLES.replace("  user: {", "  us¦er: {"), "login") == {
        "acme": "login: {type: text}\n"
        "auth: {type: password, username: =settings.login, password: =settings.password}\n"
        "settings: {login: web}"
    }


def test_a_message_is_changed_in_the_files_that_use_it() -> None:
    assert renamed(FLOWS.replace("shop.stock", "shop.sto¦ck"), "levels") == {
        "acme": "send: shop.levels",
        "webshop": "levels: {description: Stock of items, "
        "output: {type: object, properties: {level: {type: integer}}}, reply: {level: 1}}",
    }


HIDDEN = """\
    reply:
      $let: {row: =found, next: =row.a}
      $map:
        a: =row.b
        b:
          $each: =row.c
          $let: {row: =row.d, other: =row.e}
          $map: {c: =row.f, d: "{{ other }}"}
        e: {$map: "{{ row.g }} and {{ found.row }}", $when: =row.h}
"""


def test_what_let_gives_is_changed_as_far_as_nothing_hides_it() -> None:
    text = ACME[: ACME.index("    reply:\n")] + HIDDEN

    assert renamed(text.replace("a: =row.b", "a: =ro¦w.b"), "line")["acme"].splitlines() == [
        "$let: {line: =found, next: =line.a}",
        "a: =line.b",
        "$each: =line.c",
        "$let: {row: =line.d, other: =row.e}",
        'e: {$map: "{{ line.g }} and {{ found.row }}", $when: =line.h}',
    ]
    assert renamed(text.replace("c: =row.f", "c: =ro¦w.f"), "line")["acme"].splitlines() == [
        "$let: {line: =row.d, other: =line.e}",
        '$map: {c: =line.f, d: "{{ other }}"}',
    ]


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        (
            FLOWS.replace("  create_order:", "  create_¦order:"),
            "state",
            'there is "state" already; choose another name',
        ),
        (FLOWS.replace("  erp:", "  er¦p:"), "shop", 'there is "shop" already; choose another name'),
        (FLOWS.replace("shop.stock", "sh¦op.stock"), "erp", 'there is "erp" already; choose another name'),
        (ACME.replace("save: found", "save: fou¦nd"), "stock", 'there is "stock" already; choose another name'),
        (ACME.replace("save: found", "save: fou¦nd"), "row", 'there is "row" already; choose another name'),
        (ACME.replace("$let: {row", "$let: {ro¦w"), "found", 'there is "found" already; choose another name'),
        (
            ACME.replace("save: found", "save: fou¦nd"),
            "input",
            '"input" is a name of the language; choose another name',
        ),
        (
            FLOWS.replace("  create_order:", "  create_¦order:"),
            "createOrder",
            '"createOrder" is no name; write create_order: names have small letters, digits and _, '
            "and begin with a letter",
        ),
        (
            TABLES.replace("order: [NO]", "order: [N¦O]"),
            "number",
            "only names can be changed here: of messages, flows, events, connections, endpoints, settings, schemas, "
            "of what `uses` names, and of what `save` and `$let` keep",
        ),
        (
            ACME.replace("save: found", "sa¦ve: found"),
            "keep",
            "only names can be changed here: of messages, flows, events, connections, endpoints, settings, schemas, "
            "of what `uses` names, and of what `save` and `$let` keep",
        ),
        (
            ACME.replace("  token: {type: secret}", '  "tok\\x65n": {type: secret}').replace(
                "settings.token", "settings.tok¦en"
            ),
            "key",
            "acme.yaml:6 writes it in another way, as an escape does; change that first",
        ),
        (FLOWS.replace("  erp:", "  er¦p: ]"), "other", "the file cannot be read as it is; mend it first"),
    ],
)
def test_what_cannot_be_renamed_says_why(text: str, name: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        renamed(text, name)

    assert str(refused.value) == why


def test_a_file_beside_it_that_names_it_must_be_readable() -> None:
    workspace = Workspace()
    workspace.put(Path("/folder/other.yaml"), "engine: 1\nname: other\nuses: {a: acme}\nx: ] create_order\n")

    with pytest.raises(Refused, match=r"^other\.yaml cannot be read as it is; mend it first$"):
        renamed(FLOWS.replace("  create_order:", "  create_¦order:"), "place_order", workspace)

    assert renamed(FLOWS.replace("  state:", "  sta¦te:"), "condition", workspace).keys() == {"acme"}


def test_the_same_name_changes_nothing() -> None:
    assert renamed(FLOWS.replace("  erp:", "  er¦p:"), "erp") == {}


def test_the_name_that_is_meant_is_the_part_that_is_pointed_at() -> None:
    def at(text: str) -> str:
        workspace = Workspace()
        file, index = placed(text, workspace)
        place = renamed_at(file, index, workspace.folder(file.path))
        return place.text.content[place.span.start : place.span.end]

    assert at(FLOWS.replace("probe: erp.rows", "probe: e¦rp.rows")) == "erp"
    assert at(FLOWS.replace("probe: erp.rows", "probe: erp.r¦ows")) == "rows"
    assert at(FLOWS.replace("=settings.every", "=settings.ev¦ery")) == "every"


def names(file: File) -> Iterator[int]:
    """Where the names of a file stand."""
    assert file.view is not None
    document = file.view.document
    for path in document.values:
        at: Path_ = path
        saved = file.view.data(path)
        if gives_name(at) and at in document.keys:
            yield file.text.of_mark(document.key_mark(at))
        elif is_result(at) and isinstance(saved, Scalar):
            yield file.text.of_mark(saved.mark)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_file_is_right_with_another_name(path: Path) -> None:
    content = path.read_text()
    every = list(names(Workspace().put(path, content)))
    chance = random.Random(path.stem)

    for index in chance.sample(every, min(2, len(every))):
        workspace = Workspace()
        file = workspace.put(path, content)
        before = [(finding.rule, finding.line) for finding in file.findings]
        changed = written(workspace, file, index, "quite_another")
        for other, text in changed.items():
            workspace.put(other, text)
        again = workspace.put(path, changed[path])

        assert [(finding.rule, finding.line) for finding in again.findings] == before
