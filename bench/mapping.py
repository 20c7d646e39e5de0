"""A mapping of 25 fields over an order of 1.2 kB: compiled by us, by hand, and by `jmespath` and Jinja field by field.

Run from the repository's root: `python -m bench.mapping`. All ways run in turn in one process, each result is checked
to be the same, the best round counts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import jmespath
import jmespath.functions
from jinja2.sandbox import SandboxedEnvironment

from engine.document import parse
from engine.expression.expressions import Expression, Template
from engine.functions import FUNCTIONS
from engine.functions.builtins.content import join, length
from engine.functions.codes import lookup
from engine.functions.text import trim
from engine.functions.values import coalesce, decimal
from engine.mapping import Build, Constant, Fields, compile_mapping, read_mapping

ROUNDS, CALLS = 30, 1000

MAPPING = """
order_no: =order.id
reference: =order.customer.reference || order.id
customer: =order.customer.account
customer_name: =trim(order.customer.name)
email: =order.customer.email
phone: =order.shipping.phone || order.billing.phone || order.customer.phone
currency: =coalesce(order.currency, settings.currency)
ordered_at: =order.created_at
carrier: =lookup(settings.carriers, order.shipping.method, 'BEST')
ship_name: "{{ order.shipping.first_name }} {{ order.shipping.last_name }}"
ship_street: =order.shipping.street
ship_street_2: =order.shipping.street_2
ship_city: =order.shipping.city
ship_state: =order.shipping.state
ship_zip: =order.shipping.zip
ship_country: =order.shipping.country
bill_name: =order.billing.company || order.billing.last_name
bill_city: =order.billing.city
bill_zip: =order.billing.zip
first_item: =order.lines[0].sku
freight: "=decimal(order.totals[?type == 'shipping'] | [0].amount, `2`)"
items: "=join(',', order.lines[].sku)"
line_count: =length(order.lines)
comment: "Web order {{ order.id }} of {{ order.customer.email }}"
lines:
  $each: =order.lines
  $map:
    number: =number
    item: =item.sku
    quantity: =decimal(item.quantity, `4`)
    price: =decimal(item.price, `2`)
    unit: =lookup(settings.units, item.unit)
    warehouse: =item.warehouse
"""

ORDER = json.loads(
    """{"id": "WEB-100042", "created_at": "2025-03-01T10:15:00Z", "currency": "USD",
    "customer": {"account": "10077", "name": " Acme Corporation ", "email": "buyer@acme.example", "reference": null},
    "shipping": {"method": "ups_ground", "first_name": "Ann", "last_name": "Lee", "street": "1 Main Street",
        "street_2": "Dock 4", "city": "Austin", "state": "TX", "zip": "78701", "country": "US", "phone": ""},
    "billing": {"company": "Acme Corporation", "last_name": "Lee", "city": "Dallas",
        "zip": "75201", "phone": "+1 214 555 0100"},
    "totals": [{"type": "items", "amount": "412.50"}, {"type": "shipping", "amount": 19.90},
        {"type": "tax", "amount": 34.03}],
    "lines": [
        {"sku": "VALVE-10", "quantity": 5, "price": "12.5", "unit": "each", "warehouse": "AUS"},
        {"sku": "VALVE-20", "quantity": 2.5, "price": "31.05", "unit": "each", "warehouse": "AUS"},
        {"sku": "PIPE-3", "quantity": 120, "price": "1.375", "unit": "foot", "warehouse": null},
        {"sku": "TAPE", "quantity": 1, "price": "2.20", "unit": "box", "warehouse": "DAL"},
        {"sku": "FLANGE-8", "quantity": 8, "price": "7.90", "unit": "each", "warehouse": "DAL"}]}""",
    parse_float=Decimal,
)
SETTINGS = {
    "currency": "EUR",
    "carriers": {"ups_ground": "UPSG", "fedex": "FDX"},
    "units": {"each": "EA", "foot": "FT", "box": "BX"},
}
SCOPE = {"order": ORDER, "settings": SETTINGS}

Way = Callable[[dict[str, Any]], dict[str, Any]]


def compiled() -> Way:
    """Our own compiler."""
    return compile_mapping(read_mapping(parse(MAPPING).data, _refuse))


def by_hand(scope: dict[str, Any]) -> dict[str, Any]:
    """What a careful engineer writes: safe against nulls and missing fields, not against values of a wrong kind."""
    order, settings = scope.get("order") or {}, scope.get("settings") or {}
    customer, shipping, billing = order.get("customer") or {}, order.get("shipping") or {}, order.get("billing") or {}
    lines = order.get("lines") or []
    first_name, last_name = shipping.get("first_name"), shipping.get("last_name")
    number, email = order.get("id"), customer.get("email")
    if first_name is None or last_name is None or number is None or email is None:
        raise ValueError("a null would be printed")
    freight: dict[str, Any] = next(
        (total for total in order.get("totals") or [] if total.get("type") == "shipping"), {}
    )
    units = settings.get("units")
    return {
        "order_no": number,
        "reference": customer.get("reference") or number,
        "customer": customer.get("account"),
        "customer_name": trim(customer.get("name")),
        "email": email,
        "phone": shipping.get("phone") or billing.get("phone") or customer.get("phone"),
        "currency": coalesce(order.get("currency"), settings.get("currency")),
        "ordered_at": order.get("created_at"),
        "carrier": lookup(settings.get("carriers"), shipping.get("method"), "BEST"),
        "ship_name": f"{first_name} {last_name}",
        "ship_street": shipping.get("street"),
        "ship_street_2": shipping.get("street_2"),
        "ship_city": shipping.get("city"),
        "ship_state": shipping.get("state"),
        "ship_zip": shipping.get("zip"),
        "ship_country": shipping.get("country"),
        "bill_name": billing.get("company") or billing.get("last_name"),
        "bill_city": billing.get("city"),
        "bill_zip": billing.get("zip"),
        "first_item": lines[0].get("sku") if lines else None,
        "freight": decimal(freight.get("amount"), 2),
        "items": join(",", [line["sku"] for line in lines if line.get("sku") is not None]),
        "line_count": length(lines),
        "comment": f"Web order {number} of {email}",
        "lines": [
            {
                "number": number,
                "item": line.get("sku"),
                "quantity": decimal(line.get("quantity"), 4),
                "price": decimal(line.get("price"), 2),
                "unit": lookup(units, line.get("unit")),
                "warehouse": line.get("warehouse"),
            }
            for number, line in enumerate(lines, 1)
        ],
    }


def field_by_field() -> Way:
    """`jmespath` for each Query and Jinja for each Template, all compiled beforehand; what is usual today."""
    root = read_mapping(parse(MAPPING).data, _refuse)
    assert isinstance(root, Fields)
    fields = {entry.name: _field(entry.node) for entry in root.entries}
    return lambda scope: {name: field(scope) for name, field in fields.items()}


def _field(node: Any) -> Callable[[Mapping[str, Any]], Any]:
    if isinstance(node, Template):
        return _JINJA.from_string(node.text).render
    if isinstance(node, Expression):
        search, options = jmespath.compile(node.text[1:]).search, jmespath.Options(custom_functions=_Functions())
        return lambda scope: search(scope, options)
    if isinstance(node, Build) and node.each is not None and isinstance(node.map, Fields):
        each, inner = _field(node.each), {entry.name: _field(entry.node) for entry in node.map.entries}
        return lambda scope: [
            {name: field({**scope, "item": item, "number": number}) for name, field in inner.items()}
            for number, item in enumerate(each(scope), 1)
        ]
    assert isinstance(node, Constant)
    return lambda scope: node.value


def _own(name: str) -> Any:
    call = FUNCTIONS[name].call

    @jmespath.functions.signature({"types": [], "variadic": True})
    def function(self: Any, *arguments: Any) -> Any:
        return call(*arguments)

    return function


class _Functions(jmespath.functions.Functions):
    """Our functions inside `jmespath`."""

    _func_trim, _func_decimal, _func_lookup, _func_coalesce = (
        _own(name) for name in ("trim", "decimal", "lookup", "coalesce")
    )


_JINJA = SandboxedEnvironment()


def _refuse(finding: object) -> None:
    raise ValueError(str(finding))


def _seconds(way: Way) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        way(SCOPE)
    return (time.perf_counter() - started) / CALLS


def main() -> None:
    ways: dict[str, Way] = {
        "by hand, null-safe": by_hand,
        "compiled": compiled(),
        "jmespath + Jinja by field": field_by_field(),
    }
    expected = by_hand(SCOPE)
    for name, way in ways.items():
        assert way(SCOPE) == expected, name
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            best[name] = min(best[name], _seconds(way))
    for name, seconds in best.items():
        print(f"{name:28}{seconds * 1e6:8.1f} µs{seconds / best['by hand, null-safe']:8.2f} × by hand")


if __name__ == "__main__":
    main()
