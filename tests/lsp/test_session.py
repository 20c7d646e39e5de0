"""`engine lsp` in a real session over standard input and output, as an editor holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editor.acme import ACME, FLOWS, WEBSHOP
from tests.editor.client import Client


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Only the editor has it; it was never saved."""
    return tmp_path / "acme.yaml"


def errors(editor: Client, file: Path) -> list[dict[str, Any]]:
    """The errors that are told; what is never used is only a warning."""
    return [one for one in editor.diagnostics(file) if one["severity"] == 1]


def place(text: str, part: str, further: int = 0) -> tuple[int, int]:
    """Line and character of a part, from 0, in UTF-16 units."""
    before = text[: text.index(part) + further]
    line = before.rpartition("\n")[2]
    return before.count("\n"), len(line.encode("utf-16-le")) // 2


def test_a_mistake_is_told_and_gone_when_it_is_mended(editor: Client, file: Path) -> None:
    editor.open(file, ACME.replace("method: GET\n", "methud: GET\n"))

    found = errors(editor, file)

    line, character = place(ACME, "method: GET\n")
    assert found == [
        {
            "range": {
                "start": {"line": line, "character": character},
                "end": {"line": line, "character": character + 6},
            },
            "message": found[0]["message"],
            "severity": 1,
            "code": "unknown-key",
            "source": "engine",
        }
    ]
    assert found[0]["message"].startswith('a REST endpoint has no key "methud"\ndid you mean "method"?')

    editor.change(file, ACME)
    assert errors(editor, file) == []


def test_characters_beyond_the_basic_plane_do_not_move_anything(editor: Client, file: Path) -> None:
    text = ACME.replace("path: {sku:", 'headers: {"😀": "😀{{ nope }}"}\n        path: {sku:')
    editor.open(file, text)

    found = errors(editor, file)

    line, character = place(text, "nope")
    assert [(one["range"]["start"], one["code"]) for one in found] == [
        ({"line": line, "character": character}, "out-of-reach")
    ]


def test_a_file_that_is_no_yaml_is_told_so_and_still_completed(editor: Client, file: Path) -> None:
    editor.open(file, ACME)
    assert errors(editor, file) == []
    text = ACME.replace("unit_price?: =decimal(found.Price, `4`)", "unit_price?: '=settings.")
    editor.change(file, text)

    offered = editor.at("completion", file, *place(text, "'=settings.", 11))["items"]
    found = errors(editor, file)

    assert [one["code"] for one in found] == ["yaml-syntax"]
    assert [item["label"] for item in offered] == ["url", "token", "company", "units"]


def test_completion_hover_signature_definition_and_outline(editor: Client, file: Path, tmp_path: Path) -> None:
    editor.open(file, ACME)

    keys = editor.at("completion", file, *place(ACME, "        path: /items\n", 8))["items"]
    shown = editor.at("hover", file, *place(ACME, "method: GET\n", 2))
    signature = editor.at("signatureHelp", file, *place(ACME, "found.Price, `4`", 13))
    endpoint = editor.at("definition", file, *place(ACME, "erp.price", 5))
    other = editor.at("definition", file, *place(ACME, "shop.stock", 6))
    outline = editor.request("textDocument/documentSymbol", {"textDocument": {"uri": file.as_uri()}})

    assert {"timeout", "records", "absent"} <= {item["label"] for item in keys}
    assert shown["contents"]["value"].startswith("the HTTP verb")
    assert (signature["signatures"][0]["label"], signature["activeParameter"]) == ("decimal(x[, places])", 1)
    assert (endpoint["uri"], endpoint["range"]["start"]["line"]) == (file.as_uri(), place(ACME, "      price: {")[0])
    assert (other["uri"], other["range"]["start"]["line"]) == ((tmp_path / "webshop.yaml").as_uri(), 3)
    assert [symbol["name"] for symbol in outline] == ["settings", "schemas", "connections", "messages"]


def test_types_of_what_stands_in_an_expression_and_of_the_field_it_fills(editor: Client, file: Path) -> None:
    editor.open(file, ACME)

    price = editor.at("hover", file, *place(ACME, "found.Price", 7))
    whole = editor.at("hover", file, *place(ACME, "=decimal(", 0))
    field = editor.at("hover", file, *place(ACME, "sku: =item", 1))

    line, character = place(ACME, "found.Price", 6)
    assert price == {
        "contents": {"kind": "markdown", "value": "```\nfound.Price: number or null\n```\nper unit"},
        "range": {"start": {"line": line, "character": character}, "end": {"line": line, "character": character + 5}},
    }
    assert whole["contents"]["value"] == "```\nnumber or null\n```"
    assert field["contents"]["value"].startswith(
        "```\nsku: text\n```\nrequired by commerce.prices items[].sku; gets `text`"
    )


def test_fields_are_offered_while_an_expression_is_typed(editor: Client, file: Path) -> None:
    begun = ACME.replace("path: {sku:", 'query: {u: "=find(input.items, &"}\n        path: {sku:')
    editor.open(file, begun)
    line, character = place(begun, "items, &", 8)

    in_call = editor.at("completion", file, line, character)["items"]
    editor.change(file, begun.replace("items, &", "items, &sku, 'A').qu"))
    behind_it = editor.at("completion", file, line, character + 12)["items"]

    assert {"sku", "quantity", "unit"} <= {item["label"] for item in in_call}
    quantity = next(item for item in behind_it if item["label"] == "quantity")
    assert quantity["detail"] == "number"
    assert quantity["textEdit"]["range"]["start"] == {"line": line, "character": character + 10}


def test_a_quick_fix_mends_what_it_says(editor: Client, file: Path) -> None:
    text = ACME.replace("method: GET\n", "metod: GET\n").replace("uses:", "tiitle: 😀\nuses:")
    editor.open(file, text)
    found = next(one for one in errors(editor, file) if one["message"].startswith("a REST"))

    def ask(only: str) -> list[dict[str, Any]]:
        given = {"textDocument": {"uri": file.as_uri()}, "range": found["range"]}
        actions: list[dict[str, Any]] = editor.request(
            "textDocument/codeAction", {**given, "context": {"diagnostics": [found], "only": [only]}}
        )
        return actions

    assert ask("quickfix") == [
        {
            "title": 'Write "method"',
            "kind": "quickfix",
            "diagnostics": [found],
            "isPreferred": True,
            "edit": {"changes": {file.as_uri(): [{"range": found["range"], "newText": "method"}]}},
        }
    ]
    (all_at_once,) = ask("source")
    assert all_at_once["kind"] == "source.fixAll"
    assert [edit["newText"] for edit in all_at_once["edit"]["changes"][file.as_uri()]] == [
        "title: 😀\n",
        "        method: GET\n",
    ]
    assert ask("refactor") == []


def test_a_name_is_changed_in_all_files_or_it_is_said_why_not(editor: Client, file: Path, tmp_path: Path) -> None:
    editor.open(file, FLOWS)
    at = place(FLOWS, "send: shop.stock", 12)

    def edits(uri: str) -> list[tuple[int, int, str]]:
        return [
            (edit["range"]["start"]["line"], edit["range"]["start"]["character"], edit["newText"])
            for edit in changed["changes"][uri]
        ]

    named = editor.at("prepareRename", file, *at)
    changed = editor.at("rename", file, *at, newName="levels")
    refused = editor.answer(editor.ask("textDocument/rename", _renaming(file, at, "Stock")))
    nothing = editor.answer(editor.ask("textDocument/prepareRename", _renaming(file, place(FLOWS, "migrate"))))

    line, character = place(FLOWS, "send: shop.stock", 11)
    start, end = {"line": line, "character": character}, {"line": line, "character": character + 5}
    assert named == {"start": start, "end": end}
    assert edits(file.as_uri()) == [(line, character, "levels")]
    assert edits((tmp_path / "webshop.yaml").as_uri()) == [(3, 2, "levels")]
    assert refused["error"]["code"] == nothing["error"]["code"] == -32803
    assert refused["error"]["message"].startswith('"Stock" is no name; write stock: names have small letters')
    assert nothing["error"]["message"].startswith("only names can be changed here: of messages, flows")


def _renaming(file: Path, at: tuple[int, int], name: str = "") -> dict[str, Any]:
    position = {"line": at[0], "character": at[1]}
    return {"textDocument": {"uri": file.as_uri()}, "position": position, "newName": name}


def test_definition_references_and_outline_of_flows_and_events(editor: Client, file: Path, tmp_path: Path) -> None:
    editor.open(file, FLOWS)

    sent = editor.at("definition", file, *place(FLOWS, "send: shop.stock", 12))
    event = editor.at("definition", file, *place(FLOWS, "trigger: {event: placed}", 18))
    uses = editor.at("references", file, *place(FLOWS, "send: shop.stock", 12), context={"includeDeclaration": True})
    calls = editor.at("references", file, *place(FLOWS, "  erp:\n", 3), context={"includeDeclaration": False})
    outline = editor.request("textDocument/documentSymbol", {"textDocument": {"uri": file.as_uri()}})

    def lines(found: list[dict[str, Any]]) -> list[tuple[str, int]]:
        return [(one["uri"].rpartition("/")[2], one["range"]["start"]["line"]) for one in found]

    assert lines([sent, event]) == [("webshop.yaml", 3), ("acme.yaml", place(FLOWS, "  placed: {")[0])]
    assert lines(uses) == [("acme.yaml", place(FLOWS, "send: shop.stock")[0]), ("webshop.yaml", 3)]
    parts = ("probe: erp.rows", "{call: erp.create", "call: erp.rows\n", "{call: erp.lines")
    assert lines(calls) == [("acme.yaml", place(FLOWS, part)[0]) for part in parts]
    assert [(one["name"], [inner["name"] for inner in one["children"]]) for one in outline[3:]] == [
        ("events", ["placed", "paid"]),
        ("messages", ["create_order", "state"]),
        ("flows", ["orders", "results", "after"]),
    ]


def test_a_change_in_a_used_integration_is_seen_at_once(editor: Client, file: Path, tmp_path: Path) -> None:
    editor.open(file, ACME)
    assert errors(editor, file) == []
    shop = tmp_path / "webshop.yaml"
    editor.open(shop, WEBSHOP)
    errors(editor, file)

    editor.change(shop, WEBSHOP.replace("stock:", "stocks:"))

    assert [one["code"] for one in editor.diagnostics(file, until=bool)] == ["unknown-reference"]


def test_a_saved_file_of_schemas_is_seen_at_once(editor: Client, file: Path, tmp_path: Path) -> None:
    schemas = tmp_path / "acme.openapi.yaml"
    row = "openapi: 3.1.0\ncomponents: {schemas: {Row: {type: object, properties: {Price: {type: number}}}}}\n"
    schemas.write_text(row)
    editor.open(file, ACME.replace("reply: price_row", 'reply: "acme.openapi.yaml#/components/schemas/Row"'))
    assert errors(editor, file) == []

    schemas.write_text(row.replace("Price", "Cost"))
    editor.open(schemas, row.replace("Price", "Cost"))
    editor.notify("textDocument/didSave", {"textDocument": {"uri": schemas.as_uri()}})

    assert "unknown-field" in [one["code"] for one in editor.diagnostics(file)]


def test_a_closed_file_has_no_findings(editor: Client, file: Path) -> None:
    editor.open(file, "engine: 2\n")
    assert editor.diagnostics(file, until=bool)

    editor.notify("textDocument/didClose", {"textDocument": {"uri": file.as_uri()}})

    assert errors(editor, file) == []


def test_other_yaml_is_left_alone(editor: Client, tmp_path: Path) -> None:
    other = tmp_path / "compose.yaml"
    editor.open(other, "services:\n  web: {image: web}\n")

    assert editor.diagnostics(other) == []
    assert editor.at("completion", other, 1, 2)["items"] == []
