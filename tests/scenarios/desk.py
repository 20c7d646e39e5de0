"""The shop and the order desk: the integration between them, whose waits are short."""

from __future__ import annotations

DESK = """
engine: 1
name: acme
settings:
  url: {type: url}
  password: {type: secret}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a server of this test
    auth:
      type: login
      request: {call: erp.log_in, body: {password: =settings.password}}
      token: =reply.token
      headers: {Authorization: "Bearer {{ token }}"}
    error: {text: =reply.error, temporary: "=status >= `500` || reply.busy"}
    timeout: TIMEOUT
    limits: {concurrency: 8}
    offline: {probe: erp.ping, lasts: LASTS}
    endpoints:
      log_in: {method: POST, path: /log_in, auth: {type: none}, effect: repeatable}
      ping: {method: GET, path: /ping}
      price: {method: GET, path: "/prices/{sku}", retry: {attempts: 1}}
      find: {method: GET, path: "/orders/{no}", absent: [404]}
      place: {method: POST, path: /orders, success: "=reply.ok == `true`"}
messages:
  price: {steps: [{call: erp.price, save: found, path: {sku: =input.sku}}], reply: {price: =decimal(found.price)}, timeout: 30s}
  create_order:
    steps:
      - {call: erp.find, save: known, path: {no: =input.no}}
      - {call: erp.place, save: order, unless: known, body: {no: =input.no, customer: =input.customer}}
    reply: =order
events:
  placed: {schema: {type: object, required: [no, customer]}, id: =body.no}
flows:
  orders:
    trigger: {event: placed}
    key: =event.customer
    send: create_order
    delivery: {attempts: 30, backoff: 20ms..100ms}
"""


def desk(lasts: str = "60s", timeout: str = "2s") -> str:
    """The integration `acme`."""
    return DESK.replace("LASTS", lasts).replace("TIMEOUT", timeout)
