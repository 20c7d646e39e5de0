"""Events over HTTP: 202 once they are safe; who may post; what an operator sees and does."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.api.access import Proxies
from engine.api.app import App
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.errors import Unreachable
from engine.exchange import timestamp
from engine.runtime.by_itself.flows import Flows
from tests.flows.stage import BEGIN, FlowStage
from tests.runtime.stage import staged

ACME = """
engine: 1
name: acme
settings:
  token: {type: secret}
  hook_secret: {type: secret}
  boss_token: {type: secret}
connections:
  erp: {type: rest, url: "https://erp.example", retry: {attempts: 1}, endpoints: {post: {method: POST, path: /orders}}}
schemas:
  order: {type: object, required: [no], properties: {no: {type: string}}}
messages:
  place: {steps: [{call: erp.post, save: done, body: =input}], reply: =done}
events:
  placed: {schema: order}
  asked: {}
  noted: {id: =body.no}
  hooked: {map: =body.data, id: =headers.webhook_id, when: =body.topic == 'order'}
flows:
  orders: {trigger: {event: placed}, key: =event.no, send: place}
  hooks: {trigger: {event: hooked}, key: =event.no, send: place}
  noting: {trigger: {event: noted}, send: place}
  asking: {trigger: {event: asked}, key: =event.no, send: place, confirm: {flow: hooks, within: 1h}}
security:
  allow: [127.0.0.0/8]
  clients:
    shop: {type: bearer, token: =settings.token, may: {events: [placed, noted]}}
    boss: {type: bearer, token: =settings.boss_token, may: {operate: true}}
    hooks:
      type: signature
      header: Webhook-Signature
      secret: =settings.hook_secret
      parts: "t={timestamp},v1={signature}"
      signed: "{timestamp}.{body}"
      may: {events: [hooked]}
log: {redact: [email]}
"""
SHOP = {"Authorization": "Bearer shop-token-1"}
BOSS = {"Authorization": "Bearer boss-token-1"}


class Site:
    """An app over a stage, asked as a caller asks."""

    def __init__(self, flows: FlowStage) -> None:
        self.flows = flows
        served = Flows.of(flows.engine, flows.store)
        app = App(
            flows.engine, Proxies(), flows=Flows(**{**vars(served), "clock": flows.clock, "intake": flows.intake})
        )
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://engine")

    async def post(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = await self.client.post(path, content=content, headers={"Content-Type": "application/json", **headers})
        return answer.status_code, answer.json()

    async def get(self, path: str, headers: dict[str, str]) -> tuple[int, Any]:
        answer = await self.client.get(path, headers=headers)
        return answer.status_code, answer.json()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    given = {"acme.token": "shop-token-1", "acme.boss_token": "boss-token-1", "acme.hook_secret": "hook-secret-1"}
    stage = staged(tmp_path, ACME, given=given)
    stage.erp.on("POST /orders", {"erp": 1})
    site = Site(FlowStage(stage, Store.open()))
    yield site
    await site.client.aclose()
    await stage.engine.aclose(1)
    site.flows.store.close()


async def test_an_event_is_answered_202_when_it_is_safe(site: Site) -> None:
    status, body = await site.post("/v1/acme/events/placed", {"no": "W-1"}, SHOP)

    (kept,) = await site.flows.open()
    assert (status, body) == (202, {"exchange": kept.id})
    assert kept.payload == {"event": {"no": "W-1"}}


async def test_the_answer_says_where_the_delivery_is_shown(site: Site) -> None:
    taken = await site.client.post("/v1/acme/events/placed", json={"no": "W-1"}, headers=SHOP)

    status, shown = await site.get(taken.headers["Location"], BOSS)

    assert (status, shown["exchange"], shown["payload"]) == (200, taken.json()["exchange"], {"event": {"no": "W-1"}})


async def test_the_same_idempotency_key_gets_the_same_answer(site: Site) -> None:
    headers = {**SHOP, "Idempotency-Key": "order W-1"}

    first = await site.post("/v1/acme/events/placed", {"no": "W-1"}, headers)
    again = await site.post("/v1/acme/events/placed", {"no": "W-1"}, headers)

    assert again == (202, {"exchange": first[1]["exchange"], "known": True})
    assert len(await site.flows.open()) == 1


async def test_several_events_are_posted_in_one_call(site: Site) -> None:
    headers = {**SHOP, "Idempotency-Key": "batch 1"}

    status, body = await site.post("/v1/acme/events/placed", [{"no": "1"}, {"no": "2"}], headers)
    again = await site.post("/v1/acme/events/placed", [{"no": "1"}, {"no": "2"}], headers)

    assert (status, [one["exchange"] for one in body]) == (202, [one.id for one in await site.flows.open()])
    assert again == (202, [{**one, "known": True} for one in body])


async def test_of_several_all_are_accepted_or_none(site: Site) -> None:
    status, body = await site.post("/v1/acme/events/placed", [{"no": "1"}, {"no": 2}, {}], SHOP)

    assert status == 422
    assert body["errors"] == [
        {"path": "[1].no", "message": "must be string, is number"},
        {"path": "[2].no", "message": "is missing"},
    ]
    assert await site.flows.open() == []


async def test_an_event_whose_id_gives_nothing_is_refused_as_it_would_be_accepted_twice(site: Site) -> None:
    unnamed = await site.post("/v1/acme/events/noted", {"no": None}, SHOP)
    several = await site.post("/v1/acme/events/noted", [{"no": "1"}, {}], SHOP)
    by_key = await site.post("/v1/acme/events/noted", {"no": None}, {**SHOP, "Idempotency-Key": "note 7"})

    words = "has no id: =body.no gives nothing, and there is no Idempotency-Key; send one of them, the same each time"
    errors = [{"path": "", "message": f"{words} it is posted"}]
    assert (unnamed[0], unnamed[1]["errors"]) == (422, errors)
    assert unnamed[1]["detail"] == f"the input does not fit: it {words} it is posted"
    assert (several[0], several[1]["errors"]) == (422, [{**errors[0], "path": "[1]"}])
    assert by_key[0] == 202
    assert [one.id for one in await site.flows.open()] == [by_key[1]["exchange"]]


async def test_while_the_store_is_away_an_event_is_refused_with_503(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(batches: Any) -> Any:
        raise Unreachable("the store cannot be written: disk full", cause="store", may_have_happened=False)

    monkeypatch.setattr(site.flows.store, "accept_together", away)

    status, body = await site.post("/v1/acme/events/placed", {"no": "W-1"}, SHOP)

    assert (status, body["detail"]) == (503, "the store cannot be written: disk full")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/acme/events/placed", {}, 401),
        ("/v1/acme/events/placed", BOSS, 403),
        ("/v1/acme/events/hooked", SHOP, 403),
        ("/v1/acme/events/paid", SHOP, 404),
        ("/v1/acme/deliveries/x/resend", SHOP, 403),
        ("/v1/acme/deliveries/x/resend", {}, 401),
    ],
)
async def test_who_may_not_is_refused(site: Site, path: str, headers: dict[str, str], status: int) -> None:
    assert (await site.post(path, {"no": "W-1"}, headers))[0] == status
    assert await site.flows.open() == []


# -- webhooks ------------------------------------------------------------------------------------------------------


def signed(body: Any, at: float | None = None, secret: str = "hook-secret-1") -> tuple[bytes, dict[str, str]]:
    content = json.dumps(body).encode()
    stamp = str(int(at if at is not None else time.time()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
    return content, {"Webhook-Signature": f"t={stamp},v1={digest}", "Webhook-Id": "hook 1"}


HOOK = {"topic": "order", "data": {"no": "W-1"}}


async def test_a_webhook_that_signs_is_accepted_once(site: Site) -> None:
    content, headers = signed(HOOK)

    first = await site.post("/v1/acme/events/hooked", content, headers)
    again = await site.post("/v1/acme/events/hooked", content, headers)

    assert first[0] == 202
    assert again == (202, {**first[1], "known": True})
    assert [one.payload for one in await site.flows.open()] == [{"event": {"no": "W-1"}}]


async def test_of_several_signatures_one_must_be_right(site: Site) -> None:
    content, headers = signed(HOOK)
    stamp, _, right = headers["Webhook-Signature"].partition(",")
    headers["Webhook-Signature"] = f"{stamp},v1=00ff,{stamp},{right}"

    assert (await site.post("/v1/acme/events/hooked", content, headers))[0] == 202


@pytest.mark.parametrize("wrong", ["secret", "body", "old", "none"])
async def test_a_wrong_signature_is_refused(site: Site, wrong: str) -> None:
    at = time.time() - 3600 if wrong == "old" else None
    content, headers = signed(HOOK, at, "other-secret" if wrong == "secret" else "hook-secret-1")
    if wrong == "body":
        content = content.replace(b"W-1", b"W-2")
    if wrong == "none":
        del headers["Webhook-Signature"]

    assert (await site.post("/v1/acme/events/hooked", content, headers))[0] == 401
    assert await site.flows.open() == []


async def test_an_event_nobody_wants_is_answered_and_nothing_follows(site: Site) -> None:
    content, headers = signed({"topic": "product", "data": {}})

    status, body = await site.post("/v1/acme/events/hooked", content, headers)

    assert (status, body["ignored"]) == (202, True)
    assert await site.flows.open() == []


# -- the operator --------------------------------------------------------------------------------------------------


async def parked(site: Site) -> str:
    site.flows.erp.on("POST /orders", 400)
    _, body = await site.post("/v1/acme/events/placed", {"no": "W-1", "email": "ann@example.com"}, SHOP)
    await site.flows.work()
    return str(body["exchange"])


async def test_an_operator_sees_what_is_parked(site: Site) -> None:
    id = await parked(site)

    status, listed = await site.get("/v1/acme/deliveries?state=parked", BOSS)
    _, shown = await site.get(f"/v1/acme/deliveries/{id}", BOSS)

    assert (status, [(one["exchange"], one["key"], one["error"]) for one in listed]) == (
        200,
        [(id, "W-1", "status 400")],
    )
    assert shown["payload"] == {"event": {"no": "W-1", "email": "***"}}
    assert await site.get("/v1/acme/deliveries?state=parked&text=nothing", BOSS) == (200, [])


async def test_an_operator_resends_with_another_payload_and_both_are_kept(site: Site) -> None:
    id = await parked(site)
    edited = {"event": {"no": "W-1", "corrected": True}}

    status, _ = await site.post(f"/v1/acme/deliveries/{id}/resend", {"payload": edited, "why": "typing error"}, BOSS)

    (kept,) = await site.flows.open()
    assert (status, kept.state, kept.payload) == (200, "ready", edited)
    assert kept.original == {"event": {"no": "W-1", "email": "ann@example.com"}}


async def test_an_operator_discards_and_says_why(site: Site) -> None:
    id = await parked(site)

    assert (await site.post(f"/v1/acme/deliveries/{id}/discard", {}, BOSS))[0] == 400
    assert (await site.post(f"/v1/acme/deliveries/{id}/discard", {"why": "a test order"}, BOSS))[0] == 200

    assert await site.flows.store.found(Filter()) == []


async def test_an_operator_sees_what_waits_for_an_answer_and_since_when(site: Site) -> None:
    site.flows.erp.on("POST /orders", {})
    taken = await site.flows.post("asked", {"no": "W-1"})
    await site.flows.work(5.0)

    _, (listed,) = await site.get("/v1/acme/deliveries?state=sent", BOSS)
    await site.flows.store.late(site.flows.clock.now() + 3600)
    _, late = await site.get(f"/v1/acme/deliveries/{taken.exchange}", BOSS)

    assert (listed["state"], listed["sent"], listed["due"]) == (
        "sent",
        timestamp(BEGIN + 5),
        timestamp(BEGIN + 3605),
    )
    assert (late["due"], late["error"]) == (None, "no answer came in time")


@pytest.mark.parametrize(("act", "left"), [("resend", "ready"), ("discard", "")])
async def test_an_operator_waits_no_longer_for_an_answer(site: Site, act: str, left: str) -> None:
    site.flows.erp.on("POST /orders", {})
    taken = await site.flows.post("asked", {"no": "W-1"})
    await site.flows.work()

    status, _ = await site.post(f"/v1/acme/deliveries/{taken.exchange}/{act}", {"why": "it was lost"}, BOSS)

    assert (status, "".join(one.state for one in await site.flows.open())) == (200, left)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/acme/deliveries?state=stuck", 400),
        ("/v1/acme/deliveries?colour=red", 400),
        ("/v1/acme/deliveries?limit=ten", 400),
        ("/v1/acme/deliveries/nothing", 404),
    ],
)
async def test_wrong_questions_are_told_what_is_right(site: Site, path: str, status: int) -> None:
    answered, body = await site.get(path, BOSS)

    assert (answered, bool(body["detail"])) == (status, True)


async def test_events_are_described(site: Site) -> None:
    _, described = await site.get("/openapi.json", {})

    posted = described["paths"]["/v1/acme/events/placed"]["post"]
    assert posted["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/acme_placed_event.order"
    }
    assert set(posted["responses"]) >= {"202", "401", "422", "503"}
