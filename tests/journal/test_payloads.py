from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest

from engine.exchange import Moment
from engine.journal.payloads import LIMIT, text
from engine.redaction import Redactor
from tests.journal.exchanges import answered, sent

REDACTOR = Redactor(["s3cret&<1>"], ["email", "phone"])


def shown(moment: Moment, redactor: Redactor = REDACTOR) -> str:
    return text(moment.payload, redactor)


@pytest.mark.parametrize(
    "header",
    ["Authorization", "authorization", "Cookie", "sessionToken", "X-Api-Key", "X-WSSE", "Email", "X-Hub-Signature-256"],
)
def test_headers_that_prove_who_we_are_are_struck_out(header: str) -> None:
    assert shown(sent("", **{header.replace("-", "_"): "Bearer abc"})).endswith(f"{header}: ***")


def test_other_headers_stay() -> None:
    assert shown(sent("", Accept="text/xml")) == "POST https://p21.example.com/api/prices\nAccept: text/xml"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e/x?email=a%40b.c&q=1", "https://e/x?email=***&q=1"),
        ("https://e/x?q=1&access_token=abc", "https://e/x?q=1&access_token=***"),
        ("https://e/x?f%5Bemail%5D=a", "https://e/x?f%5Bemail%5D=***"),
        ("https://e/x?p=s3cret%26%3C1%3E", "https://e/x?p=***"),
        ("https://e/x?myemail=a", "https://e/x?myemail=a"),
    ],
)
def test_addresses_are_redacted(url: str, expected: str) -> None:
    assert shown(sent("", url=url)) == f"POST {expected}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"a":{"Email":"x","n":1E10}}', '{"a":{"Email":"***","n":1E+10}}'),
        ('[{"phone":{"home":"1"}},412.50000000]', '[{"phone":"***"},412.50000000]'),
        ('{"sessionToken":"abc","AccessToken":"d"}', '{"sessionToken":"***","AccessToken":"***"}'),
        ('{"x":"s3cret\\u0026<1>"}', '{"x":"***"}'),
        ('{"email":"a"}\n{"email":"b"}', '{"email":"***"}\n{"email":"***"}'),
        ('{"phone":{"a":["}"]},"x":1} trailing', '{"phone":"***","x":1} trailing'),
        ('{"x":"s3cret\\u0026<1>"} trailing', '{"x":"***"} trailing'),
        ('{"phone": 12345, "email": "broken off', '{"phone": "***", "email": "***"'),
        ("<r><Email>x</Email><y/></r>", "<r><Email>***</Email><y/></r>"),
        ('<s:r><w:Password Type="t">x</w:Password></s:r>', '<s:r><w:Password Type="t">***</w:Password></s:r>'),
        ("<r><phone><home>1</home></phone><q/></r>", "<r><phone>***</phone><q/></r>"),
        ("<r><email/><q>1</q></r>", "<r><email/><q>1</q></r>"),
        ("<r email='a' q=\"1\"/>", '<r email="***" q="1"/>'),
        ("<r><q>s3cret&amp;&lt;1&gt;</q></r>", "<r><q>***</q></r>"),
        ("<r><email>broken off", "<r><email>***"),
        ("email=a%40b&q=1&password=x", "email=***&q=1&password=***"),
        ("user[email]=a&q=1", "user[email]=***&q=1"),
        ("q=s3cret%26%3C1%3E", "q=***"),
    ],
)
def test_bodies_are_redacted_in_every_notation(body: str, expected: str) -> None:
    assert shown(answered(body)) == f"HTTP 200\n\n{expected}"


def test_a_secret_that_went_out_as_a_number_is_struck_out() -> None:
    assert text({"pin": 481516}, Redactor(["481516"])) == '{"pin":***}'


def test_a_long_body_is_cut_and_says_how_much_is_missing() -> None:
    whole = "x" * (LIMIT + 1000)

    kept, _, note = shown(answered(whole)).rpartition("\n")

    assert len(kept) == LIMIT
    assert note == f"… {1000 + len('HTTP 200') + 2:,} bytes more"


def test_a_secret_across_the_cut_of_a_very_long_body_does_not_show() -> None:
    secret = "S" * 5000
    body = json.dumps(["x" * 127_000, secret, "y" * 400_000])

    assert "SSS" not in shown(answered(body), Redactor([secret]))
    assert "SSS" not in shown(answered(json.dumps([secret] * 100)), Redactor([secret]))


def test_named_fields_of_a_very_long_body_do_not_show() -> None:
    body = json.dumps([{"email": f"someone{n}@example.com", "n": n} for n in range(20_000)])

    kept = shown(answered(body))

    assert "someone" not in kept
    assert '"n": 17' in kept


def test_a_long_list_is_shown_as_far_as_it_fits() -> None:
    kept = text([{"n": n} for n in range(50_000)], REDACTOR)

    assert kept.endswith('"… 45,000 more"]')


@pytest.mark.timeout(3)
@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "&",
        "&amp;",
        '"',
        '\\"',
        '"\\',
        "<",
        "<email",
        "<email ",
        "<email>",
        " email",
        "email=",
        "{",
        "_",
        " ",
        "a:",
        '"email":',
        '"email":[',
        '"email":1',
        "</email>",
        "<email></email ",
        "%5B_",
        "a&amp;s3cret",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    assert shown(answered("-" + piece * (250_000 // len(piece))))


@pytest.mark.parametrize("content", [b"\x89PNG\0\x01", b"\xff\xfe\xfd\xfc" * 9])
def test_what_is_no_text_is_only_counted(content: bytes) -> None:
    assert shown(answered(content)) == f"HTTP 200\n\n({len(content)} bytes that are no text)"


def test_the_charset_of_the_body_counts() -> None:
    moment = answered("größe".encode("latin-1"), content_type="text/plain; charset=ISO-8859-1")

    assert shown(moment).endswith("\n\ngröße")


@dataclasses.dataclass
class Customer:
    email: str
    limit: Decimal


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"a": Decimal("1.50"), 7: None}, '{"a":1.50,"7":null}'),
        (Customer("a@b.c", Decimal("2.0")), '{"email":"***","limit":2.0}'),
        ("plain", '"plain"'),
        (b"email=a", "email=***"),
        ({"blob": b"12345"}, '{"blob":"(5 bytes)"}'),
    ],
)
def test_values_are_shown_as_json(payload: object, expected: str) -> None:
    assert text(payload, REDACTOR) == expected


def test_a_value_that_json_does_not_have_is_named() -> None:
    assert text({"x": object()}, REDACTOR).startswith("(this cannot be written as JSON")


def test_a_value_within_itself_ends() -> None:
    loop: list[object] = []
    loop.append(loop)

    assert "…" in text(loop, REDACTOR)
