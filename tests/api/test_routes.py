"""Which path and verb leads where."""

from __future__ import annotations

import pytest

from tests.api.site import SHOP, caller
from tests.runtime.stage import Stage

MESSAGE = "/v1/guarded/messages/batch"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_a_message_is_called_with_post_only(stage: Stage, method: str) -> None:
    async with caller(stage.engine) as client:
        response = await client.request(method, MESSAGE, headers=SHOP)

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
async def test_the_other_paths_are_read(stage: Stage, path: str) -> None:
    async with caller(stage.engine) as client:
        answers = [await client.request(method, path) for method in ("GET", "HEAD", "POST", "DELETE")]

    assert [answer.status_code for answer in answers] == [200, 200, 405, 405]
    assert answers[2].headers["allow"] == "GET, HEAD"


async def test_health_and_readiness_are_told_to_everybody(stage: Stage) -> None:
    async with caller(stage.engine, address="203.0.113.9") as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/readyz")).json() == {"status": "ready"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/guarded/messages/batch/",
        "/v1/guarded/messages",
        "//v1/guarded/messages/batch",
        "/v2",
        "/healthz/",
        "/V1/guarded/messages/batch",
        "/v1/guarded/messages/batch%00",
    ],
)
async def test_other_paths_are_404(stage: Stage, path: str) -> None:
    async with caller(stage.engine) as client:
        response = await client.post(f"http://engine{path}", headers=SHOP, json={})

    assert (response.status_code, response.json()["type"]) == (404, "urn:engine:problem:not-found")


async def test_an_encoded_path_is_the_same_path(stage: Stage) -> None:
    async with caller(stage.engine) as client:
        response = await client.post("/v1/guarded/messages/%62atch", headers=SHOP, json={})

    assert response.status_code == 207


async def test_a_wrong_message_is_told_what_there_is(stage: Stage) -> None:
    async with caller(stage.engine) as client:
        document = (await client.post("/v1/guarded/messages/bach", headers=SHOP, json={})).json()

    assert document == {
        "type": "urn:engine:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": 'did you mean "batch"? '
        "guarded has the messages echo, ask, batch, wrong, slow, kept: POST /v1/guarded/messages/…",
    }


async def test_a_wrong_integration_is_told_the_nearest(stage: Stage) -> None:
    async with caller(stage.engine) as client:
        document = (await client.post("/v1/gaurded/messages/batch", headers=SHOP, json={})).json()

    assert document["detail"] == (
        'there is no integration "gaurded"; did you mean "guarded"? '
        "messages are called with POST /v1/{integration}/messages/{message}; GET /openapi.json lists them"
    )


async def test_those_who_may_not_connect_are_told_nothing(stage: Stage) -> None:
    async with caller(stage.engine, address="203.0.113.9") as client:
        document = (await client.post("/v1/guarded/messages/bach", json={})).json()

    assert document["detail"] == (
        "messages are called with POST /v1/{integration}/messages/{message}; GET /openapi.json lists them"
    )
