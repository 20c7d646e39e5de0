"""SOAP connections: what goes over the wire, what comes back, with and without a WSDL."""

from __future__ import annotations

import secrets
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import zeep
from lxml import etree
from zeep.wsse.username import UsernameToken

from engine.calls import Call
from engine.errors import MappingError, Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from tests.fakes.webconnector import WebConnector
from tests.protocols.conftest import Open

TYPE, NIL = (f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("type", "nil"))
WSDL = Path(__file__).parent.parent / "wsdl"
CLASSIC = """
    settings:
      password: {type: secret}
    connections:
      erp:
        type: soap
        url: https://erp.test/connector.php
        namespace: urn:example:connector
        style: rpc
        use: encoded
        parameters: {user: text, password: text, options: map, data: xml}
        returns: xml
        format: {type: xml, lists: [Line]}
        body: {user: shop, password: =settings.password, options: {timeout: 5000}}
        error: {text: =reply.fault.detail.Words}
        endpoints:
          price: {operation: CALCULATE_PRICE, effect: read}
          order: {operation: CREATE_ORDER}
          moved: {operation: CREATE_ORDER, url: "https://other.test/orders", action: "urn:moved"}
          raw:
            operation: RAW
            parameters: {user: text, password: text, options: map, data: map, count: integer, exact: decimal, yes: boolean}
    """
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


def envelope(inner: str, namespace: str = "http://schemas.xmlsoap.org/soap/envelope/") -> str:
    return f'<s:Envelope xmlns:s="{namespace}"><s:Body>{inner}</s:Body></s:Envelope>'


FAULT12 = envelope(
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>m:NoStock</s:Value></s:Subcode></s:Code>"
    '<s:Reason><s:Text xml:lang="en">not in stock</s:Text></s:Reason></s:Fault>',
    "http://www.w3.org/2003/05/soap-envelope",
)


class Wire:
    """Answers one text to every request, and keeps the last one."""

    def __init__(self, reply: str, status: int = 200, kind: str = "text/xml; charset=utf-8") -> None:
        self.reply, self.status, self.kind = reply, status, kind
        self.request: httpx.Request

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        return httpx.Response(self.status, text=self.reply, headers={"content-type": self.kind})

    @property
    def body(self) -> str:
        """What stands in the body of the request, as canonical XML."""
        body = etree.fromstring(self.request.content).find("{*}Body")
        assert body is not None
        return etree.tostring(body[0], method="c14n", exclusive=True).decode()


async def sent(opened: Open, text: str, wire: Wire, endpoint: str, body: Any) -> Any:
    sessions = opened(text, httpx.MockTransport(wire), **({"password": "pw<1>"} if "secret" in text else {}))
    return (await sessions["erp"].send(Call(endpoint, body=body, retries=False), Trace(payloads=False))).body


# -- without a WSDL ----------------------------------------------------------------------------------------------------


async def test_arguments_go_in_their_order_and_carry_their_types(opened: Open) -> None:
    wire = Wire(envelope("<R><return>&lt;Prices>&lt;Line>&lt;No>1&lt;/No>&lt;/Line>&lt;/Prices></return></R>"))

    reply = await sent(opened, CLASSIC, wire, "price", {"data": {"Order": {"No": "00123", "Note": None, "Empty": ""}}})

    assert wire.body == (
        '<m:CALCULATE_PRICE xmlns:m="urn:example:connector" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
        '<user{xsi} xsi:type="xsd:string">shop</user>'
        '<password{xsi} xsi:type="xsd:string">pw&lt;1&gt;</password>'
        '<options{xsi} xsi:type="map:Map"><item>'
        '<key xsi:type="xsd:string">timeout</key><value xsi:type="xsd:int">5000</value></item></options>'
        '<data{xsi} xsi:type="xsd:string">'
        "&lt;Order&gt;&lt;No&gt;00123&lt;/No&gt;&lt;Empty&gt;&lt;/Empty&gt;&lt;/Order&gt;</data></m:CALCULATE_PRICE>"
    ).replace("{xsi}", ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')
    assert b'xmlns:xsd="http://www.w3.org/2001/XMLSchema"' in wire.request.content
    assert wire.request.headers["soapaction"] == '"urn:example:connector#CALCULATE_PRICE"'
    assert wire.request.headers["content-type"] == "text/xml; charset=utf-8"
    assert reply == {"Prices": {"Line": [{"No": "1"}]}}


async def test_xml_that_is_text_already_stands_as_it_is(opened: Open) -> None:
    wire = Wire(envelope("<R><return/></R>"))

    reply = await sent(opened, CLASSIC, wire, "order", {"data": "<Order a='1'/>"})

    assert "&lt;Order a='1'/&gt;</data>" in wire.body
    assert reply is None


async def test_an_endpoint_may_live_elsewhere(opened: Open) -> None:
    wire = Wire(envelope("<R><return/></R>"))

    await sent(opened, CLASSIC, wire, "moved", {})

    assert (str(wire.request.url), wire.request.headers["soapaction"]) == ("https://other.test/orders", '"urn:moved"')


async def test_a_map_holds_every_kind_of_value(opened: Open) -> None:
    wire = Wire(envelope("<R><return/></R>"))
    data = {"a": [1, None], "b": {"c": True}, "d": Decimal("1.50"), "e": "x"}

    await sent(opened, CLASSIC, wire, "raw", {"data": data, "exact": Decimal("4.1250"), "yes": False})

    kinds = [(one.tag, one.get(TYPE) or one.get(NIL, ""), one.text) for one in etree.fromstring(wire.body).iter()]
    assert kinds[kinds.index(("data", "map:Map", None)) :] == [
        ("data", "map:Map", None),
        ("item", "", None),
        ("key", "xsd:string", "a"),
        ("value", "enc:Array", None),
        ("item", "xsd:int", "1"),
        ("item", "true", None),
        ("item", "", None),
        ("key", "xsd:string", "b"),
        ("value", "map:Map", None),
        ("item", "", None),
        ("key", "xsd:string", "c"),
        ("value", "xsd:boolean", "true"),
        ("item", "", None),
        ("key", "xsd:string", "d"),
        ("value", "xsd:decimal", "1.50"),
        ("item", "", None),
        ("key", "xsd:string", "e"),
        ("value", "xsd:string", "x"),
        ("count", "true", None),
        ("exact", "xsd:decimal", "4.1250"),
        ("yes", "xsd:boolean", "false"),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"dta": {}}, "there is no argument 'dta'; did you mean \"data\"?"),
        ({"data": {"A": 1, "B": 2}}, "an XML body has one root key"),
        ([1], "the body of a call is an object of its arguments"),
    ],
)
async def test_what_is_no_argument_is_said(opened: Open, body: Any, words: str) -> None:
    with pytest.raises(MappingError) as error:
        await sent(opened, CLASSIC, Wire(""), "price", body)

    assert error.value.message == f"erp.erp.price: the body cannot be written: {words}"


@pytest.mark.parametrize(
    ("inner", "reply"),
    [
        ("<R><a>1</a><b><c>x</c><c>y</c></b></R>", {"a": "1", "b": {"c": ["x", "y"]}}),
        (
            '<R xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a i:type="xsd:int">1</a><b i:type="xsd:double">1.50</b>'
            '<c i:nil="true"/><d i:type="xsd:boolean">1</d><e i:type="xsd:string">007</e></R>',
            {"a": 1, "b": Decimal("1.50"), "c": None, "d": True, "e": "007"},
        ),
        (
            '<R xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><m i:type="x:Map"><item><key>k</key><value><z>1</z></value>'
            '</item></m><l i:type="enc:Array"><item>1</item></l></R>',
            {"m": {"k": {"z": "1"}}, "l": ["1"]},
        ),
        ('<R><a href="#i1"/></R><multiRef id="i1"><No>7</No></multiRef>', {"a": {"No": "7"}}),
        (
            '<x xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" id="i1" e:root="0"><No>7</No></x><R><a href="#i1"/></R>',
            {"a": {"No": "7"}},
        ),
        ("<R><a><![CDATA[<x> & y]]> z</a></R>", {"a": "<x> & y z"}),
        ("<R><a>1\x0b&#31;2</a></R>", {"a": "12"}),
    ],
)
async def test_a_reply_is_read_in_the_types_that_it_carries(opened: Open, inner: str, reply: Any) -> None:
    assert await sent(opened, CLASSIC.replace("returns: xml", ""), Wire(envelope(inner)), "raw", {}) == reply


@pytest.mark.parametrize(
    ("written", "declared", "charset"),
    [
        ("utf-8-sig", "utf-8", "utf-8"),
        ("utf-8-sig", "utf-8", "iso-8859-1"),  # the mark at its beginning counts more
        ("utf-16", "utf-16", ""),
        ("utf-16", "utf-16", "utf-8"),
        ("iso-8859-1", "iso-8859-1", ""),
        ("iso-8859-1", "utf-8", "iso-8859-1"),
        ("cp1252", "windows-1252", ""),
    ],
)
async def test_a_reply_may_be_in_any_charset(opened: Open, written: str, declared: str, charset: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>{envelope("<R><a>Söhne</a></R>")}'
    kind = f"text/xml; charset={charset}" if charset else "text/xml"

    def wire(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=text.encode(written), headers={"content-type": kind})

    sessions = opened(CLASSIC.replace("returns: xml", ""), httpx.MockTransport(wire), password="pw<1>")
    reply = await sessions["erp"].send(Call("raw", body={}, retries=False), Trace(payloads=False))

    assert reply.body == {"a": "Söhne"}


async def test_blanks_before_a_reply_are_survived(opened: Open) -> None:
    wire = Wire(f'\n\n<?xml version="1.0"?>{envelope("<R><return>&lt;A/></return></R>")}')

    assert await sent(opened, CLASSIC, wire, "price", {}) == {"A": None}


async def test_references_that_grow_without_end_are_refused(opened: Open) -> None:
    bombs = "".join(f'<m id="i{n}"><a href="#i{n + 1}"/><b href="#i{n + 1}"/></m>' for n in range(60))
    wire = Wire(envelope(f'<R><a href="#i0"/></R>{bombs}<m id="i60">x</m>'))

    with pytest.raises(Unreachable) as error:
        await sent(opened, CLASSIC.replace("returns: xml", ""), wire, "raw", {})

    assert "its references lead to too many elements" in error.value.text


async def test_header_blocks_stand_in_the_namespace_of_the_operations(opened: Open) -> None:
    wire = Wire(envelope("<R><return/></R>"))
    blocks = "soap_headers: {Session: {Company: A&B, _user: 1}, Locale: de, Left: null}"

    await sent(opened, CLASSIC.replace("returns: xml", f"returns: xml\n        {blocks}"), wire, "price", {})

    header = etree.fromstring(wire.request.content)[0]
    namespace = "{urn:example:connector}"
    assert [(one.tag, one.text, dict(one.attrib)) for one in header.iterdescendants()] == [
        (f"{namespace}Session", None, {"user": "1"}),
        (f"{namespace}Company", "A&B", {}),
        (f"{namespace}Locale", "de", {}),
    ]


# -- with a WSDL -------------------------------------------------------------------------------------------------------


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


# -- faults and garbage ------------------------------------------------------------------------------------------------


def fault11(code: str, text: str, more: str = "") -> str:
    return envelope(f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>{text}</faultstring>{more}</s:Fault>")


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        (Wire(fault11("Server", "locked\x0b by\n  Jo"), 500), ("locked by Jo", "Server", True, 500)),
        (Wire(fault11("Client", "bad"), 500), ("bad", "Client", False, 500)),
        (Wire(fault11("Server", "bad"), 200), ("bad", "Server", True, 200)),
        (Wire(fault11("E-17", "x", "<detail><Words>no stock</Words></detail>"), 500), ("no stock", "E-17", False, 500)),
        (Wire(fault11("Server", ""), 500), ("fault Server", "Server", True, 500)),
        (Wire(FAULT12, 500), ("not in stock", "NoStock", False, 500)),  # in the version that the service speaks
        (Wire("<html>Bad gateway</html>", 502, "text/html"), ("status 502: <html>Bad gateway</html>", "", True, 502)),
    ],
)
async def test_a_fault_refuses_in_the_words_of_the_other_side(opened: Open, wire: Wire, told: Any) -> None:
    with pytest.raises(Refused) as error:
        await sent(opened, CLASSIC, wire, "price", {})

    assert (error.value.text, error.value.code, error.value.temporary, error.value.status) == told


async def test_soap_1_2_has_its_own_content_type_and_faults(opened: Open) -> None:
    wire = Wire(FAULT12, 400, "application/soap+xml")

    with pytest.raises(Refused) as error:
        await sent(opened, CLASSIC.replace("style: rpc", "style: rpc\n        version: soap12"), wire, "price", {})

    assert wire.request.headers["content-type"] == (
        'application/soap+xml; charset=utf-8; action="urn:example:connector#CALCULATE_PRICE"'
    )
    assert "soapaction" not in wire.request.headers
    assert (error.value.text, error.value.code, error.value.temporary) == ("not in stock", "NoStock", False)


async def test_attachments_are_told_not_to_be_read(opened: Open) -> None:
    parts = "--x\r\nContent-Type: application/xop+xml\r\n\r\n<a/>\r\n--x--"

    with pytest.raises(Unreachable) as error:
        await sent(opened, CLASSIC, Wire(parts, kind="multipart/related; boundary=x"), "price", {})

    assert "its body cannot be read: its Content-Type is multipart/related; it begins: " in error.value.text


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("<html/>", "it is no SOAP envelope, but <html>"),
        (
            "<!DOCTYPE x [<!ENTITY y 'z'>]>" + envelope("<R>&y;</R>"),
            "it declares a document type, which is not accepted",
        ),
        (envelope("<R><return>&lt;A>no end</return></R>"), "it is no XML: "),
        (envelope("")[:-10], "it is no XML: "),
        ('<s:Envelope xmlns:s="x"/>', "the envelope has no body"),
        ("", "it is empty"),
        ("<html><body>Sign in<br></body></html>", "it is no XML: Opening and ending tag mismatch"),
        (envelope("<R>" + "<a>" * 300 + "</a>" * 300 + "</R>"), "it is nested too deeply"),
        (envelope("<R><return>" + "x" * 10_000_001 + "</return></R>"), "it holds a text of more than 10 MB"),
        (envelope('<R><return href="#gone"/></R>'), "return refers to '#gone', which is not in it"),
    ],
)
async def test_garbage_is_told_as_such(opened: Open, reply: str, words: str) -> None:
    with pytest.raises(Unreachable) as error:
        await sent(opened, CLASSIC, Wire(reply), "price", {})

    assert error.value.cause == "garbage"
    assert f"its body cannot be read: {words}" in error.value.text


# -- WS-Security -------------------------------------------------------------------------------------------------------


async def test_a_username_token_stands_in_the_header(opened: Open) -> None:
    auth = "auth: {type: username_token, username: shop, password: =settings.password, digest: true, lifetime: 5m}"
    wire = Wire(envelope("<R><return/></R>"))

    await sent(opened, CLASSIC.replace("style: rpc", f"style: rpc\n        {auth}"), wire, "price", {})

    security = etree.fromstring(wire.request.content)[0][0]
    assert [etree.QName(one).localname for one in security.iter()] == [
        *["Security", "Timestamp", "Created", "Expires", "UsernameToken", "Username", "Password", "Nonce", "Created"]
    ]
    assert "pw<1>" not in etree.tostring(security, encoding="unicode")


@pytest.mark.parametrize("digest", [False, True])
async def test_a_username_token_is_what_zeep_writes(
    opened: Open, monkeypatch: pytest.MonkeyPatch, digest: bool
) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda count: b"0123456789abcdef")
    auth = (
        f"auth: {{type: username_token, username: shop, password: =settings.password, digest: {str(digest).lower()}}}"
    )
    wire = Wire(envelope("<R><return/></R>"))

    await sent(opened, CLASSIC.replace("style: rpc", f"style: rpc\n        {auth}"), wire, "price", {})

    ours = etree.fromstring(wire.request.content)[0][0]
    made = ours.findtext(".//{*}Created", "")
    monkeypatch.setattr(zeep.wsse.utils, "get_timestamp", lambda *_: made)
    theirs, _ = UsernameToken("shop", "pw<1>", use_digest=digest, nonce="0123456789abcdef").apply(
        etree.fromstring(envelope("")), {}
    )
    assert said(ours) == said(theirs[0][0])


def said(element: Any) -> list[Any]:
    return [(one.tag, one.text, dict(one.attrib)) for one in element.iter()]


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
