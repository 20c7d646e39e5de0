"""What an answer means: yes, no, or nothing there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from engine.calls import ABSENT, Call, Reply
from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.p21 import P21
from tests.fakes.serving import serving
from tests.protocols.conftest import Open

ERP = """
connections:
  erp:
    type: rest
    url: https://erp.test
    retry: {attempts: 1}
    endpoints:
      plain: {method: GET, path: /x}
      rows: {method: GET, path: /x, records: =reply.rows.row}
      text: {method: GET, path: /x, format: text}
      lists: {method: GET, path: /x, format: {type: xml, lists: [row]}}
      api: {method: GET, path: /x, format: jsonapi, records: =reply.data}
      absent: {method: GET, path: /x, absent: [404, 410]}
      absents: {method: GET, path: /x, absent: [404], records: =reply.rows}
      body: {method: POST, path: /x, success: =reply.Failed == `0`, error: {text: =reply.Messages, code: =reply.Code}}
      number: {method: POST, path: /x, success: =reply.Count}
      broken:
        method: POST
        path: /x
        success: "=decimal(reply.Failed) < `1`"
        error: {text: =decimal(reply.Text), code: =decimal(reply.Text), temporary: =decimal(reply.Text)}
      lenient: {method: GET, path: /x, success: =status == `404`}
      temporary: {method: POST, path: /x, error: {temporary: =reply.retry}}
"""


async def answered(opened: Open, endpoint: str, response: httpx.Response) -> Reply:
    session = opened(ERP, httpx.MockTransport(lambda _: response))["erp"]
    return await session.send(Call(endpoint, body={} if endpoint == "body" else ABSENT), Trace(payloads=False))


def said(status: int, content: str | bytes, kind: str = "application/json", **headers: str) -> httpx.Response:
    raw = content.encode() if isinstance(content, str) else content
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=raw, headers={"Content-Type": kind, **named} if kind else named)


@pytest.mark.parametrize(
    ("endpoint", "content", "kind", "body"),
    [
        ("plain", '{"a": 412.50000000}', "application/json; charset=utf-8", {"a": Decimal("412.50000000")}),
        ("plain", '{"a": 1}', "application/problem+json", {"a": 1}),
        ("plain", '{"a": 1}', "text/json", {"a": 1}),
        ("plain", '{"a": 1}', "", {"a": 1}),
        ("plain", "<a><b>1</b></a>", "text/xml", {"a": {"b": "1"}}),
        ("plain", "<a><b>1</b></a>", "application/atom+xml", {"a": {"b": "1"}}),
        ("plain", "a=1&b=2", "application/x-www-form-urlencoded", {"a": "1", "b": "2"}),
        (
            "plain",
            '{"data": {"type": "t", "id": "1", "attributes": {"a": 1}}}',
            "application/vnd.api+json",
            {"data": {"type": "t", "id": "1", "attributes": {"a": 1}}},
        ),
        (
            "api",
            '{"data": {"type": "t", "id": "1", "attributes": {"a": 1}}}',
            "application/vnd.api+json",
            {"data": {"type": "t", "id": "1", "a": 1}},
        ),
        ("text", "Jürgen", "text/plain", "Jürgen"),
        ("text", b"\xfc", "text/csv; charset=iso-8859-1", "ü"),
        ("lists", "<a><row>1</row></a>", "application/xml", {"a": {"row": ["1"]}}),
        ("plain", "", "application/json", None),
        ("plain", " \r\n", "text/html", None),
    ],
)
async def test_it_is_read_by_its_content_type(
    opened: Open, endpoint: str, content: str | bytes, kind: str, body: Any
) -> None:
    reply = await answered(opened, endpoint, said(200, content, kind))

    assert reply.body == body


@pytest.mark.parametrize(
    ("content", "kind", "records"),
    [
        ('{"rows": {"row": [1, 2]}}', "application/json", [1, 2]),
        ('{"rows": {"row": {"a": 1}}}', "application/json", [{"a": 1}]),
        ("<rows><row>1</row></rows>", "text/xml", ["1"]),
        ("<rows/>", "text/xml", []),
        ('{"rows": null}', "application/json", []),
    ],
)
async def test_records_are_always_a_list(opened: Open, content: str, kind: str, records: list[Any]) -> None:
    reply = await answered(opened, "rows", said(200, content, kind))

    assert reply.records == records


async def test_no_content_is_no_records(opened: Open) -> None:
    assert (await answered(opened, "rows", said(204, ""))).records == []


async def test_headers_are_names(opened: Open) -> None:
    reply = await answered(opened, "plain", said(201, "{}", X_Total_Count="7", ETag="Jo"))

    assert reply == Reply(
        201, {"content_type": "application/json", "content_length": "2", "x_total_count": "7", "etag": "Jo"}, {}, None
    )


@pytest.mark.parametrize(
    ("endpoint", "status", "records"), [("absent", 404, None), ("absent", 410, None), ("absents", 404, [])]
)
async def test_a_status_may_mean_that_there_is_none(
    opened: Open, endpoint: str, status: int, records: list[Any] | None
) -> None:
    reply = await answered(opened, endpoint, said(status, "<html>none", "text/html"))

    assert (reply.status, reply.body, reply.records) == (status, None, records)


Told = tuple[str, str, bool, int | None, float | None]


async def refused(opened: Open, endpoint: str, response: httpx.Response) -> Told:
    with pytest.raises(Refused) as error:
        await answered(opened, endpoint, response)
    no = error.value
    return no.text, no.code, no.temporary, no.status, no.retry_after


@pytest.mark.parametrize(
    ("endpoint", "response", "expected"),
    [
        ("plain", said(400, '{"error": "no"}'), ('status 400: {"error": "no"}', "", False, 400, None)),
        ("plain", said(404, ""), ("status 404", "", False, 404, None)),
        (
            "plain",
            said(502, "<html>\n bad\x1b[1m gateway", "text/html"),
            ("status 502: <html> bad�[1m gateway", "", True, 502, None),
        ),
        ("plain", said(500, "x" * 500, "text/plain"), ("status 500: " + "x" * 200, "", True, 500, None)),
        ("plain", said(500, b"\xff\xfe", "application/json; charset=klingon"), ("status 500: ÿþ", "", True, 500, None)),
        ("plain", said(429, "{}", Retry_After="7"), ("status 429: {}", "", True, 429, 7.0)),
        ("plain", said(304, ""), ("status 304", "", False, 304, None)),
        # the system says no with status 200
        (
            "body",
            said(200, '{"Failed": 1, "Messages": ["a", null, {"b": 1}, 2.50], "Code": 7}'),
            ("a; 2.50", "7", False, 200, None),
        ),
        ("body", said(200, '{"Failed": 1}'), ('status 200: {"Failed": 1}', "", False, 200, None)),
        ("body", said(200, '{"Messages": "no\\r\\nreally"}'), ("no really", "", False, 200, None)),
        (
            "body",
            said(500, '{"Failed": 1, "Messages": true}'),
            ('status 500: {"Failed": 1, "Messages": true}', "", True, 500, None),
        ),
        ("body", said(200, '{"Messages": "' + "x" * 5000 + '"}'), ("x" * 2000, "", False, 200, None)),
        # a rule that fails hides nothing
        (
            "broken",
            said(503, '{"Failed": "many", "Text": "busy"}'),
            ('status 503: {"Failed": "many", "Text": "busy"}', "", True, 503, None),
        ),
        ("temporary", said(400, '{"retry": true}'), ('status 400: {"retry": true}', "", True, 400, None)),
        ("temporary", said(503, '{"retry": false}'), ('status 503: {"retry": false}', "", False, 503, None)),
    ],
)
async def test_a_no_is_told_in_the_other_sides_words(
    opened: Open, endpoint: str, response: httpx.Response, expected: Told
) -> None:
    assert await refused(opened, endpoint, response) == expected


@pytest.mark.parametrize(
    ("content", "accepted"), [('{"Count": 0}', True), ('{"Count": 1}', True), ('{"Count": ""}', False), ("{}", False)]
)
async def test_zero_is_a_yes_as_everywhere_in_the_language(opened: Open, content: str, accepted: bool) -> None:
    try:
        found = (await answered(opened, "number", said(200, content))).status == 200
    except Refused:
        found = False

    assert found is accepted


async def test_a_status_accepted_by_the_rule_still_has_to_be_readable(opened: Open) -> None:
    with pytest.raises(Unreachable) as error:
        await answered(opened, "lenient", said(404, "<html>", "text/html"))

    assert error.value.cause == "garbage"


P21_YAML = """
settings: {url: {type: url}, word: {type: secret}}
connections:
  p21:
    type: rest
    url: =settings.url
    insecure: a test
    headers: {Accept: application/json}
    auth:
      type: login
      request: {call: p21.log_in, body: {username: api, password: =settings.word}}
      token: =reply.AccessToken
    endpoints:
      log_in: {method: POST, path: /api/security/token/v2, auth: {type: none}}
      router: {method: GET, path: /api/ui/router/v1}
  ui:
    type: rest
    url: {call: p21.router, query: {urlType: external}, value: =reply.Url}
    insecure: a test
    auth: {type: shared, connection: p21}
    headers: {Accept: application/json}
    endpoints:
      order: {method: POST, path: /api/v2/transaction, success: =reply.Summary.Failed == `0`, error: {text: =reply.Messages}}
"""


async def test_an_order_that_failed_with_status_200_is_refused(opened: Open) -> None:
    p21 = P21()
    body = {"Name": "Order", "Transactions": [{"Status": "New", "DataElements": []}]}

    with serving(p21.app) as url:
        session = opened(P21_YAML, url=url, word=p21.password)["ui"]
        with pytest.raises(Refused) as error:
            await session.send(Call("order", body=body), Trace(payloads=False))

    assert (error.value.status, error.value.text[:16], p21.logins) == (200, "Transaction 1:: ", 1)
    assert [sent.path for sent in p21.requests] == [
        "/api/security/token/v2",
        "/api/ui/router/v1",
        "/api/ui/router/v1/",
        "/uiserver0/api/v2/transaction",
    ]


ORO_YAML = """
settings: {url: {type: url}, word: {type: secret}, client: {type: text}}
connections:
  shop:
    type: rest
    url: =settings.url
    insecure: a test
    format: jsonapi
    headers: {Accept: application/vnd.api+json}
    auth: {type: oauth2, token_url: /oauth2-token, client_id: =settings.client, client_secret: =settings.word}
    error: {text: "=reply.errors[].detail"}
    endpoints:
      products:
        method: GET
        path: /admin/api/products
        records: =reply.data
        page: {type: number, param: "page[number]", size_param: "page[size]", size: 3}
      product: {method: GET, path: "/admin/api/products/{id}", absent: [404]}
      wrong: {method: GET, path: /admin/api/products, query: {"filter[nonsense]": x}}
"""


async def test_a_shop_is_read_page_by_page_as_plain_values(opened: Open) -> None:
    oro = OroCommerce()

    with serving(oro.app) as url:
        session = opened(ORO_YAML, url=url, word=oro.client_secret, client=oro.client_id)["shop"]
        pages = [page async for page in session.pages(Call("products"), Trace(payloads=False))]
        none = await session.send(Call("product", {"id": "999999"}), Trace(payloads=False))
        with pytest.raises(Refused) as error:
            await session.send(Call("wrong"), Trace(payloads=False))

    records = [record for page in pages for record in page.records or []]
    assert {type(record["sku"]) for record in records} == {str}
    assert [len(page.records or []) for page in pages[:-1]] == [3] * (len(pages) - 1)
    assert (len({record["id"] for record in records}), none.body) == (len(records), None)
    assert (error.value.status, error.value.text) == (400, "The filter is not supported.")
