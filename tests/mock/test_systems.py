"""The systems of an integration, served from its examples."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zeep
from zeep.wsse.username import UsernameToken

from tests.examples.stage import PRICE, acme
from tests.mock.conftest import Site

EXAMPLES = """
      - title: any item
        input: {sku: A}
        calls: [{call: erp.price, reply: {body: {price: 1}}}]
      - title: item B of North
        settings: {company: North}
        input: {sku: B}
        calls:
          - call: erp.price
            sent: {path: {sku: B}, query: {company: North}}
            reply: {body: {price: 2}, headers: {X-From: erp}}
      - title: unknown item
        input: {sku: C}
        calls: [{call: erp.price, sent: {path: {sku: C}}, reply: {status: 422, body: {message: no such item}}}]
        error: {kind: refused}
"""
ORDERS = """
  order:
    steps:
      - {call: erp.order, save: done, body: {no: =input.no, at: =exchange.at}}
      - {call: erp.ping, save: state, repeat: {until: =reply.done, every: 1s}}
      - {call: erp.list, save: rows}
    reply: =rows
    examples:
      - title: known
        at: "2026-03-01T12:00:00Z"
        input: {no: 1}
        calls:
          - {call: erp.order, sent: {body: {no: 1, at: "2026-03-01T12:00:00.000Z"}}, reply: {body: {ok: 1}}}
          - {call: erp.ping, reply: {body: {done: false}}}
          - {call: erp.ping, reply: {body: {done: true}}}
          - {call: erp.list, reply: {body: {rows: [{id: 1}, {id: 2}]}}}
          - {call: erp.list, reply: {body: {rows: [{id: 3}, {id: 4}]}}}
        reply: [{id: 1}, {id: 2}, {id: 3}, {id: 4}]
"""


def test_the_example_that_names_most_of_a_request_answers_it(site: Site, lines: list[str]) -> None:
    erp = site(acme(PRICE + EXAMPLES))

    other = erp.get("/acme/erp/items/X/price")
    named = erp.get("/acme/erp/items/B/price", params={"company": "North"})
    refused = erp.get("/acme/erp/items/C/price")

    assert (other.status_code, other.json()) == (200, {"price": 1})
    assert (named.json(), named.headers["x-from"]) == ({"price": 2}, "erp")
    assert (refused.status_code, refused.json()) == (422, {"message": "no such item"})
    assert lines == [
        "GET /acme/erp/items/X/price → 200  acme.price: any item, call 1",
        "GET /acme/erp/items/B/price?company=North → 200  acme.price: item B of North, call 1",
        "GET /acme/erp/items/C/price → 422  acme.price: unknown item, call 1",
    ]


def test_what_fits_no_example_is_told_which_came_nearest(site: Site, tmp_path: Path) -> None:
    erp = site(acme(ORDERS))

    answer = erp.post("/acme/erp/orders", json={"no": 2, "at": "2030-01-01", "more": True})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    place = f"{tmp_path}/acme.yaml:36:13"
    assert answer.json() == {
        "detail": "no example of erp.order has this: body.no is 2, in the nearest it is 1, and 1 more "
        f"(acme.order: known, {place})",
        "title": "No example fits",
        "status": 404,
        "type": "urn:engine:mock",
        "nearest": {
            "example": "acme.order: known",
            "place": place,
            "differences": [{"path": "body.no", "expected": 1, "got": 2}, {"path": "body.more", "got": True}],
        },
    }


def test_a_failure_answers_only_what_its_example_names(site: Site) -> None:
    examples = "      - {title: away, input: {sku: A}, calls: [{call: erp.price, fails: timeout}], error: {kind: unreachable}}\n"

    erp = site(acme(PRICE + examples))

    answer = erp.get("/acme/erp/items/Z/price").json()
    assert answer["nearest"]["example"] == "acme.price: away"
    assert "the nearest fails, and answers only what its `sent` names" in answer["detail"]


def test_an_answer_that_ends_in_an_error_answers_only_what_its_example_names(site: Site) -> None:
    examples = """
      - {title: no price, input: {sku: A}, calls: [{call: erp.price, reply: {body: {price: none}}}], error: {kind: mapping}}
"""

    erp = site(acme(PRICE + examples))

    assert erp.get("/acme/erp/items/Z/price").json()["nearest"]["example"] == "acme.price: no price"


def test_where_404_means_nothing_found_no_example_is_another_status(site: Site) -> None:
    examples = EXAMPLES.partition("      - title: item B")[0].replace(
        "call: erp.price,", "call: erp.price, sent: {path: {sku: A}},"
    )

    assert site(acme(PRICE + examples)).get("/acme/erp/items/Z/price").status_code == 501


def test_the_time_of_an_example_is_never_that_of_a_request(site: Site) -> None:
    assert site(acme(ORDERS)).post("/acme/erp/orders", json={"no": 1, "at": "2030-01-01T00:00:00.000Z"}).json() == {
        "ok": 1
    }


def test_the_same_call_goes_on_from_reply_to_reply_and_stays_at_the_last(site: Site) -> None:
    erp = site(acme(ORDERS))

    assert [erp.get("/acme/erp/ping").json()["done"] for _ in range(4)] == [False, True, True, True]


def test_pages_follow_one_another_and_end(site: Site) -> None:
    erp = site(acme(ORDERS))

    for _ in range(2):
        pages = [erp.get("/acme/erp/list", params={"page": page, "size": 2}).json()["rows"] for page in (1, 2, 3)]
        assert pages == [[{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], []]


PAGES = """  none: {reply: 1}
flows:
  stock:
    trigger: {every: 1m}
    read:
      call: erp.list
      query: {since: =cursor.at}
      cursor: {start: {at: "1990-01-01"}, next: {at: =record.at}}
    send: none
    examples:
      - title: two pages
        cursor: {at: "2026-03-01T00:00:00Z"}
        calls:
          - call: erp.list
            sent: {query: {since: "2026-03-01T00:00:00Z", page: 1, size: 2}}
            reply: {body: {rows: [{id: 1, at: "2026-04-01"}, {id: 2, at: "2026-04-02"}]}}
          - call: erp.list
            sent: {query: {since: "2026-03-01T00:00:00Z", page: 2}}
            reply: {body: {rows: [{id: 3, at: "2026-04-03"}, {id: 4, at: "2026-04-04"}]}}
"""


def test_pages_that_are_named_are_given_as_often_as_they_are_asked_for(site: Site) -> None:
    erp = site(acme(PAGES))

    given = {
        page: erp.get("/acme/erp/list", params={"since": "1990-01-01", "page": page, "size": 2}).json()
        for page in (1, 2, 3)
    }
    again = erp.get("/acme/erp/list", params={"since": "1990-01-01", "page": 2, "size": 2}).json()

    assert [[row["id"] for row in page["rows"]] for page in given.values()] == [[1, 2], [3, 4], []]
    assert again == given[2]


def test_how_far_an_example_has_read_is_never_how_far_the_engine_has(site: Site) -> None:
    erp = site(acme(PAGES))

    assert erp.get("/acme/erp/list", params={"since": "2030-12-31", "page": 1, "size": 2}).status_code == 200
    assert erp.get("/acme/erp/list", params={"page": 1, "size": 2}).status_code == 200
    assert erp.get("/acme/erp/list", params={"page": 1, "size": 2, "of": "A"}).status_code == 404


def test_what_says_that_there_is_nothing_is_no_failure(site: Site) -> None:
    ask = "{call: erp.price, reply: {status: 404}}, {call: erp.order, reply: {body: {ok: true}}}"
    known = "{call: erp.price, reply: {body: {price: 1}}}"
    message = f"""
  order:
    steps: [{{call: erp.price, save: there, path: {{sku: A}}}}, {{call: erp.order, unless: there, body: {{no: 1}}}}]
    examples:
      - {{title: new, calls: [{ask}]}}
      - {{title: known, calls: [{known}]}}
"""

    assert site(acme(message)).get("/acme/erp/items/A/price").status_code == 404


def test_a_login_gives_a_token_and_the_token_is_asked_for(site: Site) -> None:
    login = "{type: login, request: {call: erp.log_in, body: {p: =settings.password}}, token: =reply.token}"
    erp = site(acme(PRICE + EXAMPLES, connection=f"auth: {login}"))

    stranger = erp.get("/acme/erp/items/X/price")
    token = erp.post("/acme/erp/log_in", json={"p": "any"}).json()["token"]
    known = erp.get("/acme/erp/items/X/price", headers={"Authorization": f"Bearer {token}"})

    assert (stranger.status_code, stranger.json()["detail"]) == (401, "erp.price wants the token that the login gives")
    assert known.json() == {"price": 1}


@pytest.mark.parametrize("path", ["/token", "/acme/erp/token"])
def test_a_token_of_oauth_is_given_wherever_it_is_asked_for(site: Site, path: str) -> None:
    auth = "{type: oauth2, token_url: /token, client_id: me, client_secret: =settings.password}"
    erp = site(acme(PRICE + EXAMPLES, connection=f"auth: {auth}"))

    token = erp.post(path, data={"grant_type": "client_credentials"}).json()["access_token"]

    assert erp.get("/acme/erp/items/X/price").status_code == 401
    assert erp.get("/acme/erp/items/X/price", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    ("auth", "shown"),
    [
        ("{type: basic, username: me, password: =settings.password}", {"headers": {"Authorization": "Basic eA=="}}),
        ("{type: bearer, token: =settings.password}", {"headers": {"Authorization": "Bearer x"}}),
        ("{type: api_key, header: {X-Key: =settings.password}}", {"headers": {"x-key": "x"}}),
        ("{type: api_key, query: {key: =settings.password}}", {"params": {"key": "x"}}),
    ],
)
def test_who_shows_nothing_is_refused(site: Site, auth: str, shown: dict[str, dict[str, str]]) -> None:
    erp = site(acme(PRICE + EXAMPLES, connection=f"auth: {auth}"))

    assert erp.get("/acme/erp/items/X/price").status_code == 401
    assert erp.get("/acme/erp/items/X/price", **shown).status_code == 200  # type: ignore[arg-type]


def test_a_body_that_does_not_fit_the_schema_of_the_endpoint_is_refused_with_paths(site: Site) -> None:
    text = acme(ORDERS).replace(
        "path: /orders}",
        "path: /orders, request: {type: object, properties: {no: {type: integer}}, required: [no, at]}}",
    )

    answer = site(text).post("/acme/erp/orders", json={"no": "1"})

    assert answer.status_code == 422
    assert sorted(error["path"] for error in answer.json()["errors"]) == ["at", "no"]
    assert site(text).post("/acme/erp/orders", content=b"x").json()["detail"] == (
        "the body does not fit the schema of erp.order: it must be object, is string"
    )


def test_a_call_that_names_an_address_names_the_mock(site: Site) -> None:
    ui = "  ui: {type: rest, url: {call: erp.ping, value: =reply.Url}, endpoints: {order: {method: POST, path: /orders}}}\n"
    call = "{call: ui.order, reply: {body: {ok: 2}}}"
    message = f"\n  m: {{steps: [{{call: ui.order, body: {{no: 1}}}}], examples: [{{title: a, calls: [{call}]}}]}}"
    erp = site(acme(message).replace("messages:\n", ui + "messages:\n", 1))

    url = erp.get("/acme/erp/ping").json()["Url"]

    assert url == f"{str(erp.base_url).rstrip('/')}/acme/ui"
    assert erp.post(f"{url}/orders", json={"no": 1}).json() == {"ok": 2}


def test_what_is_not_there_is_told_with_what_is(site: Site) -> None:
    erp = site(acme(ORDERS))

    assert (
        erp.delete("/acme/erp/orders")
        .json()["detail"]
        .startswith("erp has no endpoint for DELETE /acme/erp/orders; it has: POST")
    )
    assert erp.get("/acme/nothing").json()["detail"] == "the mock serves: /acme/erp/…, /v1/acme/messages/MESSAGE"
    assert "no example has a call of erp.form" in erp.post("/acme/erp/forms", data={"a": "1"}).json()["detail"]


FLOW = """  none: {reply: 1}
flows:
  stock:
    trigger: {every: 1m}
    read: {call: erp.list}
    send: none
    examples:
      - {title: one, calls: [{call: erp.list, reply: {body: {rows: [{sku: A}]}}}]}
"""


def test_what_only_a_flow_reads_is_served_from_its_examples(site: Site) -> None:
    answer = site(acme(FLOW)).get("/acme/erp/list?page=1&size=2")

    assert answer.json() == {"rows": [{"sku": "A"}]}


SALES = """
engine: 1
name: acme
settings: {url: {type: url}}
connections:
  erp:
    type: soap
    url: =settings.url
    insecure: a test
    wsdl: sales.wsdl
    endpoints: {create: {operation: CreateOrder}, again: {operation: CreateOrder}}
messages:
  order:
    steps:
      - call: erp.create
        save: done
        body: {order: {CustomerNo: "1", PickUp: x, Line: [{ItemNo: "00123", Quantity: 2.5, Gift: false}]}}
    reply: =done.OrderNo
    examples:
      - title: taken
        calls:
          - call: erp.create
            sent: {body: {order: {CustomerNo: "1", PickUp: x, Line: [{ItemNo: "00123", Quantity: 2.5, Gift: false}]}}}
            reply:
              body: {OrderNo: SO-1, Status: open, Total: 9.9, Line: [{_number: 1, ItemNo: "00123", Quantity: 2, Gift: true}]}
        reply: SO-1
  other:
    steps:
      - {call: erp.again, body: {order: {CustomerNo: "2", PickUp: x, Line: [{ItemNo: "1", Quantity: 1, Gift: true}]}}}
    examples:
      - title: refused
        calls:
          - call: erp.again
            sent: {body: {order: {CustomerNo: "2", PickUp: x, Line: {ItemNo: "1", Quantity: 1, Gift: true}}}}
            reply: {status: 500, body: {fault: {code: Server, text: the customer is blocked, detail: {Reason: "17"}}}}
        error: {kind: refused, text: the customer is blocked}
"""


def test_a_service_is_served_as_its_wsdl_says_to_a_client_that_is_not_ours(
    site: Site, tmp_path: Path, lines: list[str]
) -> None:
    wsdl = tmp_path / "sales.wsdl"
    shutil.copy(Path(__file__).parents[1] / "wsdl" / "sales.wsdl", wsdl)
    address = f"{site(SALES).base_url}/acme/erp"
    service = zeep.Client(str(wsdl)).create_service("{urn:example:sales}SalesBinding", address)
    line = {"ItemNo": "00123", "Quantity": Decimal("2.5"), "Gift": False}

    taken = service.CreateOrder(order={"CustomerNo": "1", "PickUp": "x", "Line": [line]})
    with pytest.raises(zeep.exceptions.Fault) as fault:
        service.CreateOrder(
            order={"CustomerNo": "2", "PickUp": "x", "Line": [{**line, "ItemNo": "1", "Quantity": 1, "Gift": True}]}
        )

    assert (taken.OrderNo, taken.Status, taken.Total, taken.Line[0].number) == ("SO-1", "open", Decimal("9.9"), 1)
    assert (fault.value.message, fault.value.code) == ("the customer is blocked", "Server")
    assert lines == [
        "POST /acme/erp → 200  acme.order: taken, call 1",
        "POST /acme/erp → 500  acme.other: refused, call 1",
    ]


def test_an_envelope_without_its_username_token_is_refused(site: Site, tmp_path: Path) -> None:
    wsdl = tmp_path / "sales.wsdl"
    shutil.copy(Path(__file__).parents[1] / "wsdl" / "sales.wsdl", wsdl)
    auth = "auth: {type: username_token, username: shop, password: =settings.url}"
    text = SALES.replace("wsdl: sales.wsdl", f"wsdl: sales.wsdl\n    {auth}")
    address = f"{site(text).base_url}/acme/erp"
    order = {"CustomerNo": "1", "PickUp": "x", "Line": [{"ItemNo": "00123", "Quantity": Decimal("2.5"), "Gift": False}]}

    def create(**more: Any) -> Any:
        service = zeep.Client(str(wsdl), **more).create_service("{urn:example:sales}SalesBinding", address)
        return service.CreateOrder(order=order)

    with pytest.raises(zeep.exceptions.TransportError) as error:
        create()
    assert error.value.status_code == 401
    assert b"wants a UsernameToken in the header of the envelope" in error.value.content
    assert create(wsse=UsernameToken("shop", "secret", use_digest=True)).OrderNo == "SO-1"
