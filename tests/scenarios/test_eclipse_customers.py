"""Customers and their addresses, as the shop changes them in Eclipse: nothing lost, nothing back and forth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.certificates import Authority
from tests.fakes.faults import CrashAfterWrite, Status
from tests.fakes.jsonapi import Record
from tests.scenarios.under_way import EndSessions, Stage, staged
from tests.scenarios.world import TOKEN

ACME = "/Customers/12625"
DOCK = "/Customers/102235"


@pytest.fixture
async def stage(certificates: Authority, shipped: Path) -> AsyncIterator[Stage]:
    async with staged(certificates, shipped, "eclipse") as stage:
        yield stage


def kept(stage: Stage, type: str, id: str, attributes: dict[str, Any], **related: Any) -> None:
    stage.world.oro.store[type][id] = Record(type, id, attributes, related)


def address(stage: Stage, erp_id: str | None = "102235", owner: str = "1", **more: Any) -> None:
    """The shop has address 4, in Austin."""
    place = {"label": "DOCK 4", "street": "5 O'Hare Rd", "city": "Austin", "postalCode": "78701", "externalId": erp_id}
    where = {"country": ("countries", "US"), "region": ("regions", "US-TX")}
    kept(stage, "customeraddresses", "4", {**place, **more}, customer=("customers", owner), **where)


async def changed(stage: Stage, event: str, type: str, id: str, number: int = 1) -> None:
    answer = await stage.hook(event, f"{type}.updated", {"type": type, "id": id}, f"{type}-{id}-{number}")
    assert answer.status_code == 202, answer.text


async def test_a_customer_changed_in_the_shop_is_changed_in_eclipse_once_and_keeps_the_rest(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    before = dict(eclipse.customers["12625"])
    address(stage, erp_id=None, primary=True)
    whole = {"name": "ACME ELECTRIC INC", "externalId": "12625"}
    kept(stage, "customers", "1", whole, addresses=[("customeraddresses", "4")])
    for number in (1, 2):
        await changed(stage, "customer_changed", "customers", "1", number)

    assert await stage.run("customers_out") == []

    moved = {"addressLine1": "5 O'Hare Rd", "city": "Austin", "postalCode": "78701"}
    assert eclipse.customers["12625"] == {**before, "name": "ACME ELECTRIC INC", **moved}
    assert stage.asked(eclipse, "PUT", ACME) == 1


async def test_a_ship_to_as_main_address_in_the_shop_does_not_move_the_customer(stage: Stage) -> None:
    before = dict(stage.world.eclipse.customers["12625"])
    address(stage, primary=True)
    whole = {"name": "ACME ELECTRIC INC", "externalId": "12625"}
    kept(stage, "customers", "1", whole, addresses=[("customeraddresses", "4")])
    await changed(stage, "customer_changed", "customers", "1")

    assert await stage.run("customers_out") == []

    assert stage.world.eclipse.customers["12625"] == {**before, "name": "ACME ELECTRIC INC"}


async def test_what_came_from_eclipse_is_not_sent_back(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.customers["12625"]["name"] = "ACME ELECTRIC INC"
    assert await stage.run("customers") == []
    await changed(stage, "customer_changed", "customers", "1")

    assert await stage.run("customers_out") == []

    assert (stage.asked(eclipse, "GET", ACME), stage.asked(eclipse, "PUT", ACME)) == (1, 0)


async def test_a_customer_that_eclipse_does_not_know_yet_waits_for_nobody(stage: Stage) -> None:
    kept(stage, "customers", "9", {"name": "NEW LLC"}, addresses=[])
    await changed(stage, "customer_changed", "customers", "9")

    assert await stage.run("customers_out") == []

    assert [one.path for one in stage.world.eclipse.requests if one.path.startswith("/Customers")] == []


async def test_a_ship_to_that_moved_in_the_shop_moves_in_eclipse(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.customers["102235"]["addressLine2"] = "Gate B"
    before = dict(eclipse.customers["102235"])
    address(stage)
    await changed(stage, "customer_address_changed", "customeraddresses", "4")

    assert await stage.run("customer_addresses_out") == []

    moved = {"addressLine1": "5 O'Hare Rd", "addressLine2": "", "city": "Austin", "postalCode": "78701"}
    assert eclipse.customers["102235"] == {**before, "name": "DOCK 4", **moved}


async def test_a_change_eclipse_took_without_saying_so_is_not_sent_again(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(CrashAfterWrite(), path=DOCK, method="PUT")
    address(stage)
    await changed(stage, "customer_address_changed", "customeraddresses", "4")

    assert await stage.run("customer_addresses_out") == []

    assert (eclipse.customers["102235"]["city"], eclipse.faults.left) == ("Austin", 0)
    assert stage.asked(eclipse, "PUT", DOCK) == 1


async def test_an_address_is_changed_although_the_session_ends_in_the_middle(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(EndSessions(eclipse), path=DOCK, method="PUT")
    address(stage)
    await changed(stage, "customer_address_changed", "customeraddresses", "4")

    assert await stage.run("customer_addresses_out") == []

    assert (eclipse.customers["102235"]["city"], eclipse.logins) == ("Austin", 2)


async def test_the_address_of_another_customer_is_not_touched(stage: Stage) -> None:
    before = dict(stage.world.eclipse.customers["102235"])
    address(stage, owner="2")
    await stage.post("customer_address_changed", {"shop_id": "4"}, Authorization=f"Bearer {TOKEN}", Idempotency_Key="1")

    (parked,) = await stage.run("customer_addresses_out")

    assert (parked.key, parked.error) == ("4", "Customer 100123 has no address 102235 in Eclipse")
    assert stage.world.eclipse.customers["102235"] == before


async def test_a_new_address_stays_in_the_shop(stage: Stage) -> None:
    known = set(stage.world.eclipse.customers)
    address(stage, erp_id=None)
    await changed(stage, "customer_address_changed", "customeraddresses", "4")

    assert await stage.run("customer_addresses_out") == []

    assert set(stage.world.eclipse.customers) == known


async def test_a_no_of_eclipse_is_parked_in_its_words_and_sent_again(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(Status(400, {"message": "Customer is in use by JO"}), path=DOCK, method="PUT")
    address(stage)
    await changed(stage, "customer_address_changed", "customeraddresses", "4")

    parked = await stage.run("customer_addresses_out")
    after = await stage.resend("customer_addresses_out")

    assert [(one.key, one.state, one.error) for one in parked] == [("4", "parked", "Customer is in use by JO")]
    assert (after, eclipse.customers["102235"]["city"]) == ([], "Austin")


# --- addresses of Eclipse


async def test_addresses_of_eclipse_come_into_the_shop_and_only_those_that_moved_again(stage: Stage) -> None:
    world = stage.world
    eclipse = world.eclipse
    first = await stage.run("addresses")
    batches = len(world.oro.operations)
    eclipse.customers["102235"] |= {"addressLine1": "7 Oak Rd", "addressLine2": "Gate B"}
    eclipse.customers["100124"]["countryCode"] = "NORWAY"
    second = await stage.run("addresses")

    assert (first, [(one.key, one.error) for one in second]) == (
        [],
        [("100124", "The address 100124 lacks street, city, postal code or country")],
    )
    (moved,) = (item for operation in list(world.oro.operations.values())[batches:] for item in operation.items)
    assert (moved["attributes"]["externalId"], moved["meta"], "types" in moved["attributes"]) == (
        "102235",
        {"update": True},
        False,
    )
    held = {one.attributes["externalId"]: one for one in world.oro.store["customeraddresses"].values()}
    assert set(held) == set(eclipse.customers)
    assert held["102235"].attributes == {
        "externalId": "102235",
        "label": "ACME ELECTRIC WAREHOUSE",
        "organization": "ACME ELECTRIC WAREHOUSE",
        "street": "7 Oak Rd",
        "street2": "Gate B",
        "city": "Dallas",
        "postalCode": "75001",
        "types": [{"addressType": "shipping", "default": False}],
    }
    assert held["102235"].relations == {
        "customer": ("customers", "1"),
        "country": ("countries", "US"),
        "region": ("regions", "US-TX"),
    }


async def test_an_address_that_came_from_eclipse_is_not_sent_back(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    assert await stage.run("addresses") == []
    before = {id: dict(row) for id, row in eclipse.customers.items()}
    for id in stage.world.oro.store["customeraddresses"]:
        await changed(stage, "customer_address_changed", "customeraddresses", id)

    assert await stage.run("customer_addresses_out") == []

    assert eclipse.customers == before
    assert [one.method for one in eclipse.requests if one.path.startswith("/Customers/")] == ["GET"] * 4
