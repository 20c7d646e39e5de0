"""What a customer calls a product: read from Eclipse, and written into it once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.faults import CrashAfterWrite, Status
from tests.scenarios.world import World, asked

PATH = "/CustomerPartNumbers"


def wish(**more: Any) -> dict[str, Any]:
    return {"customer_id": "12625", "sku": "1E10", "part_number": "ACME 1E10/A", **more}


def numbers(world: World) -> set[str]:
    return {id for id in world.eclipse.part_numbers if id.startswith("12625~")}


BEFORE = {"12625~ACME-EMT05~5", "12625~ACME-EMT07~77"}


async def test_all_numbers_of_a_customer_are_told_with_the_item_numbers_of_the_shop(world: World) -> None:
    reply = await world.reply("eclipse", "part_numbers", {"customer_id": "12625"})

    assert reply == {
        "customer_id": "12625",
        "items": [
            {"erp_id": "5", "sku": "EMT-05", "customer_id": "12625", "part_number": "ACME-EMT05"},
            {"erp_id": "77", "sku": "EMT-07", "customer_id": "12625", "part_number": "ACME-EMT07"},
        ],
    }


async def test_only_the_numbers_asked_for_are_told(world: World) -> None:
    reply = await world.reply("eclipse", "part_numbers", {"customer_id": "12625", **asked(["EMT-07", "NOPE"])})

    assert [item["part_number"] for item in reply["items"]] == ["ACME-EMT07"]


async def test_numbers_come_in_pages(world: World) -> None:
    for n in range(1, 251):
        row = {"customerId": 12625, "partNumber": f"A-{n}", "productId": 1000 + n}
        world.eclipse.part_numbers[f"12625~A-{n}~{1000 + n}"] = {"id": f"12625~A-{n}~{1000 + n}", **row}

    reply = await world.reply("eclipse", "part_numbers", {"customer_id": "12625"})

    assert [item["sku"] for item in reply["items"][2:]] == [f"GEN-{n:04}" for n in range(1, 251)]
    assert [request.path for request in world.eclipse.requests].count(PATH) == 3


async def test_without_the_item_numbers_the_answer_is_still_good(world: World) -> None:
    world.eclipse.faults.add(Status(403, {"message": "Not licensed"}), path="/Products", times=None)

    reply = await world.reply("eclipse", "part_numbers", {"customer_id": "12625"})

    assert [(item["erp_id"], "sku" in item) for item in reply["items"]] == [("5", False), ("77", False)]


async def test_a_new_number_is_written(world: World) -> None:
    reply = await world.reply("eclipse", "save_part_number", wish())

    assert reply == {**wish(), "erp_id": "110", "known": False}
    assert numbers(world) - BEFORE == {"12625~ACME 1E10/A~110"}


async def test_a_number_that_is_there_is_not_sent_again(world: World) -> None:
    await world.reply("eclipse", "save_part_number", wish())

    again = await world.reply("eclipse", "save_part_number", wish())

    assert again["known"] is True
    assert [request.method for request in world.eclipse.requests if request.path == PATH].count("POST") == 1


async def test_a_changed_number_takes_the_place_of_the_old_one_and_keeps_the_rest(world: World) -> None:
    world.eclipse.part_numbers["12625~ACME-EMT05~5"]["location"] = "BIN 7"

    await world.reply("eclipse", "save_part_number", wish(sku="EMT-05", part_number="NEW 1/2 & 3"))

    assert numbers(world) == {"12625~NEW 1/2 & 3~5", "12625~ACME-EMT07~77"}
    assert world.eclipse.part_numbers["12625~NEW 1/2 & 3~5"]["location"] == "BIN 7"


async def test_of_several_numbers_of_a_product_none_is_lost(world: World) -> None:
    second = {"id": "12625~OLD~5", "customerId": 12625, "partNumber": "OLD", "productId": 5}
    world.eclipse.part_numbers["12625~OLD~5"] = second

    for _ in range(2):
        await world.reply("eclipse", "save_part_number", wish(sku="EMT-05", part_number="NEW"))

    assert numbers(world) == {*BEFORE, "12625~OLD~5", "12625~NEW~5"}


@pytest.mark.parametrize(("method", "sku"), [("POST", "1E10"), ("PUT", "EMT-05")])
async def test_after_a_crash_behind_the_write_the_number_is_found_by_the_next_call(
    world: World, method: str, sku: str
) -> None:
    world.eclipse.faults.add(CrashAfterWrite(), path=PATH, method=method)

    crashed = await world.ask("eclipse", "save_part_number", wish(sku=sku))
    again = await world.reply("eclipse", "save_part_number", wish(sku=sku))

    assert (crashed.status_code, crashed.json()["may_have_happened"]) == (503, True)
    assert again["known"] is True
    assert [request.method for request in world.eclipse.requests].count(method) == (2 if method == "POST" else 1)


async def test_a_number_is_written_once_although_its_session_had_ended(world: World) -> None:
    await world.reply("eclipse", "part_numbers", {"customer_id": "12625"})
    world.eclipse.expire_sessions()

    reply = await world.reply("eclipse", "save_part_number", wish())

    assert (reply["known"], len(numbers(world)), world.eclipse.logins) == (False, 3, 2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sku": "NOPE"}, "Eclipse does not know NOPE"),
        ({"customer_id": "404"}, "Customer 404 does not exist"),
        ({"erp_id": "999"}, "Product 999 does not exist"),
    ],
)
async def test_what_eclipse_does_not_know_is_refused_in_words(world: World, wrong: dict[str, Any], words: str) -> None:
    response = await world.ask("eclipse", "save_part_number", wish(**wrong))

    assert (response.status_code, response.json()["detail"]) == (502, words)
    assert numbers(world) == BEFORE
