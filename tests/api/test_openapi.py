"""The description of the API: valid, whole, and only for those who may connect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.examples.stand_ins import sources
from engine.plan.folder import load_plans
from engine.runtime.messages.engine import Engine
from engine.settings import Sources
from tests.api.site import caller
from tests.runtime.stage import Recorder, Stage, staged

SHIPPED = Path(__file__).parents[2] / "integrations"


async def described(stage: Stage, address: str = "127.0.0.1") -> dict[str, Any]:
    async with caller(stage.engine, address) as client:
        document: dict[str, Any] = (await client.get("/openapi.json")).json()
    return document


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def at(document: Any, reference: str) -> Any:
    assert reference.startswith("#/")
    for part in reference[2:].split("/"):
        document = document[part]
    return document


def require_valid(document: dict[str, Any]) -> None:
    """OpenAPI 3.1, as far as it concerns clients: structure, schemas, and every reference."""
    assert document["openapi"].startswith("3.1.")
    assert set(document["info"]) >= {"title", "version"}
    for reference in references(document):
        at(document, reference)
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        Draft202012Validator.check_schema(schema)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert {"200", "202"} & operation["responses"].keys()
        assert all(re.fullmatch(r"\d{3}", status) for status in operation["responses"])
        assert all(response["description"] for response in operation["responses"].values())
        for requirement in operation.get("security", []):
            assert requirement.keys() <= document["components"]["securitySchemes"].keys()


async def test_every_message_is_there_with_its_schemas(stage: Stage) -> None:
    document = await described(stage)

    require_valid(document)
    names = ["echo", "ask", "batch", "wrong", "slow", "kept"]
    assert list(document["paths"]) == [f"/v1/guarded/messages/{name}" for name in names] + ["/v1/open/messages/hello"]
    ask = document["paths"]["/v1/guarded/messages/ask"]["post"]
    assert ask["description"] == "What is there"
    assert ask["security"] == [{"bearer": []}]
    wish = at(document, ask["requestBody"]["content"]["application/json"]["schema"]["$ref"])
    part = at(document, wish["properties"]["more"]["items"]["$ref"])
    assert wish["required"] == ["name"]
    assert at(document, part["properties"]["inner"]["$ref"]) == part
    assert "207" in document["paths"]["/v1/guarded/messages/batch"]["post"]["responses"]
    assert "security" not in document["paths"]["/v1/open/messages/hello"]["post"]


CLIENTS = """
engine: 1
name: acme
settings: {word: {type: secret}}
messages: {ask: {reply: 1}}
events: {came: {}}
security:
  allow: [127.0.0.0/8]
  clients:
    shop: {type: bearer, token: =settings.word, may: {messages: [ask], events: [came]}}
    desk: {type: basic, username: desk, password: =settings.word, may: {messages: [ask]}}
    old: {type: wsse, username: old, password: =settings.word, may: {messages: [ask]}}
    hooks: {type: signature, header: X-Sign, secret: =settings.word, may: {events: [came]}}
"""


async def test_callers_are_told_how_they_show_who_they_are(tmp_path: Path) -> None:
    stage = staged(tmp_path, CLIENTS, given={"acme.word": "word-0123456789"})

    document = await described(stage)

    require_valid(document)
    paths = document["paths"]
    assert paths["/v1/acme/messages/ask"]["post"]["security"] == [{"bearer": []}, {"basic": []}, {"wsse": []}]
    assert paths["/v1/acme/events/came"]["post"]["security"] == [{"bearer": []}, {"signature.X-Sign": []}]
    assert document["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
        "wsse": {"type": "apiKey", "in": "header", "name": "X-WSSE"},
        "signature.X-Sign": {"type": "apiKey", "in": "header", "name": "X-Sign"},
    }


async def test_only_what_a_network_may_call_is_told(stage: Stage) -> None:
    from_shop = await described(stage, "10.20.0.1")
    from_elsewhere = await described(stage, "203.0.113.9")

    assert {path.split("/")[2] for path in from_shop["paths"]} == {"guarded"}
    assert (from_elsewhere["paths"], from_elsewhere["tags"]) == ({}, [])
    assert list(from_elsewhere["components"]["schemas"]) == ["Problem"]


async def test_no_setting_stands_in_it(stage: Stage) -> None:
    text = json.dumps(await described(stage))

    assert "token-0123456789" not in text
    assert "erp.example" not in text


@pytest.fixture
def shipped() -> Stage:
    plans = load_plans(SHIPPED)
    file = {name: sources(plan.integration, None).file[name] for name, plan in plans.items()}
    given = {
        f"{name}.{setting}": "long-enough"
        for name, plan in plans.items()
        for setting, declared in plan.integration.settings.items()
        if declared.type == "secret"
    }
    recorder = Recorder()
    return Stage(Engine.start(plans, Sources(given, {}, file), recorder), None, recorder.recorded)  # type: ignore[arg-type]


async def test_the_shipped_integrations_are_described(shipped: Stage) -> None:
    document = await described(shipped)

    require_valid(document)
    served = {
        f"/v1/{name}/{kind}/{one}"
        for name, live in shipped.engine.integrations.items()
        for kind, ones in (("messages", live.messages), ("events", live.events))
        for one in ones
    }
    assert set(document["paths"]) == served
    for path, operations in document["paths"].items():
        schema = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert schema, path
    assert "commerce.order" in document["components"]["schemas"]


async def test_a_reply_fits_what_is_described(stage: Stage) -> None:
    document = await described(stage)
    ref = document["paths"]["/v1/guarded/messages/echo"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**document, **ref})

    assert validator.is_valid({"items": [{"sku": "A", "quantity": 1}]})
    assert not validator.is_valid({"items": [{"quantity": 1}]})
