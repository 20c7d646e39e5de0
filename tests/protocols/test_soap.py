"""SOAP without a WSDL: arguments in their order and types, and replies in the types that they carry."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from lxml import etree

from engine.calls import Call
from engine.errors import MappingError, Unreachable
from engine.exchange import Trace
from tests.protocols.conftest import Open
from tests.protocols.soap_wire import CLASSIC, Wire, envelope, sent

TYPE, NIL = (f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("type", "nil"))


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
    ("body", "words"),
    [
        ({"count": "1.5"}, "count is a whole number, not this text"),
        ({"count": "1_000"}, "count is a whole number, not this text"),
        ({"exact": "NaN"}, "exact is a number, not this text"),
        ({"yes": "maybe"}, "yes is true or false, not this text"),
    ],
)
async def test_an_argument_that_is_none_of_its_kind_is_said(opened: Open, body: Any, words: str) -> None:
    with pytest.raises(MappingError) as error:
        await sent(opened, CLASSIC, Wire(""), "raw", body)

    assert error.value.message == f"erp.erp.raw: the body cannot be written: {words}"


@pytest.mark.parametrize(
    ("kind", "text", "reply"),
    [
        ("integer", " 12 ", 12),
        ("decimal", "4.1250", Decimal("4.1250")),
        ("boolean", "1", True),
        ("boolean", "0", False),
    ],
)
async def test_a_result_is_of_its_kind(opened: Open, kind: str, text: str, reply: Any) -> None:
    wire = Wire(envelope(f"<R><return>{text}</return></R>"))

    assert await sent(opened, CLASSIC.replace("returns: xml", f"returns: {kind}"), wire, "raw", {}) == reply


@pytest.mark.parametrize(("kind", "text"), [("integer", "1_000"), ("decimal", "1,5"), ("boolean", "TRUE")])
async def test_a_result_that_is_none_of_its_kind_is_said(opened: Open, kind: str, text: str) -> None:
    wire = Wire(envelope(f"<R><return>{text}</return></R>"))

    with pytest.raises(Unreachable) as error:
        await sent(opened, CLASSIC.replace("returns: xml", f"returns: {kind}"), wire, "raw", {})

    assert f"its body cannot be read: return holds no {kind}: {text!r}" in error.value.text


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
