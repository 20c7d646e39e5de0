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
