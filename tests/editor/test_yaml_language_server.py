"""The schema in the YAML language server that VS Code's and Neovim's YAML support is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.editor.schema import language_schema
from tests.editor.client import Client, session
from tests.editor.node import yaml_language_server

TEXT = """\
# yaml-language-server: $schema=engine.schema.json
engine: 1
name: acme
connections:
  erp:
    type: rest
    url: =settings.url
    auth: {type: basic, username: web, passwort: =settings.password}
    endpoints:
      price:
        method: GET
        path: /items
        timout: 3s
        
messages:
  price:
    steps:
      - call: erp.price
        timeout: 3
    reply:
      $map: =input
      beside: 1
"""
YAML = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "engine.schema.json").write_text(json.dumps(language_schema()))
    with session(yaml_language_server(), tmp_path, {"yaml": YAML}) as client:
        yield client


@pytest.fixture
def file(tmp_path: Path, editor: Client) -> Path:
    editor.open(tmp_path / "acme.yaml", TEXT)
    return tmp_path / "acme.yaml"


def test_wrong_and_missing_keys_are_underlined_where_they_stand(editor: Client, file: Path) -> None:
    found = editor.diagnostics(file)

    assert sorted((one["range"]["start"]["line"], one["message"].partition("\n")[0]) for one in found) == [
        (7, 'Missing property "password".'),
        (7, "Property passwort is not allowed."),
        (12, "Property timout is not allowed."),
        (18, 'Incorrect type. Expected "string | null".'),
        (21, "Property beside is not allowed."),
    ]


def test_the_keys_of_a_rest_endpoint_are_offered_with_examples(editor: Client, file: Path) -> None:
    items = {item["label"]: item for item in editor.at("completion", file, 13, 8)["items"]}

    assert {"timeout", "retry", "headers", "effect", "records", "page", "auth", "absent", "graphql"} <= set(items)
    assert {"method", "endpoints", "call"} & set(items) == set()
    assert items["timeout"]["documentation"]["value"].endswith("```yaml\ntimeout: 10s\n```")


def test_the_verbs_are_offered(editor: Client, file: Path) -> None:
    offered = {item["label"] for item in editor.at("completion", file, 10, 16)["items"]}

    assert {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} <= offered


def test_a_key_is_explained_with_an_example(editor: Client, file: Path) -> None:
    shown = editor.at("hover", file, 11, 10)["contents"]["value"]

    assert "the path; {name} is filled by the call's `path`" in shown
    assert "```yaml\npath: /items/{sku}/price\n```" in shown


HEAD = "# yaml-language-server: $schema=engine.schema.json\nengine: 1\nname: acme\n"
SQL = "connections:\n  db:\n    type: sql\n    "


def offered(editor: Client, file: Path, text: str) -> dict[str, str]:
    """What is offered at the bar, with what it inserts."""
    whole = HEAD + text
    before = whole[: whole.index("¦")]
    editor.open(file, whole.replace("¦", ""))
    editor.diagnostics(file)
    items = editor.at("completion", file, before.count("\n"), len(before.rpartition("\n")[2]))["items"]
    return {item["label"]: item["insertText"] for item in items}


@pytest.mark.parametrize(
    ("text", "labels", "others"),
    [
        ("¦\n", {"settings", "connections", "messages", "flows"}, {"engine", "name", "steps"}),
        ("connections:\n  erp:\n    type: ¦\n", {"rest", "soap", "sql", "files"}, set()),
        (f"{SQL}¦\n", {"tables", "endpoints", "url", "auth"}, {"wsdl", "openapi", "type"}),
        (f"{SQL}endpoints:\n      open:\n        type: claim\n        ¦\n", {"take", "done", "lease"}, {"parts"}),
        (f"{SQL}tables:\n      A:\n        columns:\n          NO: ¦\n", {"text(20) required", "datetime"}, set()),
        ("messages:\n  m:\n    steps:\n      - call: x\n        ¦\n", {"save", "each", "unless"}, {"call", "steps"}),
        ("messages:\n  m:\n    reply:\n      $each: =a\n      ¦\n", {"$map", "$let", "$when"}, {"$each"}),
        ("messages:\n  m:\n    input:\n      ¦\n", {"type", "properties", "required", "$ref"}, {"steps"}),
        ("schemas:\n  row:\n    properties:\n      no:\n        type: ¦\n", {"string", "integer"}, {"text"}),
    ],
)
def test_what_is_offered_at_every_depth(
    editor: Client, tmp_path: Path, text: str, labels: set[str], others: set[str]
) -> None:
    found = offered(editor, tmp_path / "acme.yaml", text)

    assert labels <= found.keys()
    assert not others & found.keys()


def test_a_key_brings_an_example_to_write_over(editor: Client, tmp_path: Path) -> None:
    found = offered(editor, tmp_path / "acme.yaml", "connections:\n  erp:\n    type: rest\n    ¦\n")

    assert found["timeout"] == "timeout: ${1:10s}"
    assert found["retry"] == "retry: \n  ${1:attempts}: ${2:3}\n  ${3:backoff}: ${4:200ms..2s}\n"


def test_words_and_kinds_that_there_are_not_are_underlined(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    editor.open(file, HEAD + "schemas: {row: {type: text}}\nsettings: {a: {type: texts}}\nmigrate: orders\n")

    found = editor.diagnostics(file)

    assert sorted((one["range"]["start"] for one in found), key=lambda at: at["line"]) == [
        {"line": 3, "character": 22},
        {"line": 4, "character": 21},
        {"line": 5, "character": 9},
    ]


def test_a_keyword_of_json_schema_is_explained(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    editor.open(file, HEAD + "schemas:\n  row:\n    maxLength: 20\n")

    shown = editor.at("hover", file, 5, 6)["contents"]["value"]

    assert "so many characters at most" in shown
    assert "```yaml\nmaxLength: 20\n```" in shown
