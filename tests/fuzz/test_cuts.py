"""What a cut keeps of a file."""

from __future__ import annotations

from random import Random

from tests.fuzz.cases import shipped
from tests.fuzz.cuts import Whole

FILE = """engine: 1
name: acme
title: Acme
settings:
  url: {type: url}
  token: {type: secret}     # not asked for
  unit:
    type: text
connections:
  erp:
    type: rest
    url: =settings.url
    endpoints:
      price: {method: GET, path: /price, reply: price_reply}
      stock: {method: GET, path: /stock, headers: *json}
schemas:
  price_reply: {type: object}
  stock_reply: {type: object}
messages:
  price:
    steps: [{call: erp.price, headers: &json {Accept: application/json}}]
    reply: {unit: =settings.unit}
  stock:
    steps:
      - call: erp.stock
        headers: *json
    examples:
      - title: some
        calls: []
"""


def test_a_message_is_cut_out_with_what_it_refers_to() -> None:
    assert Whole.of(FILE).messages(["stock"]) == [
        "engine: 1",
        "name: acme",
        "settings:",
        "  url: {type: url}",
        "connections:",
        "  erp:",
        "    type: rest",
        "    url: =settings.url",
        "    endpoints:",
        "      stock: {method: GET, path: /stock, headers: {Accept: application/json}}",
        "messages:",
        "  stock:",
        "    steps:",
        "      - call: erp.stock",
        "        headers: {Accept: application/json}",
    ]


def test_cuts_of_shipped_files_aresmall() -> None:
    for text in shipped():
        lines = [len(Whole.of(text).cut(Random(number))) for number in range(20)]
        assert max(lines) < 0.7 * len(text.splitlines()), lines
