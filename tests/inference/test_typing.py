"""The types of an integration: what editors, `engine show` and the rules ask for."""

from __future__ import annotations

import pytest

from engine.document import parse
from engine.inference import Typing, typing
from engine.spec.load import read
from engine.spec.sites import sites, trees
from engine.types import Object

TEXT = """\
engine: 1
name: acme
settings: {url: {type: url}, units: {type: map, default: {}}, note: {type: text, default: null}}
connections:
  erp:
    type: rest
    url: =settings.url
    endpoints:
      prices: {method: GET, path: /prices, records: =reply.rows, reply: answer}
      item: {method: GET, path: "/items/{id}", absent: [404], reply: row}
      create: {method: POST, path: /orders, request: row}
schemas:
  answer: {type: object, required: [rows], properties: {rows: {type: array, items: {$ref: row}}}}
  row: {type: object, required: [sku], properties: {sku: {type: string, maxLength: 20}, price: {type: number}}}
messages:
  prices:
    input: commerce.price_request
    output: commerce.prices
    steps:
      - {call: erp.prices, save: all}
      - {call: erp.prices, save: batches, each: "=chunks(input.items, `2`)", item: batch}
      - {call: erp.item, save: one, path: {id: =input.customer_id}, when: =input.customer_id}
      - {save: none, when: =one, value: {a: =one.sku}}
      - {call: own, save: inner, body: {no: 1}}
      - {call: erp.item, save: either, unless: one, path: {id: A}}
      - {call: erp.create, optional: true, save: made, body: {sku: =one.sku}}
    reply:
      items:
        $each: =all
        $map: {sku: =item.sku, quantity: =number, unit_price?: =item.price}
  own:
    reply: {found: =exchange.at, kind: A, note: =settings.note}
  seen:
    steps:
      - {call: prices, save: p, body: {items: []}}
      - {call: erp.prices, save: r, value: {count: =length(records), status: =status, first: "=records[0]"}}
    reply: [=p, =r, =p.items, =r.first, =settings.units]
"""


def acme(text: str = TEXT) -> Typing:
    document = parse(text, "acme.yaml")
    return typing(read(document)[0], {}, document.key_mark)


def step_types(types: Typing, text: str) -> dict[str, str]:
    (reply,) = (site for site in sites(types.trees) if site.expression.text == text)
    scope = types.scope_at(reply.expression.place.mark)
    assert scope is not None
    return {name: str(found) for name, found in scope.names.items()}


def test_what_the_name_of_each_step_stands_for() -> None:
    names = step_types(acme(), "=all")

    assert {name: names[name] for name in ("all", "batches", "one", "none", "inner", "either", "made")} == {
        "all": "list of {sku, price}",
        "batches": "list of list of {sku, price}",
        "one": "{sku, price} or null",
        "none": "{a} or null",
        "inner": "{found, kind, note}",
        "either": "{sku, price} or null",
        "made": "any",
    }


def test_what_an_expression_gives() -> None:
    types = acme()
    given = {site.expression.text: str(types.given(site.expression)) for site in sites(types.trees)}

    assert {text: given[text] for text in ("=item.price", "=p", "=r", "=p.items", "=r.first", "=settings.units")} == {
        "=item.price": "number or null",
        "=p": "{shop_id, erp_id, customer_id, items}",
        "=r": "{count, status, first}",
        "=p.items": "list of {shop_id, erp_id, sku, quantity, unit, unit_size, …}",
        "=r.first": "{sku, price} or null",
        "=settings.units": "object",
    }


def test_what_each_target_field_gets_and_takes() -> None:
    types = acme()
    (reply,) = (tree for tree in trees(types.integration) if tree.path == ("messages", "prices", "reply"))

    told = [(one.name, one.mark.line, str(one.given), str(one.wanted)) for one in types.targets(reply)]

    assert told == [
        ("items[].sku", 30, "text(20)", "text"),
        ("items[].quantity", 30, "integer", "number"),
        ("items[].unit_price", 30, "number or null", "number"),
    ]
    assert str(types.wanted(reply.path)) == "{shop_id, erp_id, customer_id, items}"


def test_a_field_that_a_later_part_gives_anew_is_one_target() -> None:
    types = acme(
        TEXT.replace(
            "reply: {found: =exchange.at, kind: A, note: =settings.note}", "reply: {$merge: [{a: 1, b: 2}, {a: 3}]}"
        )
    )
    (reply,) = (tree for tree in trees(types.integration) if tree.path == ("messages", "own", "reply"))

    assert [(one.name, str(one.given)) for one in types.targets(reply)] == [("b", "2"), ("a", "3")]


def test_a_refusal_tells_the_steps_behind_it_what_is_there() -> None:
    text = TEXT.replace(
        "    reply: {found",
        "    input: commerce.order\n    steps: [{when: =!(input.email), refuse: x}]\n    reply: {m: =input.email, found",
    )
    types = acme(text)

    assert {site.expression.text: str(types.given(site.expression)) for site in sites(types.trees)}[
        "=input.email"
    ] == "text"


@pytest.mark.parametrize(
    ("setting", "type_"),
    [
        ("{type: text}", "text"),
        ("{type: text, default: A}", "text"),
        ("{type: text, default: null}", "text or null"),
        ("{type: text, required: true}", "text"),
        ("{type: text, required: false}", "text or null"),
        ("{type: text, required: =settings.note}", "text or null"),
        ("{type: text, choices: [A, B]}", '"A" or "B"'),
        ("{type: integer}", "integer"),
        ("{type: map, default: {a: b}}", "{a}"),
    ],
)
def test_what_a_setting_is(setting: str, type_: str) -> None:
    types = acme(TEXT.replace("note: {type: text, default: null}", f"note: {setting}"))

    assert [
        str(types.given(site.expression)) for site in sites(types.trees) if site.expression.text == "=settings.note"
    ][-1] == type_


def test_an_administrator_may_give_a_map_other_keys() -> None:
    types = acme(
        TEXT.replace("note: {type: text, default: null}", "note: {type: map, default: {a: b}}").replace(
            "=settings.note", "=settings.note.c"
        )
    )

    assert [remark.kind for _, remark in types.remarks] == []


def test_a_refusal_that_spoils_nothing_tells_nothing() -> None:
    text = TEXT.replace(
        "    reply: {found",
        "    input: commerce.order\n"
        "    steps: [{when: =!(input.email), refuse: x, optional: true}]\n    reply: {m: =input.email, found",
    )
    types = acme(text)

    assert {site.expression.text: str(types.given(site.expression)) for site in sites(types.trees)}[
        "=input.email"
    ] == "text or null"


PASSED_ON = """\
engine: 1
name: acme
connections:
  erp:
    type: rest
    url: https://erp.example
    endpoints:
      row: {method: GET, path: /row, reply: row}
      one: {method: GET, path: /one, records: =reply.one, reply: one_row}
      rows: {method: GET, path: /rows, records: =reply.rows, reply: page}
schemas:
  one_row: {type: object, required: [one], properties: {one: {$ref: row}}}
  page: {type: object, required: [rows], properties: {rows: {type: array, items: {$ref: row}}}}
  row: {type: object, required: [sku], properties: {sku: {type: string}, price: {type: number}, state: {enum: [new, old]}}}
messages:
  asked:
    input: {$ref: row}
    steps:
      - {call: erp.one, save: listed}
      - {call: erp.row, save: got, value: =reply}
      - {save: tried, optional: true, value: =input.sku}
      - {when: =!(input.state), refuse: no state}
      - {save: last, always: true, value: "=[input.state]"}
    reply:
      - =listed
      - {$when: =got.price, $map: =got.price}
      - {$when: =!(tried), $map: "=[input.sku]"}
    fallback: "={a: got, t: error.text}"
  take: {input: {type: object}, reply: null}
events:
  placed: {schema: row}
  priced: {schema: {type: object, required: [price], properties: {price: {type: number}}}}
flows:
  held:
    trigger: {event: placed}
    key: =event.sku
    hold: {until: =record.price, merge: [priced]}
    send: take
    input: {price: "=[record.price]", sku: =event.sku}
  together:
    trigger: {every: 1m}
    read: {call: erp.rows}
    key: =record.sku
    batch: 5
    send: take
    input: {first: "=records[0].sku", second: "=records[1].sku"}
  on:
    trigger: {every: 1m}
    read:
      call: erp.rows
      query: {a: =cursor.a, s: =cursor.s, n: =cursor.n}
      cursor: {start: {a: A, s: new}, next: {a: =record.sku, s: =record.state, n: =record.sku}}
    send: take
  moved:
    trigger: {every: 1m}
    read: {call: erp.rows, query: {m: =cursor.m}, cursor: {start: {m: new}, next: {m: =record.state}, overlap: 5m}}
    key: =record.sku
    send: take
    confirm: {flow: told, refused: =record.price, error: =text(record.price), within: 1h}
  told:
    trigger: {every: 1m}
    read: {call: erp.rows}
    key: =record.sku
    send: take
"""


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("=listed", "list of {sku, price, state}"),
        ("=got.price", "number"),
        ("=[input.sku]", "list of text"),
        ("=[input.state]", 'list of ("new" or "old" or null)'),
        ("=[record.price]", "list of number"),
        ("=records[0].sku", "text"),
        ("=records[1].sku", "text or null"),
        ("=cursor.a", "text"),
        ("=cursor.s", '"new" or "old" or null'),
        ("=cursor.n", "text or null"),
        ("=cursor.m", "text or null"),
        ("=text(record.price)", "text"),
    ],
)
def test_what_is_passed_on_inside_messages_and_flows(text: str, type_: str) -> None:
    types = acme(PASSED_ON)

    assert [str(types.given(site.expression)) for site in sites(types.trees) if site.expression.text == text][
        -1
    ] == type_


def test_kinds_of_a_schema_that_are_one_are_one() -> None:
    kinds = ", ".join(["string", "'null'", "string", *(f"k{number}" for number in range(100))])

    types = acme(TEXT.replace("sku: {type: string, maxLength: 20}", f"sku: {{type: [{kinds}], maxLength: 20}}"))

    answer = types.wanted(("messages", "prices", "steps", 6, "body"))
    assert [len(shape.fields["sku"].shapes) for shape in answer.of(Object)] == [2]
