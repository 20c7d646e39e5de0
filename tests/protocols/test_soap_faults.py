"""What a SOAP service says instead of an answer: faults, attachments, garbage."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import Refused, Unreachable
from tests.protocols.conftest import Open
from tests.protocols.soap_wire import CLASSIC, Wire, envelope, sent

FAULT12 = envelope(
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>m:NoStock</s:Value></s:Subcode></s:Code>"
    '<s:Reason><s:Text xml:lang="en">not in stock</s:Text></s:Reason></s:Fault>',
    "http://www.w3.org/2003/05/soap-envelope",
)


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
