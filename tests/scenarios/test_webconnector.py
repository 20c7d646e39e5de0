"""The Web-Connector: SOAP against a server that knows nothing of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from engine.journal.payloads import text
from tests.fakes.certificates import Authority
from tests.fakes.envelopes import SoapFault
from tests.fakes.faults import Hang, Status, TruncatedJson
from tests.scenarios.world import PASSWORD, SHIPPED, World, world

ERP = "webconnector"
BOLT = {"sku": "1000", "quantity": 5, "name": "Bolt & Söhne <1>", "list_price": 9.5}
ORDER = {"order_no": "basket-1", "customer_id": "10000", "po_number": "PO-771", "items": [BOLT]}
INVOICE = {
    "CustomerNumber": "10000",
    "ID": "I-1",
    "IssueDate": "2025-08-25",
    "OrderReference": {"ID": "PO-771", "SalesOrderID": "SO-1"},
    "LegalMonetaryTotal": {"PayableAmount": "58.91"},
    "InvoiceLine": [{"ID": "1", "InvoicedQuantity": "5", "Item": {"SellersItemIdentification": {"ID": "1000"}}}],
}


@pytest.fixture
async def w(certificates: Authority) -> AsyncIterator[World]:
    async with world(certificates, SHIPPED, webconnector__log_payloads="true") as made:
        yield made


def price(reply: Any) -> list[tuple[str, str, str]]:
    return [(item["sku"], str(item.get("unit_price")), item["source"]) for item in reply["items"]]


async def test_prices_are_those_of_the_erp_and_list_prices_where_it_has_none(w: World) -> None:
    reply = await w.reply(ERP, "prices", {"customer_id": "10000", "items": [BOLT, {"sku": "NEW", "quantity": 1}]})

    assert price(reply) == [("1000", "8.2500", "erp"), ("NEW", "None", "list")]
    call = w.connector.calls[-1]
    assert (call.operation, call.arguments["user"], call.arguments["erp_parameters"]) == (
        "SV_OPENTRANS_CALCULATE_PRICE",
        "shop",
        {"timeout": "5000"},
    )
    assert "<Name>Bolt &amp; Söhne &lt;1&gt;</Name>" in call.arguments["data"]


async def test_an_order_gets_its_number_once_however_often_it_is_sent(w: World) -> None:
    first, again = [await w.reply(ERP, "create_order", ORDER) for _ in range(2)]

    assert first == again == {"order_no": "basket-1", "erp_id": "SO-100234"}
    assert [order["no"] for order in w.connector.desk.orders.values()] == ["SO-100234"]


async def test_freight_that_the_erp_adds_is_in_the_total(w: World) -> None:
    w.connector.desk.freight = w.connector.desk.prices["00123"]

    reply = await w.reply(ERP, "order_total", ORDER)

    assert (str(reply["subtotal"]), str(reply["total"])) == ("45.38", "54.00")
    assert [item["sku"] for item in reply["items"]] == ["1000", "9000"]


async def test_a_customer_with_contacts_and_addresses(w: World) -> None:
    await w.reply(ERP, "create_contact", {"customer_id": "10000", "email": "al@acme.test", "last_name": "Al"})
    await w.reply(ERP, "create_contact", {"customer_id": "10000", "email": "al@acme.test"})

    found = await w.reply(ERP, "customer", {"customer_id": "10000"})

    assert (found["name"], str(found["credit_limit"]), found["blocked"]) == ("Acme & Söhne", "10000.00", False)
    assert [one["email"] for one in found["contacts"]] == ["jo@acme.test", "al@acme.test"]
    assert [one["erp_id"] for one in found["delivery_addresses"]] == ["LAGER"]


async def test_addresses_are_made_changed_and_deleted(w: World) -> None:
    made = await w.reply(ERP, "create_delivery_address", {"customer_id": "10000", "name": "Hof", "street": "A 1"})
    await w.reply(ERP, "update_delivery_address", {"customer_id": "10000", **made, "name": "Hof", "street": "B 2"})
    await w.reply(ERP, "delete_delivery_address", {"customer_id": "10000", "erp_id": "LAGER"})

    found = await w.reply(ERP, "delivery_addresses", {"customer_id": "10000"})

    assert [(one["erp_id"], one["street"]) for one in found["addresses"]] == [(made["erp_id"], "B 2")]


async def test_documents_by_customer_and_date(w: World) -> None:
    w.connector.desk.documents["Invoice"] = [INVOICE, {**INVOICE, "ID": "I-2", "IssueDate": "2025-09-25"}]

    listed = await w.reply(ERP, "invoices", {"customer_id": "10000", "before": "2025-08-31"})
    whole = await w.reply(ERP, "invoice", {"customer_id": "10000", "number": "I-2"})
    gone = await w.ask(ERP, "invoice", {"customer_id": "20000", "number": "I-2"})

    assert [one["number"] for one in listed["documents"]] == ["I-1"]
    assert (whole["number"], whole["items"][0]["sku"], str(whole["items"][0]["quantity"])) == ("I-2", "1000", "5")
    assert (gone.status_code, gone.json()["code"]) == (502, "404")


async def test_the_shops_own_documents_are_not_asked_for(certificates: Authority) -> None:
    async with world(certificates, SHIPPED, webconnector__use_local_documents="true") as w:
        refused = await w.ask(ERP, "invoices", {"customer_id": "10000"})

        assert (refused.status_code, w.connector.calls) == (404, [])


# -- trouble -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (SoapFault("Server", "Table is locked by user JO"), "Table is locked by user JO"),
        (
            "<ERROR><CODE>17</CODE><WC_MESSAGE>wc</WC_MESSAGE><ERP_MESSAGE>no</ERP_MESSAGE></ERROR>",
            'ERP request returned an error. Web-Connector: "wc" ERP: "no"',
        ),
    ],
)
async def test_the_erp_says_no_in_its_own_words(w: World, said: Any, words: str) -> None:
    w.connector.say(said)

    refused = await w.ask(ERP, "customer", {"customer_id": "10000"})

    assert (refused.status_code, refused.json()["detail"]) == (502, words)


@pytest.mark.parametrize(
    "garbage", [TruncatedJson(), Status(200, "<html>Sign in</html>", {"content-type": "text/html"}), Status(200, "")]
)
async def test_garbage_is_no_answer_and_the_list_price_stands_in(w: World, garbage: Any) -> None:
    w.connector.faults.add(garbage, times=1)

    reply = await w.ask(ERP, "prices", {"items": [BOLT]})

    assert (reply.status_code, price(reply.json())) == (200, [("1000", "9.5", "list")])


async def test_a_price_for_a_hundred_is_told_for_one_and_zero_is_none(w: World) -> None:
    w.connector.desk.priced_per = 100
    w.connector.desk.prices["NEW"] = Decimal(0)
    new = {"sku": "NEW", "quantity": 1, "list_price": 3}

    reply = await w.reply(ERP, "prices", {"customer_id": "10000", "items": [BOLT, new]})
    total = await w.reply(ERP, "order_total", {"order_no": "1", "customer_id": "10000", "items": [BOLT]})

    assert price(reply) == [("1000", "8.2500", "erp"), ("NEW", "3", "list")]
    assert str(total["items"][0]["unit_price"]) == "8.2500"


async def test_a_total_that_the_erp_does_not_tell_is_not_the_shops(w: World) -> None:
    w.connector.say("<OrderResponse><DocumentCurrencyCode>EUR</DocumentCurrencyCode></OrderResponse>")

    refused = await w.ask(ERP, "order_total", {"order_no": "1", "customer_id": "10000", "total": 9, "items": [BOLT]})

    assert (refused.status_code, refused.json()["detail"]) == (502, "The ERP does not say what order 1 comes to")


async def test_text_that_is_no_xml_is_no_answer(w: World) -> None:
    w.connector.say("Warning: mysql_connect() in line 7")

    refused = await w.ask(ERP, "customer", {"customer_id": "10000"})

    assert refused.status_code == 502
    assert "its body cannot be read: it is no XML" in refused.json()["detail"]


async def test_characters_that_xml_cannot_carry_are_survived(w: World) -> None:
    w.connector.say("<RawResponse><Name>Acme\x0b GmbH</Name></RawResponse>")  # no server of this kind escapes it

    assert (await w.reply(ERP, "customer", {"customer_id": "10000"}))["name"] == "Acme GmbH"


async def test_while_the_erp_hangs_a_page_gets_its_list_price_in_time(certificates: Authority) -> None:
    async with world(certificates, SHIPPED, webconnector__soap_timeout="500ms") as w:
        w.connector.faults.add(Hang(), times=None)

        first = await w.ask(ERP, "prices", {"items": [BOLT]})
        async with asyncio.timeout(100):  # nobody waits for the test message
            while not w.is_offline(ERP):
                await asyncio.sleep(0.02)
        w.connector.requests.clear()
        second = await w.ask(ERP, "prices", {"items": [BOLT]})

        assert price(first.json()) == price(second.json()) == [("1000", "9.5", "list")]
        assert w.connector.requests == []  # offline: answered at once


async def test_while_the_connector_does_not_reach_the_erp_it_is_offline(w: World) -> None:
    w.connector.desk.is_away = True

    found, later = [await w.ask(ERP, "prices", {"items": [{**BOLT, "quantity": number}]}) for number in (1, 2)]
    order = await w.ask(ERP, "create_order", ORDER)

    assert price(found.json()) == price(later.json()) == [("1000", "9.5", "list")]
    assert (order.status_code, order.json()["cause"]) == (503, "offline")
    assert [call.operation for call in w.connector.calls] == ["SV_OPENTRANS_CALCULATE_PRICE", "SV_RAW_MESSAGE"]


async def test_a_table_that_is_locked_is_no_outage(w: World) -> None:
    w.connector.say(SoapFault("Server", "Table is locked by user JO"))

    first, second = [await w.ask(ERP, "prices", {"items": [{**BOLT, "quantity": number}]}) for number in (1, 2)]

    assert (first.status_code, first.json()["detail"]) == (502, "Table is locked by user JO")
    assert price(second.json()) == [("1000", "8.25", "erp")]
    assert [call.operation for call in w.connector.calls[:2]] == ["SV_OPENTRANS_CALCULATE_PRICE", "SV_RAW_MESSAGE"]


async def test_what_is_kept_of_an_exchange_holds_no_secret_and_no_person(w: World) -> None:
    await w.reply(ERP, "customer", {"customer_id": "10000", "email": "jo@acme.test"})

    exchange, redactor = w.recorded[-1]
    kept = [(moment.point, text(moment.payload, redactor)) for moment in exchange.moments if moment.payload is not None]
    assert {point for point, _ in kept} >= {120, 150, 180, 220, 250, 280}
    for secret in (PASSWORD, "jo@acme.test", "+49 30 2"):
        assert [point for point, shown in kept if secret in shown] == [], secret


async def test_many_ask_while_the_erp_dies_and_returns(certificates: Authority) -> None:
    quick = {"webconnector__soap_timeout": "3s", "webconnector__max_lock_time": "300ms"}
    async with world(certificates, SHIPPED, **quick) as w:
        questions = [{"items": [{**BOLT, "quantity": number}]} for number in range(1, 201)]
        w.connector.faults.add(Hang(), times=None)

        away = await asyncio.gather(*(w.ask(ERP, "prices", question) for question in questions))
        probes = [one for one in w.connector.requests if "WC_TEST" in str(one.body)]

        assert {reply.status_code for reply in away} == {200}
        assert {price(reply.json())[0][2] for reply in away} == {"list"}
        assert len(probes) < 10  # one at a time, not one for each that failed
        w.connector.faults.clear()
        async with asyncio.timeout(100):
            while price(await w.reply(ERP, "prices", {"items": [{**BOLT, "quantity": 7777}]}))[0][2] != "erp":
                await asyncio.sleep(0.05)
        back = await asyncio.gather(*(w.reply(ERP, "prices", question) for question in questions[:8]))
        assert {price(reply)[0][2] for reply in back} == {"erp"}
