"""Form fields and plain text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.formats.form import Form
from engine.formats.format import Undecodable
from engine.formats.text import TextFormat


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"amount": 1200, "price": Decimal("4.10"), "capture": True}, "amount=1200&price=4.10&capture=true"),
        ({"a": None, "b": "", "c": ["x", None, "y"]}, "b=&c=x&c=y"),
        ({"card": {"no": "4242", "owner": {"name": "J & J"}}}, "card%5Bno%5D=4242&card%5Bowner%5D%5Bname%5D=J+%26+J"),
        ({"a&b=c": "ü\r\n"}, "a%26b%3Dc=%C3%BC%0D%0A"),
        ({}, ""),
    ],
)
def test_a_form_is_written(value: Any, text: str) -> None:
    assert Form().encode(value) == text.encode()


@pytest.mark.parametrize("value", [[], "a=b", None, {"a": "\ud800"}])
def test_what_no_form_holds_is_said(value: Any) -> None:
    with pytest.raises(Fault):
        Form().encode(value)


def test_a_form_is_read() -> None:
    assert Form().decode(b"token=x%2By&b=&c=1&c=2&c=3&d=%C3%BC", "") == {
        "token": "x+y",
        "b": "",
        "c": ["1", "2", "3"],
        "d": "ü",
    }


@pytest.mark.parametrize(("content", "charset"), [(b"a=%ff", ""), (b"a=\xff", ""), (b"a=b", "klingon")])
def test_what_is_no_form_is_said(content: bytes, charset: str) -> None:
    with pytest.raises(Undecodable):
        Form().decode(content, charset)


def test_text_goes_both_ways() -> None:
    text = TextFormat()

    found = [text.encode("Jürgen"), text.encode(Decimal("1.10")), text.decode(b"\xfc", "iso-8859-1")]

    assert found == ["Jürgen".encode(), b"1.10", "ü"]


@pytest.mark.parametrize("value", [None, [], {}, "\ud800"])
def test_what_is_no_text_is_said(value: Any) -> None:
    with pytest.raises(Fault):
        TextFormat().encode(value)


@pytest.mark.parametrize("charset", ["klingon", "hex", "idna", "utf-8\0"])
def test_a_charset_that_is_none_is_said(charset: str) -> None:
    with pytest.raises(Undecodable):
        TextFormat().decode(b"\xff..", charset)
