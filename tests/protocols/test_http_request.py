"""What goes over the wire: path, parameters, headers, body."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from engine.calls import ABSENT, Call
from engine.errors import MappingError, SettingMissing
from engine.exchange import Trace
from tests.protocols.conftest import Open

ERP = """
settings:
  company: {type: text, default: ACME}
  nothing: {type: text, default: null, required: false}
  word: {type: secret, default: null, required: false}
connections:
  erp:
    type: rest
    url: https://erp.test/api
    headers:
      Accept: text/xml
      X-Company: =settings.company
      X-Text: company {{ settings.company }}
      X-Nothing: =settings.nothing
    query: {company: =settings.company, site: "10", "$top": 5, nothing: =settings.nothing}
    body: {Company: =settings.company, Kind: far}
    endpoints:
      get: {method: GET, path: "/orders/{id}/lines/{no}"}
      search: {method: GET, path: /search, query: {site: ["1", "2"]}, headers: {accept: application/json, X-Text: null}}
      post: {method: POST, path: /orders, body: {Kind: near}}
      put: {method: PUT, path: /orders, headers: {content-type: application/vnd.erp+json}}
      delete: {method: DELETE, path: /orders}
      form: {method: POST, path: /form, format: form, body: {}}
      xml: {method: POST, path: /xml, format: {type: xml, namespace: "urn:x"}}
      jsonapi: {method: PATCH, path: /jsonapi, format: jsonapi}
      text: {method: POST, path: /text, format: text}
"""


async def sent(opened: Open, call: Call) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    await opened(ERP, httpx.MockTransport(answer))["erp"].send(call, Trace(payloads=False))
    return seen[0]


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ({"id": "S1", "no": 7}, "/api/orders/S1/lines/7"),
        ({"id": "a/b?c#d e%2F", "no": "ü"}, "/api/orders/a%2Fb%3Fc%23d%20e%252F/lines/%C3%BC"),
        ({"id": "..", "no": "."}, "/api/orders/%2E%2E/lines/%2E"),
        ({"id": Decimal("1.50"), "no": True}, "/api/orders/1.50/lines/true"),
    ],
)
async def test_the_path_is_filled_and_encoded(opened: Open, path: dict[str, Any], url: str) -> None:
    request = await sent(opened, Call("get", path, {"company": None, "site": None, "$top": None}))

    assert str(request.url) == f"https://erp.test{url}"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ({"id": None, "no": 1}, "the path's {id} is null (building path.id)"),
        ({"id": "", "no": 1}, "the path's {id} is empty (building path.id)"),
        ({"id": "x"}, "the path's {no} is null (building path.no)"),
        ({}, "the path's {id} is null (building path.id)"),
        ({"id": ["x"], "no": 1}, "a list cannot be printed; choose one of its values (building path.id)"),
        ({"id": "\ud800", "no": 1}, "this text holds half a character (building path.id)"),
    ],
)
async def test_a_path_with_a_gap_is_not_sent(opened: Open, path: dict[str, Any], words: str) -> None:
    with pytest.raises(MappingError) as error:
        await sent(opened, Call("get", path))

    assert str(error.value) == words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "company=ACME&site=1&site=2&$top=5"),
        ({"site": "9", "company": None}, "site=9&$top=5"),
        (
            {"site": [], "$filter": "name eq 'O''Neil' & x"},
            "company=ACME&$top=5&$filter=name%20eq%20%27O%27%27Neil%27%20%26%20x",
        ),
        (
            {"ProductId": [5, None, "a+b"], "page[size]": Decimal("1.0")},
            "company=ACME&site=1&site=2&$top=5&ProductId=5&ProductId=a%2Bb&page[size]=1.0",
        ),
    ],
)
async def test_parameters_merge_and_repeat(opened: Open, query: dict[str, Any], expected: str) -> None:
    request = await sent(opened, Call("search", query=query))

    assert request.url.raw_path.decode() == f"/api/search?{expected}"


@pytest.mark.parametrize("value", [{"a": 1}, [["x"]], [{"a": 1}], "\ud800"])
async def test_a_parameter_is_one_value_or_a_list_of_them(opened: Open, value: Any) -> None:
    with pytest.raises(MappingError):
        await sent(opened, Call("search", query={"q": value}))


async def test_headers_merge_whatever_their_case_and_null_removes_one(opened: Open) -> None:
    request = await sent(opened, Call("search", headers={"ACCEPT": "text/csv", "x-company": None, "X-No": 7}))

    assert request.headers.multi_items() == [("user-agent", "engine/1"), ("accept", "text/csv"), ("x-no", "7")]


async def test_headers_of_the_connection_are_built_from_the_settings(opened: Open) -> None:
    request = await sent(opened, Call("put"))

    assert dict(request.headers.items()) == {
        "user-agent": "engine/1",
        "accept": "text/xml",
        "x-company": "ACME",
        "x-text": "company ACME",
        "content-type": "application/vnd.erp+json",
    }


@pytest.mark.parametrize(
    "headers", [{"X-No": "1\r\nX-Admin: 1"}, {"X-No\r\nX-Admin": "1"}, {"X-No": ["1"]}, {"X-No:": "1"}, {"X-No": "a\0"}]
)
async def test_a_header_cannot_be_two(opened: Open, headers: dict[str, Any]) -> None:
    with pytest.raises(MappingError):
        await sent(opened, Call("get", {"id": 1, "no": 1}, headers=headers))


@pytest.mark.parametrize(
    ("endpoint", "body", "kind", "content"),
    [
        ("post", ABSENT, "application/json", '{"Company":"ACME","Kind":"near"}'),
        (
            "post",
            {"Kind": "call", "Price": Decimal("4.1250")},
            "application/json",
            '{"Company":"ACME","Kind":"call","Price":4.1250}',
        ),
        ("post", [{"No": 1}], "application/json", '[{"No":1}]'),
        ("post", None, "application/json", "null"),
        ("put", {}, "application/vnd.erp+json", '{"Company":"ACME","Kind":"far"}'),
        ("delete", ABSENT, None, ""),
        ("search", ABSENT, None, ""),
        ("search", {"q": 1}, "application/json", '{"q":1}'),
        (
            "form",
            {"a": ["x", "ü"], "b": {"c": 1}},
            "application/x-www-form-urlencoded",
            "Company=ACME&Kind=far&a=x&a=%C3%BC&b%5Bc%5D=1",
        ),
        ("jsonapi", {"data": None}, "application/vnd.api+json", '{"Company":"ACME","Kind":"far","data":null}'),
        ("text", "Jürgen", "text/plain; charset=utf-8", "Jürgen"),
    ],
)
async def test_the_body_is_written_in_its_format(
    opened: Open, endpoint: str, body: Any, kind: str | None, content: str
) -> None:
    request = await sent(opened, Call(endpoint, body=body))

    assert (request.headers.get("content-type"), request.content.decode()) == (kind, content)


async def test_a_body_without_a_form_is_said(opened: Open) -> None:
    with pytest.raises(MappingError) as error:
        await sent(opened, Call("xml", body=["x"]))

    assert str(error.value) == "erp.erp.xml: the body cannot be written: an XML body has one root key"


async def test_an_xml_body_has_its_namespace(opened: Open) -> None:
    with pytest.raises(MappingError):  # the fields of the connection's body stand beside the root key
        await sent(opened, Call("xml", body={"Order": {"No": 1}}))


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("headers: {X-Key: =decimal(settings.word)}", "decimal(): this is no number"),
        ("query: {key: =decimal(settings.word)}", "decimal(): this is no number"),
        ("headers: {X-Key: =settings.word}", "the header X-Key holds a line break or another control character"),
        ("body: =settings.word", "`body` here holds the fields of every body: an object"),
    ],
)
def test_what_cannot_be_built_is_said_at_the_start_without_secrets(opened: Open, key: str, problem: str) -> None:
    text = ERP.replace("    endpoints:\n", f"    endpoints:\n      bad: {{method: POST, path: /x, {key}}}\n")

    with pytest.raises(SettingMissing) as error:
        opened(text, word="hunter2\n2")

    assert error.value.problems[0].startswith("erp.erp.bad: ")
    assert problem.partition(":")[0] in error.value.problems[0]
    assert "hunter2" not in str(error.value)
