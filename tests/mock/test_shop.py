"""The shop's side: messages answered from the examples' input and reply."""

from __future__ import annotations

from tests.examples.stage import acme
from tests.mock.conftest import Site

MESSAGE = """
  greet:
    input: {type: object, required: [who], properties: {who: {type: string}}}
    reply: {hello: =input.who}
    failed: =input.failed
    examples:
      - {title: you, input: {who: you}, reply: {hello: {$any: text}, n: {$approx: 4.5, $within: 1}, l: [{$contains: a}]}}
      - {title: refused, input: {who: nobody}, error: {kind: refused, text: who is that, code: unknown}}
      - {title: away, input: {who: far}, error: {kind: unreachable, text: {$contains: did not answer}, code: timeout}}
      - {title: wrong, input: {who: 7}, error: {kind: invalid}}    # engine: ignore[wrong-example] it is to be refused
      - {title: partly, input: {who: two}, reply: {hello: two}, failed: [{index: 1, error: gone}]}
      - {title: only calls, input: {who: open}}
"""


SLOW = """
  slow:
    steps: [{call: erp.ping}]
    examples: [{title: slow, calls: [{call: erp.ping, fails: timeout}], error: {kind: unreachable}}]
"""


def test_an_input_gets_the_reply_of_its_example(site: Site, lines: list[str]) -> None:
    shop = site(acme(MESSAGE))

    answer = shop.post("/v1/acme/messages/greet", json={"who": "you"})

    assert (answer.status_code, answer.json()) == (200, {"hello": "text", "n": 4.5, "l": ["a"]})
    assert lines == ["POST /v1/acme/messages/greet → 200  acme.greet: you"]


def test_errors_are_the_problems_that_the_engine_would_give(site: Site) -> None:
    shop = site(acme(MESSAGE + SLOW))

    refused = shop.post("/v1/acme/messages/greet", json={"who": "nobody"})
    away = shop.post("/v1/acme/messages/greet", json={"who": "far"})
    slow = shop.post("/v1/acme/messages/slow")
    wrong = shop.post("/v1/acme/messages/greet", json={"who": 7})
    partly = shop.post("/v1/acme/messages/greet", json={"who": "two"})

    assert (refused.status_code, refused.json()["detail"], refused.json()["code"]) == (502, "who is that", "unknown")
    assert (away.status_code, away.json()["cause"]) == (504, "timeout")
    assert (slow.status_code, slow.json()["cause"], slow.json()["may_have_happened"]) == (504, "timeout", True)
    assert (wrong.status_code, wrong.json()["detail"]) == (
        422,
        "the input does not fit: who: must be string, is number",
    )
    assert (partly.status_code, partly.json()) == (
        207,
        {"reply": {"hello": "two"}, "failed": [{"index": 1, "error": "gone"}]},
    )


def test_another_input_is_told_what_does_not_fit_or_which_came_nearest(site: Site) -> None:
    shop = site(acme(MESSAGE))

    wrong = shop.post("/v1/acme/messages/greet", json={"who": 1})
    other = shop.post("/v1/acme/messages/greet", json={"who": "me"})

    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "who")
    assert other.status_code == 404
    assert other.json()["nearest"]["differences"] == [{"path": "who", "expected": "you", "got": "me"}]


def test_what_cannot_be_answered_says_why(site: Site) -> None:
    shop = site(acme(MESSAGE + "  other: {reply: {a: 1}}\n"))

    assert shop.post("/v1/acme/messages/gret").json()["detail"] == "acme has no message gret; it has: greet, other"
    assert shop.post("/v1/acme/messages/other").json()["detail"].startswith("acme.other has no example")
    assert shop.get("/v1/acme/messages/greet").status_code == 405
    assert shop.post("/v1/acme/messages/greet", content=b"{").status_code == 400


EVENTS = """
events:
  placed:
    schema: {type: object, required: [no], properties: {no: {type: string}, lines: {type: array}}}
  anything: {}
"""


def test_an_event_is_accepted_if_it_fits_its_schema(site: Site, lines: list[str]) -> None:
    shop = site(acme(MESSAGE) + EVENTS)

    one = shop.post("/v1/acme/events/placed", json={"no": "A-1"})
    several = shop.post("/v1/acme/events/placed", json=[{"no": "A-1"}, {"no": "A-2"}])
    free = shop.post("/v1/acme/events/anything")

    assert (one.status_code, list(one.json())) == (202, ["exchange"])
    assert (several.status_code, [list(told) for told in several.json()]) == (202, [["exchange"], ["exchange"]])
    assert len({told["exchange"] for told in [one.json(), *several.json(), free.json()]}) == 4
    assert lines[0] == "POST /v1/acme/events/placed → 202  acme.placed: accepted, and nothing follows here"


def test_an_event_that_does_not_fit_gets_the_problem_that_the_engine_would_give(site: Site) -> None:
    shop = site(acme(MESSAGE) + EVENTS)

    wrong = shop.post("/v1/acme/events/placed", json={"no": 1, "lines": {}})
    second = shop.post("/v1/acme/events/placed", json=[{"no": "A-1"}, {}])
    many = shop.post("/v1/acme/events/placed", json=[{"no": "A"}] * 1001)

    assert (wrong.status_code, [error["path"] for error in wrong.json()["errors"]]) == (422, ["no", "lines"])
    assert (second.status_code, [error["path"] for error in second.json()["errors"]]) == (422, ["[1].no"])
    assert (many.status_code, many.json()["detail"]) == (413, "at most 1,000 events are posted in one call")


def test_an_event_that_is_none_is_told_which_there_are(site: Site) -> None:
    shop = site(acme(MESSAGE) + EVENTS)

    assert shop.post("/v1/acme/events/plced").json()["detail"] == "acme has no event plced; it has: placed, anything"
    assert shop.get("/v1/acme/events/placed").json()["detail"] == "an event is posted with POST"
    assert shop.post("/v1/acme/other").json()["detail"].endswith("/v1/acme/messages/MESSAGE, /v1/acme/events/EVENT")
