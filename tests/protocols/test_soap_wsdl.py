"""SOAP with a WSDL: what is sent and read has the types that it says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.calls import Call
from engine.errors import MappingError, SettingMissing
from engine.exchange import Trace
from tests.fakes.webconnector import WebConnector
from tests.protocols.conftest import Open
from tests.protocols.soap_wire import Wire, envelope, sent

WSDL = Path(__file__).parent.parent / "wsdl"
SALES = """
    connections:
      erp:
        type: soap
        url: https://erp.test/sales
        wsdl: sales.wsdl
        soap_headers: {session: {Company: ACME}}
        endpoints:
          create_order: {operation: CreateOrder}
    """


@pytest.fixture
def beside_the_wsdl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(WSDL)


ORDER = {"order": {"CustomerNo": "10000", "ShipTo": "x", "Line": [{"_number": 1, "ItemNo": "00123", "Quantity": 5}]}}
CREATED = """<CreateOrderResponse xmlns="urn:example:sales"><OrderNo>SO-1</OrderNo><Status>open</Status><Total>9.90</Total>
<Line number="1"><ItemNo xmlns="urn:example:types">00123</ItemNo><New>x</New></Line></CreateOrderResponse>"""


@pytest.mark.usefixtures("beside_the_wsdl")
async def test_a_call_is_written_and_read_in_the_types_of_the_wsdl(opened: Open) -> None:
    wire = Wire(envelope(CREATED))

    reply = await sent(opened, SALES, wire, "create_order", ORDER)

    assert wire.request.headers["soapaction"] == '"urn:example:sales/CreateOrder"'
    assert "<n1:Company>ACME</n1:Company></n1:Session></soap:Header>" in wire.request.content.decode()
    assert wire.body == (
        '<n1:CreateOrder xmlns:n1="urn:example:sales"><n1:order><n2:CustomerNo{n2}>10000</n2:CustomerNo>'
        '<n2:ShipTo{n2}>x</n2:ShipTo><n2:Line{n2} number="1"><n2:ItemNo>00123</n2:ItemNo><n2:Quantity>5</n2:Quantity>'
        '<n2:Gift xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"></n2:Gift>'
        "</n2:Line></n1:order></n1:CreateOrder>"
    ).replace("{n2}", ' xmlns:n2="urn:example:types"')
    line = {"_number": 1, "ItemNo": "00123", "New": "x"}
    assert reply == {"OrderNo": "SO-1", "Status": "open", "Total": Decimal("9.90"), "Line": [line]}


@pytest.mark.usefixtures("beside_the_wsdl")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"CustomerNo": None}, "CreateOrder.order.CustomerNo is missing"),
        ({"CustomerNo": "x" * 21}, "CreateOrder.order.CustomerNo has 21 characters; at most 20 fit"),
        ({"CustomerNo": ["a", "b"]}, "CreateOrder.order.CustomerNo may come once, and is a list of 2"),
        ({"Line": [{"Quantity": "many", "ItemNo": "1"}]}, "CreateOrder.order.Line.Quantity is a number, not this text"),
        ({"Line": [{"Quanity": 1}]}, "CreateOrder.order.Line has no field 'Quanity'; did you mean \"Quantity\"?"),
    ],
)
async def test_what_does_not_fit_the_wsdl_is_said(opened: Open, change: dict[str, Any], words: str) -> None:
    with pytest.raises(MappingError) as error:
        await sent(opened, SALES, Wire(""), "create_order", {"order": {**ORDER["order"], **change}})

    assert error.value.message == f"erp.erp.create_order: the body cannot be written: {words}"


@pytest.mark.usefixtures("beside_the_wsdl")
async def test_an_operation_that_the_wsdl_does_not_have_is_said(opened: Open) -> None:
    with pytest.raises(SettingMissing) as error:
        opened(SALES.replace("CreateOrder}", "CreateOrdr}"))

    assert error.value.problems == ("sales.wsdl has no operation 'CreateOrdr' for soap11; it has: CreateOrder",)


async def test_a_text_of_the_wsdl_may_hold_xml(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(WSDL.parent / "fakes")
    connector = WebConnector(password="pw")
    sessions = opened(
        """
        connections:
          erp:
            type: soap
            url: https://erp.test/InboundCreateOrderIISWebService.svc
            wsdl: webconnector.wsdl
            parameters: {xml: xml}
            returns: xml
            body: {user: shop, password: pw}
            endpoints: {order: {operation: CreateSalesOrder}}
        """,
        httpx.ASGITransport(connector.app),
    )
    order = {"UUID": "u-1", "BuyerCustomerParty": {"SupplierAssignedAccountID": "10000"}}

    reply = await sessions["erp"].send(Call("order", body={"xml": {"Order": order}}), Trace(payloads=False))

    assert reply.body["OrderResponse"]["SalesOrderID"] == "SO-100234"
    assert connector.calls[0].arguments["xml"].startswith("<Order><UUID>u-1</UUID>")
