"""The JSON Schema of the language: complete, deterministic, neither stricter nor blinder than it must be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from jsonschema import Draft7Validator
from pydantic import TypeAdapter
from ruamel.yaml import YAML

import engine
from engine.document.document import parse
from engine.editor.json_schema import JSON_SCHEMA
from engine.editor.operators import OPERATORS
from engine.editor.schema import language_schema
from engine.mapping.read import OPERATORS as KNOWN
from engine.mapping.write import entry
from engine.parts.part import Part
from engine.parts.reading import Reading
from engine.schemas import is_schema
from engine.settings.kinds import WRITTEN
from engine.spec.integration import Integration
from engine.spec.settings import Kind

ROOT = Path(__file__).parent.parent.parent
LANGUAGE = ROOT / "tests" / "language"
RIGHT = sorted([*(LANGUAGE / "ok").glob("*.yaml"), *(ROOT / "integrations").glob("*.yaml")])
SCHEMA = language_schema()
FITS = Draft7Validator(SCHEMA)

SEEN = {"unknown-key", "missing-key", "unknown-type", "wrong-value", "not-a-mapping"}
"""Rules whose findings a schema can see; the others are about names, expressions, or what fits together."""
UNSEEN = {"anchors", "examples"}
"""Files in which it cannot: an anchor that there is not, a text that is no time."""


def wrong_files() -> list[Path]:
    """Wrong files that are YAML, with mistakes that a schema can see."""
    found = (
        (path, {finding.rule for finding in engine.validate(path)})
        for path in sorted((LANGUAGE / "err").glob("*.yaml"))
    )
    return [path for path, rules in found if rules & SEEN and path.stem not in UNSEEN and not rules & {"yaml-syntax"}]


def parts() -> list[type[Part]]:
    found: list[type[Part]] = []
    waiting: list[type[Part]] = [Part]
    while waiting:
        below = [part for part in waiting.pop().__subclasses__() if part.__module__.startswith("engine.")]
        found += below
        waiting += below
    assert Integration in found
    return sorted(found, key=lambda part: part.__qualname__)


KEYS = [(part, name) for part in parts() for name in part.model_fields]


def content(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_bytes())


@pytest.mark.parametrize(("part", "name"), KEYS, ids=lambda value: getattr(value, "__name__", value))
def test_every_key_has_a_description_and_an_example_that_is_right(part: type[Part], name: str) -> None:
    field = part.model_fields[name]
    assert field.description
    assert field.examples

    for example in field.examples:
        document = parse(entry(name, example))
        reading = Reading(document)
        kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        TypeAdapter(kind).validate_python(document.data[name], context=reading)

        assert (reading.found, document.diagnostics) == ([], ())


@pytest.mark.parametrize(("part", "name"), KEYS, ids=lambda value: getattr(value, "__name__", value))
def test_every_example_fits_the_schema_as_it_is_written(part: type[Part], name: str) -> None:
    known = SCHEMA if part is Integration else SCHEMA["$defs"].get(part.__name__)
    if known is None:
        assert part.__subclasses__(), "a part that no file can have"
        return
    shown = known["properties"][name]
    code = shown["markdownDescription"].rpartition("```yaml\n")[2].removesuffix("\n```")

    value = YAML(typ="safe", pure=True).load(code)[name]

    assert [error.message for error in FITS.evolve(schema={**shown, "$defs": SCHEMA["$defs"]}).iter_errors(value)] == []
    assert value == shown["examples"][0]


def test_the_schema_is_json_schema_and_always_the_same() -> None:
    Draft7Validator.check_schema(SCHEMA)

    assert json.dumps(SCHEMA) == json.dumps(language_schema())
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_right_files_fit(path: Path) -> None:
    assert engine.validate(path) == []
    assert [f"{list(error.absolute_path)}: {error.message}" for error in FITS.iter_errors(content(path))] == []


@pytest.mark.parametrize("path", wrong_files(), ids=lambda path: path.stem)
def test_wrong_files_do_not_if_a_schema_can_see_it(path: Path) -> None:
    assert not FITS.is_valid(content(path))


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ("commerce.order", True),
        ({"type": "object", "properties": {"type": {"type": ["string", "null"]}, "$ref": {"$ref": "order"}}}, True),
        ({"type": "text"}, False),
        ({"type": "object", "properties": {"no": {"type": "strng"}}}, False),
        ({"type": "array", "items": {"enum": "open"}}, False),
        ({"x-source": "ERP", "maxLength": 20}, True),
    ],
)
def test_json_schema_in_place(schema: Any, fits: bool) -> None:
    file = {"engine": 1, "name": "x", "messages": {"one": {"input": schema, "reply": None}}}

    assert FITS.is_valid(file) == fits


def test_every_keyword_of_json_schema_has_an_example_that_fits() -> None:
    keywords = SCHEMA["$defs"][JSON_SCHEMA]["properties"]

    for name, keyword in keywords.items():
        code = keyword["markdownDescription"].rpartition("```yaml\n")[2].removesuffix("\n```")
        assert YAML(typ="safe", pure=True).load(code) == {name: keyword["examples"][0]}
        assert is_schema({name: keyword["examples"][0]}) or name == "$ref"


def test_every_operator_of_mappings_is_known() -> None:
    assert set(OPERATORS) == set(KNOWN)


def test_every_type_of_a_setting_says_how_its_default_is_written() -> None:
    assert set(WRITTEN) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("setting", "fits"),
    [
        ({"type": "duration", "default": "1m"}, True),
        ({"type": "duration", "default": "1 minute"}, False),
        ({"type": "integer", "default": 3}, True),
        ({"type": "integer", "default": "three"}, False),
        ({"type": "map", "default": {"each": "EA"}}, True),
        ({"type": "map", "default": ["EA"]}, False),
        ({"type": "text", "default": None}, True),
        ({"type": "intger"}, False),
        ({"type": "text", "defualt": "x"}, False),
    ],
)
def test_settings(setting: dict[str, Any], fits: bool) -> None:
    assert FITS.is_valid({"engine": 1, "name": "x", "settings": {"one": setting}}) == fits
