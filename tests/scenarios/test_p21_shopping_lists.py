"""Shopping lists of the shop, which are contracts in Prophet 21."""

from __future__ import annotations

from tests.scenarios.p21_changes import LIST
from tests.scenarios.world import World


async def test_a_unit_without_a_code_is_not_a_piece_on_a_shopping_list(world: World) -> None:
    response = await world.ask("p21", "save_shopping_list", {**LIST, "items": [{"sku": "EMT-05", "unit": "pallet"}]})

    assert response.status_code == 500
    assert "'pallet'" in response.json()["detail"]


async def test_a_shopping_list_is_a_contract_whose_lines_are_added_and_changed(world: World) -> None:
    made = await world.reply("p21", "save_shopping_list", LIST)
    items = [{"sku": "1E10", "unit": "each"}, {"sku": "O'NEIL-2"}]
    changed = await world.reply("p21", "save_shopping_list", {**LIST, "name": "Van 2", "items": items})

    assert made == {"shop_id": "17", "erp_id": "31", "known": False}
    assert changed == {**made, "known": True}
    (header,) = world.p21.tables["job_price_hdr"]
    assert (header["contract_no"], header["job_description"]) == ("WEB-17", "Van 2")
    assert [(line["item_id"], line["uom"]) for line in world.p21.tables["job_price_line"]] == [
        ("EMT-05", "C"),
        ("1E10", "EA"),
        ("O'NEIL-2", "EA"),
    ]
