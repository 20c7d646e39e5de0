"""A file to point into: `here("… ¦ …")` puts a line in place of one of its lines, and the cursor at the bar."""

from __future__ import annotations

from pathlib import Path

from engine.editor.completion import completions
from engine.editor.file import File
from engine.editor.workspace import Workspace

ACME = """\
engine: 1
name: acme
uses: {shop: webshop}
settings:
  url: {type: url, description: Address of the ERP}
  token: {type: secret}
  company: {type: text, default: NORTH, description: Company number}
  units: {type: map, default: {each: EA, hundred: C}}
schemas:
  price_row: {type: object, properties: {ItemId: {type: string}, Price: {type: number, description: per unit}}}
connections:
  erp:
    type: rest
    url: =settings.url
    auth: {type: bearer, token: =settings.token}
    endpoints:
      price: {method: GET, path: "/items/{sku}/price", reply: price_row, description: Price of one item}
      rows:
        method: GET
        path: /items
messages:
  price:
    description: Price of one item
    input: commerce.price_request
    output: commerce.prices
    steps:
      - call: erp.price
        save: found
        path: {sku: "=input.items[0].sku"}
      - call: shop.stock
        save: stock
        each: =input.items
        item: wanted
    reply:
      items:
        $each: =input.items
        $let: {row: =found}
        $map:
          sku: =item.sku
          quantity: =item.quantity
          unit_price?: =decimal(found.Price, `4`)
"""
WEBSHOP = """\
engine: 1
name: webshop
messages:
  stock: {description: Stock of items, output: {type: object, properties: {level: {type: integer}}}, reply: {level: 1}}
"""


def placed(text: str, workspace: Workspace | None = None) -> tuple[File, int]:
    """A file of this text beside a webshop, and where its bar stands."""
    workspace = workspace or Workspace()
    workspace.put(Path("/folder/webshop.yaml"), WEBSHOP)
    return workspace.put(Path("/folder/acme.yaml"), text.replace("¦", "")), text.index("¦")


def here(line: str, instead: str) -> tuple[File, int]:
    """Acme with other text in place of some of its own."""
    assert ACME.count(instead) == 1, instead
    return placed(ACME.replace(instead, line))


def offered(line: str, instead: str) -> list[str]:
    """What is offered there, functions of expressions left out."""
    return [item.label for item in completions(*here(line, instead)) if item.kind != "function"]


TABLES = """\
engine: 1
name: acme
settings:
  url: {type: url}
  user: {type: text}
  password: {type: secret}
connections:
  db:
    type: sql
    url: =settings.url
    auth: {type: password, username: =settings.user, password: =settings.password}
    tables:
      ORDERS:
        columns: {NO: text(20) required, STATE: text(1), TAKEN: datetime null}
        key: [NO]
      LINES:
        columns: {NO: text(20) required, LINE: integer required}
        key: [NO, LINE]
    endpoints:
      open: {type: select, table: ORDERS, query: {STATE: N}, order: [NO]}
      put:
        type: write
        parts:
          lines: {table: LINES, mode: replace, key: [NO]}
          header: {table: ORDERS, mode: upsert}
  erp:
    type: rest
    url: =settings.url
    endpoints:
      line: {method: GET, path: "/orders/{no}/lines/{line}"}
messages:
  line:
    steps:
      - call: db.open
        query: {NO: =input.no}
        save: rows
      - call: erp.line
        path: {no: "=rows[0].NO", line: =input.line}
        save: found
    reply: {line: =found}
    examples:
      - title: none
        settings: {user: web}
        input: {no: A}
        calls: [{call: erp.line, sent: {path: {no: A}}, reply: {status: 404}}]
        error: {cause: refused}
"""


def in_tables(line: str, instead: str) -> tuple[File, int]:
    """The file of tables with other text in place of some of its own."""
    assert TABLES.count(instead) == 1, instead
    return placed(TABLES.replace(instead, line))


FLOWS = """\
engine: 1
name: acme
uses: {shop: webshop}
settings:
  url: {type: url}
  every: {type: duration, default: 1m}
schemas:
  order: {type: object, properties: {no: {type: string}, customer: {type: string}}}
connections:
  erp:
    type: rest
    url: =settings.url
    offline: {probe: erp.rows}
    endpoints:
      rows: {method: GET, path: /rows}
      lines: {method: GET, path: /lines}
      create: {method: POST, path: /orders, effect: repeatable}
events:
  placed: {description: An order was placed, schema: order, id: =body.no}
  paid: {description: An order was paid, id: =body.no}
messages:
  create_order:
    description: An order into the ERP
    steps: [{call: erp.create, save: made, body: =input}]
    reply: {id: =made.id}
  state: {reply: {paid: true}}
flows:
  orders:
    description: Orders, shop to ERP
    trigger: {event: placed}
    key: =event.no
    hold: {until: =record.paid, merge: [paid], refresh: state}
    send: create_order
    confirm: {flow: results}
  results:
    trigger: {every: =settings.every}
    read:
      call: erp.rows
      query: {since: =cursor.changed}
      cursor: {start: {changed: "1990-01-01"}, next: {changed: =record.changed}}
      details:
        lines: {call: erp.lines, query: {no: "=records[].no"}, match: no}
    key: =record.no
    send: shop.stock
  after:
    trigger: {after: results}
    read: {call: create_order, value: =list(reply)}
    send: create_order
migrate: [results]
security:
  clients:
    shop: {type: bearer, token: =settings.url, may: {messages: [create_order], events: [placed]}}
"""


def in_flows(line: str, instead: str) -> tuple[File, int]:
    """The file of flows with other text in place of some of its own."""
    assert FLOWS.count(instead) == 1, instead
    return placed(FLOWS.replace(instead, line))
