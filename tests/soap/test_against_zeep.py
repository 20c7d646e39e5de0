"""Our envelopes against zeep's: what it writes from the same WSDL says the same, and what it writes we read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree

from engine.soap.content import OfWsdl
from engine.soap.envelope import Soap11
from engine.wsdl.files import operations_of, schema_at

TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
WSDL = Path(__file__).parents[1] / "wsdl"
LINE = {"ItemNo": "00123", "Quantity": Decimal("5.50"), "Gift": True}
ORDERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"CustomerNo": "1", "PickUp": "x", "Line": [LINE]}, {}),
    ({"CustomerNo": "1 < 2 & ü", "ShipTo": "y", "Line": [LINE, LINE]}, {"test": True}),
    (
        {
            "CustomerNo": "1",
            "PickUp": "x",
            "Line": [{**LINE, "Gift": None, "Requested": "2025-01-31", "Part": [LINE, LINE]}],
        },
        {},
    ),
    (
        {
            "CustomerNo": "1",
            "PickUp": "x",
            "Line": [{**LINE, "_number": 7, "UnitPrice": {"_": Decimal("9.90"), "_currency": "EUR"}}],
        },
        {},
    ),
]


def theirs(value: Any) -> Any:
    """A value as zeep wants it: attributes have their bare names, text beside attributes is `_value_1`."""
    if isinstance(value, dict):
        return {("_value_1" if key == "_" else key.lstrip("_")): theirs(inner) for key, inner in value.items()}
    return [theirs(one) for one in value] if isinstance(value, list) else value


def told(envelope: bytes | Any) -> list[tuple[str, str, dict[str, str]]]:
    """What a body says, prefixes aside."""
    root = etree.fromstring(envelope) if isinstance(envelope, bytes) else envelope
    body = root.find("{*}Body")
    return [(str(one.tag), one.text or "", dict(one.attrib)) for one in body.iter()]


@pytest.mark.parametrize(("order", "more"), ORDERS)
def test_requests_say_the_same(order: dict[str, Any], more: dict[str, Any]) -> None:
    client = zeep.Client(str(WSDL / "sales.wsdl"))
    ours = Soap11(OfWsdl(operations_of(WSDL, "sales.wsdl")["soap11"]["CreateOrder"]))

    written = ours.encode({"order": order, **more})

    assert told(written) == told(client.create_message(client.service, "CreateOrder", order=theirs(order), **more))
    assert ours.other_side.decode(written, "") == {"order": order, **more}


def test_encoded_requests_carry_the_types_of_the_wsdl() -> None:
    ours = Soap11(OfWsdl(operations_of(WSDL, "encoded.wsdl")["soap11"]["CreateOrder"]))
    value = {"customer": "1", "lines": [{"sku": "00123", "quantity": 2}, {"sku": "B", "quantity": 1}]}

    written = ours.encode(value)

    xsi, enc = "{http://www.w3.org/2001/XMLSchema-instance}type", "{http://schemas.xmlsoap.org/soap/encoding/}arrayType"
    bare = [(etree.QName(tag).localname, text, at.get(xsi, ""), at.get(enc, "")) for tag, text, at in told(written)[1:]]
    kinds = [(name, text, kind.rpartition(":")[2], of.rpartition(":")[2]) for name, text, kind, of in bare]
    assert kinds == [
        ("CreateOrder", "", "", ""),
        ("customer", "1", "string", ""),
        ("lines", "", "Array", "Line[2]"),
        ("item", "", "Line", ""),
        ("sku", "00123", "string", ""),
        ("quantity", "2", "int", ""),
        ("item", "", "Line", ""),
        ("sku", "B", "string", ""),
        ("quantity", "1", "int", ""),
    ]
    assert ours.other_side.decode(written, "") == value


def test_where_anything_may_stand_each_value_says_what_it_is(tmp_path: Path) -> None:
    text = (WSDL / "encoded.wsdl").read_text()
    (tmp_path / "any.wsdl").write_text(text.replace("tns:Line[]", "xs:anyType[]"))
    ours = Soap11(OfWsdl(operations_of(tmp_path, "any.wsdl")["soap11"]["CreateOrder"]))
    value = {"customer": "1", "lines": ["00123", 7, Decimal("1.50"), True, {"sku": "A"}]}

    written = ours.encode(value)

    kinds = [at.get(TYPE, "").rpartition(":")[2] for tag, _, at in told(written) if tag == "item"]
    assert kinds == ["string", "int", "decimal", "boolean", "anyType"]
    assert ours.other_side.decode(written, "") == value
    assert schema_at(tmp_path, "any.wsdl#/types/Lines") == {"type": "array", "items": {}}


def test_references_of_an_encoded_reply_are_followed() -> None:
    ours = Soap11(OfWsdl(operations_of(WSDL, "encoded.wsdl")["soap11"]["CreateOrder"]))
    reply = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
    <r:CreateOrderResponse xmlns:r="urn:example:encoded"><number>SO-1</number><lines href="#id0"/></r:CreateOrderResponse>
    <multiRef id="id0"><item href="#id1"/></multiRef><multiRef id="id1"><sku>A</sku><quantity>3</quantity></multiRef>
    </s:Body></s:Envelope>"""

    assert ours.decode(reply, "") == {"number": "SO-1", "lines": [{"sku": "A", "quantity": 3}]}
