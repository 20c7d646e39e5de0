"""What a caller gets: replies, and every problem document whole."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from tests.api.site import SHOP, caller
from tests.runtime.stage import UNREACHABLE, Stage, after

MESSAGES = "/v1/guarded/messages"


async def ask(stage: Stage, message: str, **sent: Any) -> httpx.Response:
    headers = {**SHOP, "Content-Type": "application/json", **sent.pop("headers", {})}
    async with caller(stage.engine) as client:
        return await client.post(f"{MESSAGES}/{message}", headers=headers, **sent)


async def problem(stage: Stage, message: str, **sent: Any) -> dict[str, Any]:
    response = await ask(stage, message, **sent)
    document: dict[str, Any] = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code == document["status"]
    if "exchange" in document:
        assert document.pop("exchange") == response.headers["engine-exchange"] == stage.exchanges[-1].id
    return document


async def test_a_reply_is_json_and_names_its_exchange(stage: Stage) -> None:
    sent = b'{"items":[{"sku":"1E10","quantity":1},{"sku":"00123","quantity":3.10},{"sku":"O\'NEIL-2","quantity":1e2}]}'

    response = await ask(stage, "echo", content=sent)

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["engine-exchange"] == stage.exchanges[0].id
    assert "engine-answered-by" not in response.headers
    assert response.content == sent.replace(b"1e2", b"1E+2")


async def test_the_idempotency_key_is_the_key_of_the_exchange(stage: Stage) -> None:
    await ask(stage, "ask", json={"name": "a"}, headers={"Idempotency-Key": "Größe-7".encode()})

    assert stage.exchanges[0].key == "Größe-7"


async def test_bad_input_is_422_with_every_path(stage: Stage) -> None:
    sent = {"items": [{"sku": "A", "quantity": 1}, {"sku": "", "quantity": 0}]}

    document = await problem(stage, "echo", json=sent)

    first = document["errors"][0]
    assert document == {
        "type": "urn:engine:problem:invalid-input",
        "title": "The input does not fit",
        "status": 422,
        "detail": f"the input does not fit: {first['path']}: {first['message']} (and 1 more, in `errors`)",
        "errors": document["errors"],
    }
    assert sorted(document["errors"], key=lambda error: error["path"]) == [
        {"path": "items[1].quantity", "message": "must be more than 0"},
        {"path": "items[1].sku", "message": "must not be empty"},
    ]


async def test_an_empty_body_is_an_empty_object(stage: Stage) -> None:
    document = await problem(stage, "ask", content=b"")

    assert document["errors"] == [{"path": "name", "message": "is missing"}]


async def test_a_no_of_the_system_is_502_with_its_words(stage: Stage) -> None:
    stage.erp.on("GET /list", httpx.Response(409, json={"message": "Customer 7 is on hold", "code": "HOLD"}))

    assert await problem(stage, "ask", json={"name": "a"}) == {
        "type": "urn:engine:problem:refused",
        "title": "The system refused",
        "status": 502,
        "detail": "Customer 7 is on hold",
        "code": "HOLD",
        "temporary": False,
        "upstream_status": 409,
    }


async def test_an_unreachable_system_is_503(stage: Stage) -> None:
    stage.erp.on("GET /list", UNREACHABLE)
    stage.erp.on("GET /ping", {})

    assert await problem(stage, "ask", json={"name": "a"}) == {
        "type": "urn:engine:problem:unreachable",
        "title": "The system cannot be reached",
        "status": 503,
        "detail": "erp.example:443 cannot be reached: no route",
        "cause": "connect",
        "may_have_happened": False,
    }


async def test_an_offline_system_says_when_to_come_back(stage: Stage) -> None:
    stage.erp.on("GET /list", UNREACHABLE)
    stage.erp.on("GET /ping", UNREACHABLE)
    await ask(stage, "ask", json={"name": "a"})

    response = await ask(stage, "ask", json={"name": "a"})

    assert (response.status_code, response.json()["cause"]) == (503, "offline")
    assert 3500 < int(response.headers["retry-after"]) <= 3600


async def test_a_system_that_takes_too_long_is_504(stage: Stage) -> None:
    stage.erp.on("GET /list", after(20))
    stage.erp.on("GET /ping", {})

    assert await problem(stage, "slow", json={}) == {
        "type": "urn:engine:problem:timeout",
        "title": "The system did not answer in time",
        "status": 504,
        "detail": "guarded.slow took longer than 0.5 s (at erp.list)",
        "cause": "timeout",
        "may_have_happened": True,
    }


async def test_a_mapping_that_fails_is_500_and_says_where(stage: Stage) -> None:
    document = await problem(stage, "wrong", json={})

    assert (document["type"], document["title"]) == ("urn:engine:problem:mapping", "The mapping failed")
    assert "guarded.yaml:" in document["detail"]


async def test_a_defect_shows_nothing_to_the_caller_and_no_secret_to_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.erp.on("GET /list", RuntimeError("with shop-token-0123456789 inside"))

    document = await problem(stage, "ask", json={"name": "a"})

    assert document == {
        "type": "urn:engine:problem:defect",
        "title": "The engine failed",
        "status": 500,
        "detail": "this is a defect of the engine; its log says more",
    }
    assert "RuntimeError: with *** inside" in caplog.text
    assert "shop-token" not in caplog.text
    assert stage.exchanges[0].status == "stopped"


async def test_a_batch_that_failed_in_part_is_207(stage: Stage) -> None:
    response = await ask(stage, "batch", json={})

    assert response.status_code == 207
    assert response.json() == {
        "reply": {"done": 1},
        "failed": [{"index": 1, "error": "no such item", "temporary": False}],
    }


async def test_who_answered_for_the_system_is_told(stage: Stage) -> None:
    stage.erp.on("GET /list", {"rows": [1]}, UNREACHABLE)
    stage.erp.on("GET /ping", {})

    answers = [await ask(stage, "kept", json=value) for value in ({}, {}, {"other": 1})]

    assert [(a.json(), a.headers.get("engine-answered-by")) for a in answers] == [
        ([1], None),
        ([1], "cache"),
        ("nothing known", "fallback"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"not json",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999999999}',
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"\x1f\x8b\x08\x00",
        "{}".encode("utf-16"),
    ],
)
async def test_a_body_that_is_no_json_is_400(stage: Stage, content: bytes) -> None:
    document = await problem(stage, "echo", content=content)

    assert document["type"] in ("urn:engine:problem:unreadable", "urn:engine:problem:invalid-input")
    assert document["status"] in (400, 422)
    assert stage.erp.asked == []


async def test_why_a_body_cannot_be_read_is_told(stage: Stage) -> None:
    assert await problem(stage, "echo", content=b"{") == {
        "type": "urn:engine:problem:unreadable",
        "title": "The request cannot be read",
        "status": 400,
        "detail": "the body cannot be read: it is no JSON: Input data was truncated",
    }


@pytest.mark.parametrize("depth", [50, 200, 400, 600, 800, 900, 950])
async def test_deep_nesting_is_answered_or_refused_but_no_defect(stage: Stage, depth: int) -> None:
    content = b'{"items":[{"sku":"A","quantity":1,"x":' + b"[" * depth + b"]" * depth + b"}]}"

    response = await ask(stage, "echo", content=content)

    assert response.status_code in (200, 400)


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({"Content-Type": "text/xml"}, "the Content-Type is text/xml; send application/json"),
        (
            {"Content-Type": "application/x-www-form-urlencoded"},
            "the Content-Type is application/x-www-form-urlencoded; send application/json",
        ),
        ({"Content-Encoding": "gzip"}, "the Content-Encoding is gzip; send the JSON as it is"),
    ],
)
async def test_a_body_of_another_kind_is_415(stage: Stage, headers: dict[str, str], detail: str) -> None:
    assert await problem(stage, "echo", content=b"{}", headers=headers) == {
        "type": "urn:engine:problem:not-json",
        "title": "The request is not JSON",
        "status": 415,
        "detail": detail,
    }


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.shop+json"])
async def test_json_has_several_names(stage: Stage, kind: str) -> None:
    assert (await ask(stage, "batch", content=b"{}", headers={"Content-Type": kind})).status_code == 207


async def test_a_body_that_is_too_large_is_413_whether_announced_or_not(stage: Stage) -> None:
    async def unannounced() -> Any:
        for _ in range(5):
            yield b" " * 1_000_000

    for content in (b" " * 4_000_001, unannounced()):
        assert await problem(stage, "echo", content=content) == {
            "type": "urn:engine:problem:too-large",
            "title": "The request is too large",
            "status": 413,
            "detail": "a body has at most 4,000,000 bytes",
        }


async def test_a_key_that_is_too_long_is_refused_and_not_cut(stage: Stage) -> None:
    document = await problem(stage, "batch", json={}, headers={"Idempotency-Key": "k" * 201})

    assert (document["status"], document["detail"]) == (400, "an Idempotency-Key has at most 200 characters")


async def test_a_stopping_engine_takes_no_new_work(stage: Stage) -> None:
    async with caller(stage.engine, ready=lambda: False) as client:
        response = await client.post(f"{MESSAGES}/batch", json={}, headers=SHOP)
        ready, alive = await client.get("/readyz"), await client.get("/healthz")

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert response.json() == {
        "type": "urn:engine:problem:stopping",
        "title": "The engine is stopping",
        "status": 503,
        "detail": "the engine is stopping",
    }
    assert (ready.status_code, ready.json()) == (503, {"status": "stopping"})
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})


def test_the_log_of_the_server_is_called_engine_server() -> None:
    assert logging.getLogger("engine.server").name in logging.root.manager.loggerDict
