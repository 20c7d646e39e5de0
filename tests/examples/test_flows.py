"""Examples of flows: each passes because the code of production does what it shows."""

from __future__ import annotations

from pathlib import Path

from tests.examples.stage import acme, told
from tests.examples.test_play import SHOP

PLACE = """
  place:
    input: {type: object, required: [no]}
    steps:
      - {call: erp.price, save: known, path: {sku: =input.no}}
      - {call: erp.order, unless: known, body: {no: =input.no, key: =exchange.key}}
"""
ORDERS = """
events:
  placed:
    schema: {type: object, required: [no]}
    map: {no: =body.no, paid: =body.paid, shop: =headers.x_shop}
    when: =body.no != 'T'
flows:
  orders:
    trigger: {event: placed}
    key: =event.no
    hold: {until: =record.paid, limit: 3d}
    send: place
    input: {no: =record.no}
    examples:
"""
STOCK = """
flows:
  stock:
    trigger: {every: 1m}
    read: {call: erp.list, query: {since: =cursor.at}, cursor: {start: {at: "1990"}, next: {at: =record.at}}}
    when: =record.sold
    changed: ["=record.count"]
    key: =record.sku
    batch: 2
    send: shop.update
    input: {sku: "=records[0].sku"}
    examples:
"""


def passes(folder: Path, *files: str) -> None:
    assert told(folder, *files) == ""


def test_an_event_is_posted_and_becomes_an_order(tmp_path: Path) -> None:
    passes(
        tmp_path,
        acme(PLACE)
        + ORDERS
        + """
      - title: a new order
        event: {no: A, paid: true}
        headers: {X-Shop: main}
        calls:
          - {call: erp.price, sent: {path: {sku: A}}, reply: {status: 404}}
          - {call: erp.order, sent: {body: {no: A, key: example-exchange-0000001}}}
        sends: [{keys: [A], input: {no: A}}]
      - title: the message as a whole
        event: {no: A, paid: true}
        calls: [{call: place, sent: {body: {no: A}}}]
      - title: the message refuses
        event: {no: A, paid: true}
        calls: [{call: place, reply: {status: 422, body: {text: no such customer}}}]
        error: {kind: refused, text: no such customer}
        outcome: parked
        failed: [{key: A, error: no such customer}]
      - title: not paid yet
        event: {no: A}
        sends: []
        outcome: held
      - title: a test
        event: {no: T}
        outcome: skipped
      - title: no order
        event: {}
        error: {kind: invalid}
      - title: it is asked for before it is sent again
        event: {no: A, paid: true}
        calls:
          - {call: erp.price, reply: {status: 404}}
          - {call: erp.order, fails: timeout}
          - {call: erp.price, reply: {body: {no: 7}}}
        sends: [{input: {no: A}}, {input: {no: A}}]
      - title: to be tried again
        event: {no: A, paid: true}
        calls:
          - {call: erp.price, reply: {status: 404}}
          - {call: erp.order, fails: connect}
        error: {kind: unreachable}
        outcome: again
""",
    )


def test_records_are_read_and_sent(tmp_path: Path) -> None:
    passes(
        tmp_path,
        SHOP,
        acme("  none: {reply: 1}", head="uses: {shop: webshop}")
        + STOCK
        + """
      - title: two of three
        cursor: {at: "2020"}
        calls:
          - call: erp.list
            sent: {query: {since: "2020"}}
            reply: {body: {rows: [{sku: A, sold: true, at: "2021"}, {sku: B, at: "2022"}, {sku: C, sold: true, at: "2023"}]}}
        sends: [{keys: [A, C], input: {sku: A}}]
        next_cursor: {at: "2023"}
      - title: from the beginning
        calls: [{call: erp.list, sent: {query: {since: "1990"}}, reply: {body: {rows: []}}}]
        sends: []
      - title: one record
        record: {sku: A, sold: true}
        calls: [{call: shop.update, sent: {body: {sku: A}}, reply: {body: {done: true}}}]
      - title: not sold
        record: {sku: A}
        outcome: skipped
      - title: the system is away
        calls: [{call: erp.list, fails: connect}]
        error: {kind: unreachable}
""",
    )


def test_of_a_batch_those_that_failed_go_on_alone(tmp_path: Path) -> None:
    passes(
        tmp_path,
        SHOP,
        acme("  none: {reply: 1}", head="uses: {shop: webshop}")
        + STOCK
        + """
      - title: one of two
        calls:
          - {call: erp.list, reply: {body: {rows: [{sku: A, sold: true, at: "1"}, {sku: B, sold: true, at: "2"}]}}}
          - {call: erp.list, reply: {body: {rows: []}}}
          - {call: shop.update, reply: {body: {done: true}}, failed: [{index: 1, error: gone}]}
          - {call: shop.update, reply: {body: {done: false}}, failed: [{index: 0, error: gone for good}]}
        sends: [{keys: [A, B]}, {keys: [B]}]
        failed: [{key: B, error: gone for good}]
        outcome: parked
""",
    )
