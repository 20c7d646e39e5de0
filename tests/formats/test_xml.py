"""XML both ways."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.formats.format import Undecodable
from engine.formats.xml import Xml

HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            {"Order": {"_no": 7, "Line": [{"Sku": "A"}, {"Sku": "B"}]}},
            '<Order no="7"><Line><Sku>A</Sku></Line><Line><Sku>B</Sku></Line></Order>',
        ),
        ({"Price": {"_currency": "USD", "_": Decimal("4.1250")}}, '<Price currency="USD">4.1250</Price>'),
        ({"A": {"B": None, "_c": None, "D": "", "E": [None, "x"], "F": []}}, "<A><D></D><E>x</E></A>"),
        ({"A": None}, "<A/>"),
        ({"A": {"T": True, "Z": "1 < 2 & \"3\" 'x' ü"}}, "<A><T>true</T><Z>1 &lt; 2 &amp; \"3\" 'x' ü</Z></A>"),
        ({"A": {"B": "x\0\x1by\ufffe"}}, "<A><B>xy</B></A>"),
    ],
)
def test_it_is_written(value: Any, text: str) -> None:
    assert Xml().encode(value).decode() == HEAD + text


def test_a_namespace_stands_once() -> None:
    written = Xml(namespace="urn:x").encode({"A": {"B": {"C": "1"}}})

    assert written.decode() == HEAD + '<A xmlns="urn:x"><B><C>1</C></B></A>'


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "an XML body has one root key"),
        ({}, "an XML body has one root key"),
        ({"A": 1, "B": 2}, "an XML body has one root key"),
        ({"A": [1, 2]}, "a list cannot be printed; choose one of its values"),
        ({"A": {"_b": {}}}, "an object cannot be printed; choose one of its values"),
        ({"A B": 1}, '"A B" cannot name an XML element'),
        ({"A": {"": 1}}, '"" cannot name an XML element'),
        ({"A": {"<x>": 1}}, '"<x>" cannot name an XML element'),
        ({"A": {"_b c": 1}}, '"b c" cannot name an XML attribute'),
        ({"A": {'_b="1" c': 1}}, '"b="1" c" cannot name an XML attribute'),
    ],
)
def test_what_xml_does_not_have_is_said(value: Any, words: str) -> None:
    with pytest.raises(Fault) as error:
        Xml().encode(value)

    assert error.value.message == words


def test_what_is_nested_too_deeply_is_not_written() -> None:
    value: Any = "x"
    for _ in range(500):
        value = {"A": value}

    with pytest.raises(Fault) as error:
        Xml().encode(value)

    assert error.value.message == "the XML is nested too deeply"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<A><B>1</B><B>2</B><C>00123</C></A>", {"A": {"B": ["1", "2"], "C": "00123"}}),
        ('<A n="1">x</A>', {"A": {"_n": "1", "_": "x"}}),
        ("<A/>", {"A": None}),
        ("<A>  <B/>\n</A>", {"A": {"B": None}}),
        ("<A>foo<!-- c --><?p i?>bar<![CDATA[<&>]]></A>", {"A": "foobar<&>"}),
        ('<n:A xmlns:n="u" n:x="1"><m:B xmlns:m="v">t</m:B></n:A>', {"A": {"_x": "1", "B": "t"}}),
        ('<A xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>', {"A": None}),
        ("<A>&lt;&#65;</A>", {"A": "<A"}),
    ],
)
def test_it_is_read(text: str, value: Any) -> None:
    assert Xml().decode(text.encode(), "") == value


def test_single_elements_are_lists_where_the_file_says_so() -> None:
    xml = Xml(lists=("Line", "Note"))

    found = [xml.decode(text, "") for text in (b"<A><Line><No>1</No></Line></A>", b"<A><Line/><Line/></A>", b"<A/>")]

    assert found == [{"A": {"Line": [{"No": "1"}]}}, {"A": {"Line": [None, None]}}, {"A": None}]


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<A>ü</A>".encode("iso-8859-1"), "iso-8859-1"),
        ("<?xml version='1.0' encoding='iso-8859-1'?><A>ü</A>".encode("iso-8859-1"), ""),
        ("<?xml version='1.0' encoding='utf-16'?><A>ü</A>".encode(), "utf-8"),
        ("\ufeff<A>ü</A>".encode(), "utf-8"),
        ("<?xml version='1.0' encoding='utf-16'?><A>ü</A>".encode("utf-16"), ""),
    ],
)
def test_the_charset_of_the_reply_counts_more_than_the_documents(content: bytes, charset: str) -> None:
    assert Xml().decode(content, charset) == {"A": "ü"}


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (b"<A>x\x00\x0b&#0;&#31;&#x1F;&#x1f;&#x000B;\xef\xbf\xbfy&#10;</A>", ""),
        (b"<?xml version='1.0' encoding='iso-8859-1'?><A>x\x1by&#xA;</A>", ""),
        (b"<A>x\x02y\n</A>", "iso-8859-1"),
    ],
)
def test_characters_that_xml_cannot_carry_are_survived(content: bytes, charset: str) -> None:
    assert Xml().decode(content, charset) == {"A": "xy\n"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"<A>",
        b"<A></B>",
        b"<A>&x;</A>",
        b"<!DOCTYPE A><A/>",
        b'<!DOCTYPE A SYSTEM "http://evil.test/x.dtd"><A/>',
        b'<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>',
        b'<!DOCTYPE A [<!ENTITY x "y">]><A b="&x;"/>',
        "<!DOCTYPE A><A/>".encode("utf-16"),
        b"<A>" * 120 + b"</A>" * 120,
        b"<A>" * 100_000,
    ],
)
def test_what_is_no_xml_or_not_allowed_is_said(content: bytes) -> None:
    with pytest.raises(Undecodable):
        Xml().decode(content, "")


def test_entities_do_not_grow() -> None:
    entities = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE A [<!ENTITY x0 "xxxxxxxxxx">{entities}]><A b="&x11;">&x11;</A>'
    start = time.monotonic()

    with pytest.raises(Undecodable):
        Xml().decode(bomb.encode(), "")

    assert time.monotonic() - start < 5
