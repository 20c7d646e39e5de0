"""The nightly exports of the Web-Connector's ERP: files in, product groups, products and prices in the shop."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.delivery.store import Store
from tests.fakes.certificates import Authority
from tests.scenarios.under_way import Stage, hasty
from tests.scenarios.world import world as running

FLOWS = ("product_groups", "products_csv", "list_prices", "products_xml", "products_json")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
async def stage(certificates: Authority, tmp_path: Path, drop: Path) -> AsyncIterator[Stage]:
    store = Store.open()
    async with running(certificates, hasty(tmp_path), webconnector__import_folder=str(drop)) as world:
        yield Stage(world, store, "webconnector")
    store.close()


def put(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    """A file that nobody has written to for a minute."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    os.utime(path, (time.time() - 60, time.time() - 60))


async def run(stage: Stage) -> list[str]:
    """All flows, in the order in which they follow each other; gives what is left."""
    left = []
    for flow in FLOWS:
        left += [f"{flow}: {words}" for words in await stage.run(flow)]
    return left


def categories(stage: Stage) -> dict[str, tuple[str, str]]:
    """By code, the title of a category and the code of the one it is in."""
    oro, found = stage.world.oro.store, {}
    for category in oro["categories"].values():
        ((_, title),) = category.references("titles")
        parents = [
            oro["categories"][id].attributes.get("externalId") for _, id in category.references("parentCategory")
        ]
        found[category.attributes.get("externalId")] = (oro["categorytitles"][title].attributes["string"], *parents)
    return found


async def test_groups_products_and_prices_of_a_night(stage: Stage, drop: Path) -> None:
    put(drop, "groups_1.csv", "code;name;parent\r\nEMT;Steel conduit;CONDUIT\r\nCONDUIT;Röhren;\r\n", "cp1252")
    head = "sku;name;unit;active;group;list_price;currency"
    put(drop, "products_1.csv", f"{head}\r\nP-1;Elbow ½;each;J;EMT;9,90;EUR\r\nP-2;Old;each;N;;;\r\n", "cp1252")
    put(drop, "prices_1.csv", "sku;currency;quantity;price;unit\r\nP-1;EUR;1;9,90;\r\nP-1;EUR;100;8,50;\r\n")

    assert await run(stage) == []

    oro = stage.world.oro.store
    assert categories(stage) == {
        None: ("All products",),
        "CONDUIT": ("Röhren", None),
        "EMT": ("Steel conduit", "CONDUIT"),
    }
    product = {one.attributes["sku"]: one for one in oro["products"].values()}
    group = oro["categories"][product["P-1"].references("category")[0][1]]
    assert group.attributes["externalId"] == "EMT"
    assert (product["P-1"].attributes["status"], product["P-2"].attributes["status"]) == ("enabled", "disabled")
    assert product["P-2"].references("category") == []
    assert [(one.attributes["quantity"], one.attributes["value"]) for one in oro["productprices"].values()] == [
        (1, "9.9000"),
        (100, "8.5000"),
    ]
    assert sorted(path.name for path in (drop / "archive").iterdir()) == [
        "groups_1.csv",
        "prices_1.csv",
        "products_1.csv",
    ]


async def test_a_catalogue_as_xml_and_as_json_lines(stage: Stage, drop: Path) -> None:
    put(drop, "groups_1.csv", "code;name;parent\r\nBOLTS;Bolts;\r\n")
    item = "<Item><No>X-1</No><Description>Bolt</Description><Item_Category_Code>BOLTS</Item_Category_Code></Item>"
    put(drop, "products_1.xml", f"<Catalog>{item}</Catalog>")
    put(drop, "products_1.jsonl", '{"sku": "J-1", "name": "Nut", "group": "BOLTS"}\n')
    put(drop, "products_1.jsonl.done", "")

    assert await run(stage) == []

    oro = stage.world.oro.store
    found = {one.attributes["sku"]: one.references("category") for one in oro["products"].values()}
    assert found["X-1"] == found["J-1"] == [("categories", "2")]
    assert sorted(path.name for path in drop.rglob("*") if path.is_file()) == [
        *("groups_1.csv", "products_1.jsonl", "products_1.xml")
    ]


async def test_only_what_changed_since_the_last_night_goes_to_the_shop(stage: Stage, drop: Path) -> None:
    put(drop, "groups_1.csv", "code;name;parent\r\nA;Pipes;\r\nB;Bolts;\r\n")
    await run(stage)
    batches = len(stage.world.oro.operations)
    put(drop, "groups_2.csv", "code;name;parent\r\nA;Pipes;\r\nB;Nuts and bolts;\r\n")

    assert await run(stage) == []

    assert {code: title for code, (title, *_) in categories(stage).items() if code} == {
        "A": "Pipes",
        "B": "Nuts and bolts",
    }
    sent = [operation.items for operation in list(stage.world.oro.operations.values())[batches:]]
    assert sent == [[{"meta": {"update": True}, "type": "categories", "id": "3", "attributes": {"externalId": "B"}}]]
