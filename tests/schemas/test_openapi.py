"""Schemas in OpenAPI files: only those beside the integration, said as JSON Schema says it, used at run time too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.checks.files import validate
from engine.openapi.schemas import NoSchema, schema_at
from engine.plan.folder import load_plans
from engine.schemas import Schemas

PRICE: dict[str, Any] = {
    "type": "object",
    "required": ["sku"],
    "properties": {
        "sku": {"type": "string", "example": "A"},
        "amount": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "nullable": True},
        "unit": {"type": "string", "enum": ["EA"], "nullable": True},
        "example": {"type": "string"},
        "base": {"$ref": "#/components/schemas/Price"},
        "other": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Price"}]},
    },
}
REFERENCE = "acme.openapi.json#/components/schemas/Price"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    document = {"openapi": "3.0.3", "components": {"schemas": {"Price": PRICE}}}
    (tmp_path / "acme.openapi.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def test_a_schema_of_a_file_is_said_as_json_schema_says_it(folder: Path) -> None:
    assert schema_at(folder, REFERENCE) == {
        "type": "object",
        "required": ["sku"],
        "properties": {
            "sku": {"type": "string"},
            "amount": {"type": ["number", "null"], "exclusiveMinimum": 0},
            "unit": {"type": ["string", "null"], "enum": ["EA", None]},
            "example": {"type": "string"},
            "base": {"$ref": REFERENCE},
            "other": {"anyOf": [{"allOf": [{"$ref": REFERENCE}]}, {"type": "null"}]},
        },
    }


def test_values_are_checked_against_it(folder: Path) -> None:
    check = Schemas({"mine": {"items": {"$ref": REFERENCE}}}, folder).check("mine")

    told = check([{"sku": "A", "amount": None, "other": None}, {"sku": 5, "base": {"sku": "B", "amount": 0}}])

    assert [f"{one.path} {one.message}" for one in told] == [
        "[1].sku must be string, is number",
        "[1].base.amount must be more than 0",
    ]


def test_a_message_is_checked_against_it_when_it_runs(folder: Path) -> None:
    text = f'engine: 1\nname: acme\nmessages:\n  m: {{input: "{REFERENCE}", reply: =input}}\n'
    (folder / "acme.yaml").write_text(text, encoding="utf-8")

    assert validate(folder) == []
    check = load_plans(folder)["acme"].messages["m"].check_input
    assert check is not None
    assert [one.path for one in check({"sku": 1})] == ["sku"]


@pytest.mark.parametrize(
    "file", ["../acme.openapi.json", "/etc/passwd.json", "https://acme.example/x.json", "sub\\x.json", "none.json", "."]
)
def test_only_files_beside_the_integration_are_read(folder: Path, file: str) -> None:
    inner = folder / "integrations"
    inner.mkdir()

    with pytest.raises(NoSchema):
        schema_at(inner, f"{file}#/components/schemas/Price")


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    inner = folder / "integrations"
    inner.mkdir()
    (inner / "acme.openapi.json").symlink_to(folder / "acme.openapi.json")

    with pytest.raises(NoSchema):
        schema_at(inner, REFERENCE)


def test_a_changed_file_is_read_again(folder: Path) -> None:
    schema_at(folder, REFERENCE)
    document = {"components": {"schemas": {"Price": {"type": "string", "maxLength": 4}}}}
    (folder / "acme.openapi.json").write_text(json.dumps(document), encoding="utf-8")

    assert schema_at(folder, REFERENCE) == {"type": "string", "maxLength": 4}


@pytest.mark.parametrize("content", ["", "{", "[" * 5000, '{"components": []}', "\x00"])
def test_a_file_that_cannot_be_read_is_said_to_be_so(folder: Path, content: str) -> None:
    (folder / "acme.openapi.json").write_text(content, encoding="utf-8")

    with pytest.raises(NoSchema):
        schema_at(folder, REFERENCE)
