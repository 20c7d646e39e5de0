"""What travels between the shop and Sage X3 through staging tables: nothing lost, nothing twice, nothing bent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.delivery.clock import Clock
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.notices.mail_server import MailServer
from engine.runtime.by_itself.flows import Flows
from engine.runtime.by_itself.notifying import LOOK, Notifier, Post
from tests.fakes.certificates import Authority
from tests.fakes.sagex3 import SageX3, customers, lines, orders, tracking, warranties
from tests.flows.stage import Hands
from tests.mail_server import mail_server
from tests.postgres import Postgres, running_postgres
from tests.scenarios import staging
from tests.scenarios.under_way import LINES, Stage, hasty
from tests.scenarios.world import TOKEN
from tests.scenarios.world import world as running


@pytest.fixture(scope="module")
def server(certificates: Authority) -> Iterator[Postgres]:
    with running_postgres(certificates) as made:
        yield made


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = hasty(tmp_path_factory.mktemp("hasty"))
    file = folder / "sagex3.yaml"
    file.write_text(file.read_text().replace("lasts: 60s", "lasts: 200ms"))  # how long it is taken to be away
    return folder


@pytest.fixture
async def x3(request: pytest.FixtureRequest, server: Postgres) -> AsyncIterator[tuple[SageX3, str]]:
    made, url = staging.staged(server, own_tables=getattr(request, "param", False))
    yield made, url
    made.close()


class X3Stage(Stage):
    """The world with X3 in it."""

    x3: SageX3

    async def order(self, no: str, **more: Any) -> None:
        """The shop posts an order."""
        body = {
            "order_no": no,
            "customer_id": "12625",
            "ordered_at": "2025-08-25T22:30:00Z",
            "currency": "EUR",
            "ship_to": {"company": "Acme", "street": "9 Bay Rd", "city": "Lille", "country": "FR"},
            "items": [
                {"sku": "1E10", "quantity": Decimal("2.5"), "unit": "kg", "unit_price": Decimal("16.065")},
                {"sku": "00123", "quantity": 10},
            ],
            **more,
        }
        answer = await self.post("order_placed", body, Authorization=f"Bearer {TOKEN}")
        assert answer.status_code == 202, answer.text

    async def tell(self, event: str, body: Any) -> None:
        answer = await self.post(event, body, Authorization=f"Bearer {TOKEN}")
        assert answer.status_code == 202, answer.text

    async def states(self, flow: str) -> list[tuple[str, str, str]]:
        return [(one.key, one.state, one.error) for one in await self.store.found(Filter(flow=flow))]


@pytest.fixture
async def stage(certificates: Authority, shipped: Path, x3: tuple[SageX3, str]) -> AsyncIterator[X3Stage]:
    store = Store.open()
    given = {
        "sagex3__url": x3[1],
        "sagex3__shop_token": TOKEN,
        "sagex3__password": staging.PASSWORD,
        "sagex3__user": staging.ROLE,
        "sagex3__folder": "public",
        "sagex3__ca": str(certificates.ca_file),
        "sagex3__every": "100ms",
        "sagex3__alert_emails": "ops@example.com",
    }
    async with running(certificates, shipped, **given) as world:
        made = X3Stage(world, store, "sagex3")
        made.x3 = x3[0]
        yield made
    store.close()


@pytest.mark.parametrize("x3", [False, True], ids=["tables of engine ddl", "tables of X3's own"], indirect=True)
async def test_an_order_arrives_whole_and_its_number_comes_back(stage: X3Stage) -> None:
    placed = stage.world.oro.place_order("PO 77", "12625", LINES)
    number = placed.attributes["identifier"]
    await stage.order(number, attributes={"project": "P-7", "drop_ship": True})

    await stage.run("orders")
    assert await stage.states("orders") == [(number, "sent", "")]
    assert stage.x3.run() == 1
    assert await stage.run("order_results") == []

    assert await stage.states("orders") == []
    assert stage.world.oro.store["orders"][placed.id].attributes["externalId"] == "SON00000001"
    header = ("ZSTA_0", "ZRES_0", "CUSORDREF_0", "BPCORD_0", "CUR_0", "BPDNAM_0", "YPROJECT_0", "YDROPSHIP_0")
    assert stage.x3.rows(orders, *header) == [("D", "D", number, "12625", "EUR", "Acme", "P-7", 2)]
    assert stage.x3.rows(orders, "ORDDAT_0", "DEMDLVDAT_0") == [(date(2025, 8, 26), date(1753, 1, 1))]
    assert stage.x3.rows(lines, "SOPLIN_0", "ITMREF_0", "QTY_0", "SAU_0", "GROPRI_0") == [
        (1000, "1E10", Decimal("2.5"), "KG", Decimal("16.065")),
        (2000, "00123", Decimal(10), "UN", None),
    ]
    assert stage.x3.rows(customers, "ZDIR_0", "ZSTA_0", "BPCNUM_0", "BPCNAM_0") == [("O2E", "D", "12625", "Acme")]
    assert stage.x3.broken == []


async def test_an_order_that_x3_refuses_comes_back_parked_with_its_words_and_can_be_sent_again(stage: X3Stage) -> None:
    stage.x3.refused = {"00123": "ITMREF: 00123 no such product"}
    await stage.order("W-1")
    await stage.run("orders")
    stage.x3.run()

    await stage.run("order_results")
    assert await stage.states("orders") == [("W-1", "parked", "ITMREF: 00123 no such product")]

    stage.x3.refused = {}
    await stage.resend("orders")
    assert stage.x3.rows(orders, "ZSTA_0", "ZRES_0", "ZERRMSG_0") == [("N", "N", " ")]
    stage.x3.run()
    await stage.run("order_results")

    assert await stage.states("orders") == []
    assert stage.x3.taken == {"W-1": 1}


async def test_an_order_waits_until_it_may_go(stage: X3Stage) -> None:
    await stage.order("W-1", status="draft")

    await stage.run("orders")
    assert await stage.states("orders") == [("W-1", "held", "")]
    assert stage.x3.count(orders) == 0
    await stage.tell("order_changed", {"order_no": "W-1", "status": "approved"})
    await stage.run("orders")

    assert await stage.states("orders") == [("W-1", "sent", "")]
    assert stage.x3.count(orders) == 1


async def test_a_customer_goes_alone_only_when_a_chosen_attribute_changed(stage: X3Stage) -> None:
    customer = {"customer_id": "12625", "name": "Acme", "phone": "555-0100", "email": "jo@acme.example"}
    for change in ({}, {"email": "other@acme.example"}, {"name": "Acme & Sons"}):
        await stage.tell("customer_changed", {**customer, **change})
        assert await stage.run("customers") == []

    assert stage.x3.rows(customers, "BPCNAM_0", "WEB_0", "ZSTA_0") == [
        ("Acme", "jo@acme.example", "N"),
        ("Acme & Sons", "jo@acme.example", "N"),
    ]


async def test_a_warranty_into_a_table_of_ones_own(stage: X3Stage) -> None:
    warranty = {"id": "w-1", "customer_id": "12625", "sku": "1E10", "serial": "SN-1", "bought_on": "2025-08-18"}
    await stage.tell("warranty_registered", warranty)

    assert await stage.run("warranties") == []

    assert stage.x3.rows(warranties, "ZWARID_0", "ZSTA_0", "ZSERIAL_0", "ZBUYDAT_0") == [
        ("w-1", "N", "SN-1", date(2025, 8, 18))
    ]


async def test_credit_limits_reach_the_customers_that_the_shop_has(stage: X3Stage) -> None:
    stage.x3.set_credit_limit("12625", Decimal("50000.5"), "X3-1")
    stage.x3.set_credit_limit("404", Decimal(1), "X3-2")

    await stage.run("credit_limits")

    (customer,) = [
        one for one in stage.world.oro.store["customers"].values() if one.attributes["externalId"] == "12625"
    ]
    assert (customer.attributes["creditLimit"], customer.attributes["creditStatus"]) == ("50000.50", "OSTCTL 2")
    assert stage.x3.rows(customers, "BPCNUM_0", "ZSTA_0", "ZERRMSG_0") == [
        ("12625", "D", " "),
        ("404", "E", "The shop has no customer 404"),
    ]
    assert await stage.states("credit_limits") == [("404", "parked", "The shop has no customer 404")]


async def test_tracking_numbers_reach_the_shops_orders_once(stage: X3Stage) -> None:
    placed = stage.world.oro.place_order("PO 77", "12625", LINES)
    number = placed.attributes["identifier"]
    stage.x3.ship(number, "1Z999", "1", date(2025, 8, 27))
    stage.x3.ship(number, "00340", "77")

    assert await stage.run("tracking") == []
    with stage.x3.engine.begin() as connection:
        connection.execute(sa.update(tracking).values(ZSTA_0="N"))
    assert await stage.run("tracking") == []

    found = [one.attributes for one in stage.world.oro.store["ordershippingtrackings"].values()]
    assert sorted((one["number"], one["method"]) for one in found) == [("00340", "77"), ("1Z999", "UPS")]
    assert stage.x3.rows(tracking, "ZSTA_0") == [("D",), ("D",)]


async def test_rows_that_cannot_be_are_parked_and_the_rest_goes_on(stage: X3Stage) -> None:
    placed = stage.world.oro.place_order("PO 77", "12625", LINES)
    number = placed.attributes["identifier"]
    stage.x3.ship(number, "no day", "1")
    with stage.x3.engine.begin() as connection:
        connection.exec_driver_sql('alter table "ZORO_TRK" alter column "SHIDAT_0" type text')
        connection.exec_driver_sql('update "ZORO_TRK" set "SHIDAT_0" = \'2025-13-01\'')
    stage.x3.put(tracking, ZSTA_0="N", CUSORDREF_0=" ", ZTRACK_0="no order")
    stage.x3.put(tracking, ZSTA_0="N", CUSORDREF_0=number, ZTRACK_0=" ")
    with stage.x3.engine.begin() as connection:
        connection.exec_driver_sql('alter table "ZORO_TRK" alter column "ZTRACK_0" drop not null')
        connection.exec_driver_sql('alter table "ZORO_TRK" alter column "ZTRACK_0" type text')
    stage.x3.put(tracking, ZSTA_0="N", CUSORDREF_0=number, ZTRACK_0=None)
    stage.x3.put(tracking, ZSTA_0="N", CUSORDREF_0=number, ZTRACK_0="9" * 300)
    stage.x3.ship(number, "1Z999", "1")

    await stage.run("tracking")

    said = {
        "no day": "ZORO_TRK.SHIDAT_0: there is no day in it such as 2025-08-25 or 2025-08-25T22:30:00Z",
        "no order": "ZORO_TRK.CUSORDREF_0: it is empty, and the column is required",
        " ": "ZORO_TRK.ZTRACK_0: it is empty, and the column is required",
        None: "ZORO_TRK.ZTRACK_0: it is empty, and the column is required",
        "9" * 300: "ZORO_TRK.ZTRACK_0: it has 300 characters, and the column takes 40",
    }
    assert stage.x3.rows(tracking, "ZTRACK_0", "ZSTA_0", "ZERRMSG_0") == [
        *((shown, "E", why) for shown, why in said.items()),
        ("1Z999", "D", " "),
    ]
    assert await stage.states("tracking") == [("", "parked", why) for why in said.values()]


async def test_an_order_with_a_price_that_x3_has_no_room_for_is_parked_and_the_others_go(stage: X3Stage) -> None:
    await stage.order("W-1", items=[{"sku": "1E10", "quantity": 1, "unit_price": Decimal("0.123456789")}])
    await stage.order("W-2")

    await stage.run("orders")

    why = "it has 9 digits behind the point, and the column takes 7; decimal(x, `7`) rounds"
    assert await stage.states("orders") == [
        ("W-1", "parked", f"sagex3.x3.order: ZORO_SOP.GROPRI_0: {why} (building body.lines[0].GROPRI_0)"),
        ("W-2", "sent", ""),
    ]
    assert stage.x3.rows(orders, "CUSORDREF_0") == [("W-2",)]


async def test_the_database_is_away_for_a_minute_nothing_is_lost_and_one_mail_tells_of_it(
    stage: X3Stage, server: Postgres
) -> None:
    engine, hands = stage.world.engine, Hands()
    (x3,) = [one for one in engine.integrations["sagex3"].sessions.availabilities if one.name == "sagex3.x3"]
    placed = [stage.world.oro.place_order("PO 77", "12625", LINES).attributes["identifier"] for _ in range(20)]
    with mail_server() as mails:
        notifier = Notifier(engine, stage.store, Clock(hands, hands), Post(MailServer.of(mails.url)))

        async def minute() -> list[str]:
            """People are told as in a minute; gives the subjects of all mails."""
            for _ in range(round(60 / LOOK)):
                hands.at += LOOK
                await notifier.look()
            return [str(mail["subject"]) for mail in mails.taken]

        async with working(stage):
            await stage.order(placed[0])
            await until(lambda: stage.x3.count(orders) == 1)
            assert await minute() == []
            server.stop()
            try:
                for number in placed[1:]:
                    await stage.order(number)
                await until(lambda: x3.is_offline)
                away = await minute()
                await asyncio.sleep(1)  # it is tried again, and found away again
                away = [*away, *(await minute())[len(away) :]]
                states = {state for _, state, _ in await stage.states("orders")} - {"running"}
            finally:
                server.start()
            await until(lambda: stage.x3.count(orders) == 20)
            stage.x3.run()
            await until(lambda: set(stage.x3.rows(orders, "ZSTA_0", "ZRES_0")) == {("D", "D")})
            for _ in range(5):
                back = await minute()

    assert away == ["[sagex3] the connection sagex3.x3 is offline"]
    assert states == {"sent", "ready"}
    assert back == [*away, "[sagex3] the connection sagex3.x3 is online again"]
    assert stage.x3.taken == dict.fromkeys(placed, 1)
    assert await stage.states("orders") == []


@asynccontextmanager
async def working(stage: X3Stage) -> AsyncIterator[None]:
    """Everything that travels by itself does."""
    flows = Flows.of(stage.world.engine, stage.store)
    running = asyncio.create_task(flows.run())
    try:
        yield
    finally:
        await flows.stop(5)
        await running


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(100):
        while not condition():
            await asyncio.sleep(0.02)


def test_the_role_suffices_and_no_more_is_possible(server: Postgres) -> None:
    """Everything above ran as that role. What no endpoint does, it may not."""
    x3, url = staging.staged(server)
    account = sa.make_url(url.replace("postgresql:", "postgresql+psycopg:")).set(
        username=staging.ROLE, password=staging.PASSWORD
    )
    engine = sa.create_engine(account, connect_args={"sslmode": "require"})
    refused = []
    for statement in (
        'delete from "ZORO_SOH"',
        'delete from "ZORO_BPC"',
        'update "ZORO_SOH" set "SOHNUM_0" = \'x\'',
        'update "ZORO_SOP" set "QTY_0" = 1',
        'update "ZORO_TRK" set "ZTRACK_0" = \'x\'',
        'insert into "ZORO_TRK" ("ZSTA_0") values (\'N\')',
        'insert into "ZORO_BPC" ("OSTAUZ_0") values (1)',
        'select "QTY_0" from "ZORO_SOP"',
        'select "ZSERIAL_0" from "ZORO_WAR"',
        'truncate "ZORO_SOP"',
        'drop table "ZORO_WAR"',
        "create table x (y int)",
        "select rolpassword from pg_authid",
    ):
        with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as raised:
            connection.exec_driver_sql(statement)
        refused.append(raised.value.orig.sqlstate)  # type: ignore[union-attr]
    engine.dispose()
    x3.close()

    assert set(refused) == {"42501"}
