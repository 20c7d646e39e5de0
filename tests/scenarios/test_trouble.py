"""Sessions that end, systems that are away, secrets that must stay where they are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.journal.payloads import text
from tests.fakes.certificates import Authority
from tests.fakes.faults import Hang, Status
from tests.scenarios.world import ERPS, PASSWORD, SHIPPED, TOKEN, Erp, World, asked, order, world

ONE = {"customer_id": "12625", **asked(["1E10"])}


def numbered(count: int) -> list[dict[str, Any]]:
    """Wishes that no kept reply answers."""
    return [{"customer_id": "12625", **asked(["1E10"], quantity=n, erp_id="110")} for n in range(1, count + 1)]


@pytest.mark.parametrize("erp", ERPS)
async def test_a_burst_logs_in_once(world: World, erp: Erp) -> None:
    answers = await asyncio.gather(*[world.ask(erp, "prices", wish) for wish in numbered(30)])

    assert {answer.status_code for answer in answers} == {200}
    assert world.of(erp).logins == 1


@pytest.mark.parametrize(("erp", "status"), [("p21", 401), ("eclipse", 401), ("eclipse", 419)])
async def test_sessions_that_end_within_a_burst_are_renewed_once(world: World, erp: Erp, status: int) -> None:
    world.eclipse.expired_status = status
    await world.reply(erp, "prices", ONE)
    world.of(erp).expire_sessions()

    answers = await asyncio.gather(*[world.ask(erp, "prices", wish) for wish in numbered(30)])

    assert {answer.status_code for answer in answers} == {200}
    assert world.of(erp).logins == 2


@pytest.mark.parametrize("erp", ERPS)
async def test_an_order_is_placed_once_although_its_session_had_ended(world: World, erp: Erp) -> None:
    await world.reply(erp, "prices", ONE)
    world.of(erp).expire_sessions()

    first, again = [await world.reply(erp, "create_order", order()) for _ in range(2)]

    assert (first["known"], again["known"]) == (False, True)


async def test_a_password_that_is_wrong_is_not_tried_again_and_again(world: World) -> None:
    world.p21.password = "changed"

    response = await world.ask("p21", "prices", ONE)

    assert (response.status_code, response.json()["detail"]) == (502, "The user name or password is incorrect.")
    assert [request.path for request in world.p21.requests] == ["/api/security/token/v2"]


async def test_a_release_that_wants_its_session_as_authorization(certificates: Authority) -> None:
    async with world(certificates, eclipse__session_header="Authorization") as w:
        w.eclipse.session_header = "Authorization"

        assert (await w.reply("eclipse", "prices", ONE))["items"][0]["unit_price"] > 0


async def test_licensed_sessions_are_given_back_at_the_end(world: World) -> None:
    await world.reply("eclipse", "prices", ONE)

    await world.engine.aclose()

    last = world.eclipse.requests[-1]
    assert (last.method, last.path) == ("DELETE", "/Sessions/8123")


@pytest.fixture
def hasty(tmp_path: Path) -> Path:
    """The shipped integrations, whose kept replies are old at once and whose waits are short."""
    for file in SHIPPED.glob("*.yaml"):
        shortened = file.read_text().replace("keep: 30s", "keep: 1ms").replace("keep: 10s", "keep: 1ms")
        (tmp_path / file.name).write_text(shortened.replace("    timeout: 10s\n", "    timeout: 3s\n"))
    return tmp_path


@pytest.mark.parametrize("erp", ERPS)
async def test_while_the_erp_is_away_prices_are_kept_ones_stock_is_unknown_and_orders_wait(
    certificates: Authority, hasty: Path, erp: Erp
) -> None:
    async with world(certificates, hasty) as w:
        known = await w.reply(erp, "prices", ONE)
        w.switch_off(erp)

        kept = await w.ask(erp, "prices", ONE)
        unknown = await w.ask(erp, "prices", {"customer_id": "12625", **asked(["3.10"])})
        stock = await w.ask(erp, "stock", asked(["1E10"], shop_id="1"))
        placed = await w.ask(erp, "create_order", order())

    assert (kept.status_code, kept.headers["engine-answered-by"]) == (200, "offline-cache")
    assert kept.json() == {**known, "items": kept.json()["items"]}
    assert kept.json()["items"][0]["unit_price"] == 16.065
    assert (unknown.status_code, unknown.json()["type"]) == (503, "urn:engine:problem:unreachable")
    assert (stock.status_code, stock.headers["engine-answered-by"]) == (200, "fallback")
    assert stock.json() == {"items": [{"shop_id": "1", "sku": "1E10"}]}
    assert (placed.status_code, placed.json()["may_have_happened"]) == (503, False)
    assert int(placed.headers["retry-after"]) <= 60


async def test_an_erp_that_hangs_is_noticed_and_spared(certificates: Authority, hasty: Path) -> None:
    async with world(certificates, hasty) as w:
        await w.reply("p21", "prices", ONE)
        w.p21.faults.add(Hang(), times=None)

        first = await w.ask("p21", "prices", {"customer_id": "12625", **asked(["3.10"])})
        async with asyncio.timeout(100):
            while not w.is_offline("p21"):
                await asyncio.sleep(0.02)
        asked_until_then = len(w.p21.requests)
        then = await w.ask("p21", "prices", {"customer_id": "12625", **asked(["3.10"])})

    assert (first.status_code, then.status_code) == (504, 503)
    assert then.json()["cause"] == "offline"
    assert len(w.p21.requests) == asked_until_then


async def test_one_refusal_is_no_outage(world: World) -> None:
    world.p21.faults.add(Status(400, {"ErrorMessage": "No"}), path="/api/inventory")

    assert (await world.ask("p21", "prices", ONE)).status_code == 502
    assert (await world.ask("p21", "prices", ONE)).status_code == 200


async def test_no_secret_leaves_the_engine(certificates: Authority) -> None:
    async with world(certificates, p21__log_payloads="true", eclipse__log_payloads="true") as w:
        w.p21.faults.add(Status(403, {"ErrorMessage": f"{TOKEN} {PASSWORD}"}), path="/api/inventory")
        answers = [
            await w.ask(erp, message, wish)
            for erp in ERPS
            for message, wish in (("prices", ONE), ("create_order", order(shop_id="1")))
        ]
        fakes = (w.p21, w.eclipse, w.oro)
        secrets = [TOKEN, PASSWORD, *[token for fake in fakes for token in fake.tokens._ends]]
        kept = [
            text(moment.payload, redactor)
            for exchange, redactor in w.recorded
            for moment in exchange.moments
            if moment.payload is not None
        ]
        told = [answer.text + str(answer.headers) for answer in answers] + [repr(e) + e.error for e, _ in w.recorded]

    assert len(kept) > 40
    assert len(secrets) >= 5
    assert any("/oauth2-token" in line for line in kept)
    for secret in secrets:
        assert [line for line in kept + told if secret in line] == []
