"""A shop without webhooks is asked every minute: what is new goes once, and nothing that is there already."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.certificates import Authority
from tests.fakes.faults import CrashAfterWrite, Status
from tests.scenarios.under_way import LINES, Stage, staged
from tests.scenarios.world import ERPS, Erp

PLACES = {"p21": "/uiserver0/api/v2/transaction", "eclipse": "/SalesOrders"}
CUSTOMERS = {"p21": "/api/entity/customers/ACME_12625", "eclipse": "/Customers/12625"}


@pytest.fixture(params=ERPS)
async def stage(request: pytest.FixtureRequest, certificates: Authority, shipped: Path) -> AsyncIterator[Stage]:
    polling = {"p21__poll_shop": "true", "eclipse__poll_shop": "true"}
    async with staged(certificates, shipped, request.param, **polling) as stage:
        yield stage


def references(stage: Stage) -> dict[str, str | None]:
    """Of the orders in the shop: the ERP's number by the shop's id."""
    return {id: one.attributes.get("externalId") for id, one in stage.world.oro.store["orders"].items()}


def name_in(stage: Stage, erp: Erp) -> str:
    world = stage.world
    return str(
        world.p21.customers["ACME_12625"]["CustomerName"] if erp == "p21" else world.eclipse.customers["12625"]["name"]
    )


async def test_a_new_order_is_placed_once_however_often_the_shop_is_asked(stage: Stage) -> None:
    erp = stage.world.of(stage.erp)
    known = len(erp.orders)
    erp.faults.add(CrashAfterWrite(), path=PLACES[stage.erp], method="POST")
    id = stage.world.oro.place_order("PO 77", "12625", LINES).id

    left = [await stage.run("orders_polled") for _ in range(2)]

    assert (left, erp.faults.left, len(erp.orders)) == ([[], []], 0, known + 1)
    assert references(stage)[id] is not None


async def test_an_order_that_has_a_number_of_the_erp_is_not_placed(stage: Stage) -> None:
    erp = stage.world.of(stage.erp)
    known = len(erp.orders)
    stage.world.oro.place_order("PO 77", "12625", LINES).attributes["externalId"] = "1004700"

    assert await stage.run("orders_polled") == []

    assert len(erp.orders) == known


async def test_a_shop_that_was_away_is_asked_again_from_where_it_stopped(stage: Stage) -> None:
    oro = stage.world.oro
    await stage.run("orders_polled")
    id = oro.place_order("PO 77", "12625", LINES).id
    oro.faults.add(Status(503), path="/admin/api/orders", method="GET", times=3)

    with pytest.raises(Exception, match="503"):
        await stage.run("orders_polled")
    oro.faults.clear()
    left = await stage.run("orders_polled")

    assert (left, references(stage)[id] is not None) == ([], True)


async def test_a_changed_customer_is_changed_in_the_erp_once(stage: Stage) -> None:
    erp = stage.world.of(stage.erp)
    stage.world.oro.change("customers", "1", name="ACME ELECTRIC INC")

    left = [await stage.run("customers_polled") for _ in range(2)]

    assert (left, name_in(stage, stage.erp)) == ([[], []], "ACME ELECTRIC INC")
    assert stage.asked(erp, "PUT", CUSTOMERS[stage.erp]) == 1
