"""The yardstick of bench/files.py: an import written by hand, `python -m bench.files_hand (csv|xml) FILE URL`.

It reads, types, maps and posts, 100 rows at a time, one batch after the other on one connection. It keeps nothing: an import
that is broken off begins anew, and of a row that is wrong it dies.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from decimal import Decimal
from http.client import HTTPConnection
from itertools import islice
from typing import Any

import msgspec
from lxml import etree

BATCH = 100
JSON = msgspec.json.Encoder(decimal_format="number")


def csv_rows(file: str) -> Iterator[dict[str, Any]]:
    with open(file, encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, delimiter=";", strict=True)
        names = next(reader)
        for cells in reader:
            row = dict(zip(names, cells, strict=True))
            if row["active"] != "J":
                continue
            if not row["sku"] or len(row["sku"]) > 20 or len(row["name"]) > 100:
                raise ValueError(f"line {reader.line_num}")
            item: dict[str, Any] = {"sku": row["sku"], "name": row["name"]}
            if row["unit"]:
                item["unit"] = row["unit"]
            item["group"] = row["group"] or "other"
            price = Decimal(row["price"].replace(",", ".")) if row["price"] else None
            item["prices"] = [{"unit_price": price, "currency": row["currency"] or "EUR", "from_quantity": 1}]
            item["stock"] = int(row["stock"]) if row["stock"] else None
            yield item


def xml_rows(file: str) -> Iterator[dict[str, Any]]:
    for _, element in etree.iterparse(file, tag="Item", resolve_entities=False, no_network=True):
        if element.findtext("Blocked") != "true":
            item: dict[str, Any] = {"sku": element.findtext("No"), "name": element.findtext("Description")}
            if unit := element.findtext("Unit"):
                item["unit"] = unit
            item["group"] = element.findtext("Group") or "other"
            item["prices"] = [
                {
                    "unit_price": Decimal(price.text or ""),
                    "currency": price.get("currency"),
                    "from_quantity": int(price.get("from", "1")),
                }
                for price in element.iterfind("Price")
            ]
            item["stock"] = int(element.findtext("Stock") or "")
            yield item
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def main(kind: str, file: str, port: str) -> None:
    rows, sink = (csv_rows if kind == "csv" else xml_rows)(file), HTTPConnection("127.0.0.1", int(port))
    while items := list(islice(rows, BATCH)):
        sink.request("POST", "/products", JSON.encode({"items": items}), {"Content-Type": "application/json"})
        answer = sink.getresponse()
        told = msgspec.json.decode(answer.read())
        if answer.status != 200 or told["done"] != len(items):
            sys.exit(f"{answer.status}: {told}")


if __name__ == "__main__":
    main(*sys.argv[1:])
