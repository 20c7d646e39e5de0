"""What a message would send: built as in production, shown instead of sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.formats.json import loads
from engine.plan.folder import load_plans
from engine.preview import Preview, preview
from engine.preview.replies import read_replies
from engine.settings import Sources
from engine.spec.examples import CannedReply
from tests.cli.conftest import ROOT, Shell
from tests.docs.goldens import golden

ACME = ROOT / "tests/docs/acme"
PLANS = load_plans(ACME)
SHIPPED = load_plans(ROOT / "integrations")
NOTHING = Sources({}, {}, {})
ORDER = {"no": "W 1", "customer": "7", "items": [{"sku": "A", "quantity": 1}], "note": "by the door"}


async def built(message: str, value: Any, replies: list[Any] | None = None, sources: Sources = NOTHING) -> Preview:
    return await preview(PLANS, "acme", message, value, sources, read_replies(replies or []))


def calls(found: Preview) -> list[str]:
    return [f"{request.method} {request.url}" for request in found.requests]


async def test_a_request_is_built_as_production_sends_it() -> None:
    found = await built("prices", {"items": [{"sku": "EMT-05", "unit": "box", "quantity": 2.5}]})

    login, prices = found.requests
    assert (login.call, login.by_itself, login.url) == ("erp.log_in", True, "<url>/login")
    assert loads(login.body) == {"username": "web", "password": "***"}
    assert (prices.call, prices.by_itself, prices.method) == ("erp.prices", False, "POST")
    assert prices.url == "<url>/prices?company=NORTH"
    assert prices.query == (("company", "NORTH"),)
    assert dict(prices.headers) == {
        "User-Agent": "engine/1",
        "X-Reference": "<script>alert(1)</script> | `tick`",
        "Content-Type": "application/json",
        "X-Session": "***",
    }
    assert prices.body == '[{"id":"EMT-05","unit":"BX","quantity":2.50}]'


async def test_replies_of_the_example_with_the_same_input_lead_to_the_reply() -> None:
    example = PLANS["acme"].integration.messages["prices"].examples[0]

    found = await built("prices", example.input)

    assert (found.example, found.needed, found.error) == ("one item", "", None)
    assert [item["sku"] for item in found.reply["items"]] == ["EMT-05"]


async def test_replies_that_are_given_are_taken_in_order_and_the_next_one_is_named() -> None:
    replies = [{"status": 404}, {"body": {"rows": [{"id": "A", "price": 2}]}}, {"body": {"id": "9"}}]

    found = await built("order", ORDER, replies)

    assert calls(found) == [
        "POST <url>/login",
        "GET <url>/orders/W%201",
        "POST <url>/prices?company=NORTH",
        "POST <url>/orders",
        "GET <url>/orders/9",
    ]
    assert loads(found.requests[3].body) == {"no": "W 1", "total": 2, "kind": "WEB", "note": "by the door"}
    assert (found.needed, found.reply) == ("erp.find", None)


async def test_the_calls_of_a_used_integration_are_shown_too() -> None:
    replies = [
        {"status": 404},
        {"body": {"rows": [{"id": "A", "price": 2}]}},
        {"body": {"id": "9"}},
        {"body": {"done": True}},
        {},
        {},
    ]

    found = await built("order", ORDER, replies)

    token, note, ping = found.requests[5:]
    assert (token.integration, token.url, token.by_itself) == ("store", "https://id.store.example/token", True)
    assert token.body == "grant_type=client_credentials&client_id=engine&client_secret=***"
    assert (note.integration, note.url) == ("store", "https://store.example:8443/api/orders/W%201/note")
    assert dict(note.headers)["Authorization"] == "Bearer ***"
    assert ping.call == "erp.ping"
    assert (found.needed, found.error, found.reply) == ("", None, {"id": "9"})


async def test_settings_come_from_the_usual_sources_and_secrets_are_never_shown() -> None:
    sources = Sources(
        {"acme.url": "https://erp.example"}, {"ACME_PASSWORD": "open sesame"}, {"acme": {"company": "SOUTH"}}
    )

    found = await built("prices", {"items": [{"sku": "A", "quantity": 1}]}, sources=sources)

    assert calls(found) == ["POST https://erp.example/login", "POST https://erp.example/prices?company=SOUTH"]
    assert "acme.url" not in found.missing
    assert "sesame" not in repr(found)
    assert loads(found.requests[0].body)["password"] == "***"


async def test_a_message_that_fails_shows_what_was_sent_before() -> None:
    replies = [{"status": 404}, {"status": 400, "body": {"message": "no prices today"}}]

    found = await built("order", ORDER, replies)

    assert calls(found)[1:3] == ["GET <url>/orders/W%201", "POST <url>/prices?company=NORTH"]
    assert found.requests[3].call == "erp.ping"
    assert (found.needed, found.error) == ("erp.ping", None)


async def test_a_message_that_is_refused_says_so() -> None:
    found = await built("order", {"no": "W1"}, [{}])

    assert [request.call for request in found.requests] == ["erp.log_in", "erp.ping"]
    assert str(found.error) == "The customer of W1 is not known"


async def test_an_input_that_does_not_fit_sends_nothing() -> None:
    found = await built("prices", {})

    assert (found.requests, str(found.error)) == ((), "the input does not fit its schema: items: is missing")


TWO = """engine: 1
name: two
settings:
  url: {type: url}
connections:
  main:
    type: rest
    url: =settings.url
    auth: {type: api_key, header: {X-Key: abc}}
    endpoints:
      where: {method: GET, path: /where}
  other:
    type: rest
    url: {call: main.where, value: =reply.at.url}
    auth: {type: shared, connection: main}
    endpoints:
      order: {method: POST, path: /orders}
messages:
  m:
    steps: [{call: other.order, body: {a: 1.5}}]
"""


async def test_an_address_that_another_call_names_is_that_of_the_asked_connection(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(TWO)

    found = await preview(load_plans(tmp_path), "two", "m", {}, NOTHING)

    assert [(request.call, request.url, request.by_itself) for request in found.requests] == [
        ("main.where", "<url>/where", True),
        ("other.order", "<url>/orders", False),
    ]
    assert (found.requests[1].body, found.needed) == ('{"a":1.5}', "other.order")


@pytest.mark.parametrize("name", SHIPPED)
async def test_every_message_that_is_shipped_can_be_tried_without_any_setting(name: str) -> None:
    for message, plan in SHIPPED[name].integration.messages.items():
        value = plan.examples[0].input if plan.examples else {}

        found = await preview(SHIPPED, name, message, value, NOTHING)

        assert found.needed or found.error or found.requests, message


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ({}, "write a list of replies"),
        ([1], "reply 1: write {status"),
        ([{}, {"stats": 1}], "reply 2: write {status"),
        ([{"status": "ok"}], "reply 1: status is a number such as 200"),
        ([{"headers": {"a": 1}}], "reply 1: headers are names with text"),
    ],
)
def test_replies_of_another_shape_are_told(replies: Any, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{told}"):
        read_replies(replies)


def test_replies_have_defaults() -> None:
    (reply,) = read_replies([{"body": [1]}])

    assert (reply.status, reply.headers, reply.body) == (200, {}, [1])
    assert isinstance(reply, CannedReply)


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "integrations").mkdir()
    for file in ACME.glob("*.yaml"):
        (tmp_path / "integrations" / file.name).write_text(file.read_text())
    return tmp_path


def test_the_requests_are_printed(shell: Shell) -> None:
    done = shell("eval", "--message", "acme.prices")

    assert done.returncode == 0
    assert done.stdout == golden("eval_acme.prices.txt", done.stdout)
    assert done.stderr == (
        "not set, so something stands in: acme.url, acme.password, acme.token, acme.hooks\n"
        'replies are those of the example "one item"\n'
    )


def test_the_requests_as_json(shell: Shell) -> None:
    done = shell("eval", "--message", "acme.order", "--input", json.dumps(ORDER), "--format", "json")

    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert [request["url"] for request in found["requests"]] == ["<url>/login", "<url>/orders/W%201"]
    assert (found["needed"], found["reply"], found["error"]) == ("erp.find", None, "")
    assert done.stderr.endswith(
        "to go on, the reply to erp.find is needed: --replies FILE, a list of {status, headers, body}\n"
    )


def test_a_message_that_fails_is_exit_code_1(shell: Shell) -> None:
    done = shell("eval", "--message", "acme.prices", "--input", "{}")

    assert (done.returncode, done.stdout) == (1, "nothing would be sent\n")
    assert done.stderr.endswith("the message fails: the input does not fit its schema: items: is missing\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("acme",), '"acme" is no message; write integration.message, such as acme.prices\n'),
        (("acme.price",), 'there is no message "price" in acme; did you mean "prices"?\n'),
        (("acme.prices", "--replies", "[1]"), "--replies: reply 1: write {status: 200, headers: {}, body: …}; "),
        (("acme.prices", "--set", "acme.url=http://erp"), "the settings do not fit:\n"),
    ],
)
def test_what_cannot_be_run_is_told(arguments: tuple[str, ...], told: str, shell: Shell) -> None:
    done = shell("eval", "--message", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(told)
