"""JSON: exact numbers both ways, and nothing that is no JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.formats.format import Undecodable
from engine.formats.json import Json, dumps, loads


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("412.50000000", Decimal("412.50000000")),
        ("1e2", Decimal("1E+2")),
        ("7", 7),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("0.1", Decimal("0.1")),
        ('"Jürgen \\u00e9"', "Jürgen é"),
        ('\ufeff{"a": [true, null]}', {"a": [True, None]}),
    ],
)
def test_it_is_read_exactly(text: str, value: Any) -> None:
    assert repr(Json().decode(text.encode(), "")) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"price": Decimal("4.1250"), "no": "00123"}, b'{"price":4.1250,"no":"00123"}'),
        (Decimal("1E+2"), b"1E+2"),
        ([None, True, 10**30], b"[null,true,1000000000000000000000000000000]"),
        ("Jürgen", '"Jürgen"'.encode()),
    ],
)
def test_it_is_written_digit_for_digit(value: Any, text: bytes) -> None:
    assert Json().encode(value) == text


@pytest.mark.parametrize("charset", ["UTF-8", "utf8", "us-ascii", "utf-16", "utf-8-sig", "iso-8859-1"])
def test_the_charset_counts(charset: str) -> None:
    assert Json().decode('{"name": "J"}'.encode(charset), charset) == {"name": "J"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"NaN",
        b"-Infinity",
        b"1e99999999999999999999",
        b"9" * 5000,
        b'"\\ud800"',
        b"\xff",
        b"[" * 100_000,
        b'{"a":1}x',
        b"<html>",
    ],
)
def test_what_is_no_json_is_said(content: bytes) -> None:
    with pytest.raises(Undecodable):
        loads(content)


@pytest.mark.parametrize("value", [object(), {1, 2} and object, "\ud800", {"a": object()}])
def test_what_json_does_not_have_is_said(value: Any) -> None:
    with pytest.raises(Fault):
        dumps(value)
