"""The types of expressions, as a person reads them."""

from __future__ import annotations

import pytest

from engine.expression.expressions import read_query, read_template
from engine.functions import FUNCTIONS
from engine.functions.results import unknown
from engine.inference import Scope, infer
from engine.inference.schema import SchemaTypes
from engine.schemas import Schemas
from engine.types import ANY, map_of

ORDER = SchemaTypes(Schemas({})).of("commerce.order", "input")
SCOPE = Scope({"input": ORDER, "any": ANY, "settings": map_of()})


def type_of(text: str, scope: Scope = SCOPE) -> str:
    expression = read_query(text) if text.startswith("=") else read_template(text)
    return str(infer(expression.tree, scope))


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("=input.order_no", "text"),
        ("=input.currency", "text(3) or null"),
        ("=input.total", "number or null"),
        ("=input.items[0].sku", "text"),
        ("=input.items[1].sku", "text or null"),
        ("=input.items[].sku", "list of text"),
        ("=input.items[?unit].unit", "list of text"),
        ("=input.items[].{no: line_no, sku: sku}", "list of {no, sku}"),
        ("=input.items[].[sku, quantity]", "list of list of (text or number)"),
        ("=length(input.items)", "integer"),
        ("=find(input.items, &sku, 'A').quantity", "number"),
        (
            "=group_by(input.items, &sku)",
            "map of list of {line_no, name, quantity, unit_price, total, requested_date, …}",
        ),
        ("=sum(input.items[].quantity)", "number"),
        ("=max_by(input.items, &quantity).sku", "text"),
        ("=cut(input.notes, `40`)", "text(40) or null"),
        ("=coalesce(input.notes, '')", "text"),
        ("=input.notes || 'none'", "text"),
        ("=input.notes && input.notes", "text or null"),
        ("=input.total > `5`", "boolean"),
        ("=choose(input.email, input.email, 'none')", "text"),
        ("=choose(input.email == `null`, 'none', input.email)", "text"),
        ("=lookup(settings.units, 'each')", "any"),
        ("=decimal(any.price)", "number"),
        ("=any.rows[].x", "list"),
        ('=`[1, "A"]`', 'list of (1 or "A")'),
        ("=split(input.order_no, '-')[0]", "text"),
        ("No {{ input.order_no }}", "text"),
        ("{{ any.x }}-{{ cut(any.y, 5) }}", "text"),
        ("=values(input.bill_to)", "list"),
        ("=input.nothing", "any"),
    ],
)
def test_the_type_of_an_expression(text: str, type_: str) -> None:
    assert type_of(text) == type_


def test_a_tested_name_is_not_null_behind_the_test() -> None:
    assert type_of("=input.ship_to && input.ship_to.city") == "object or text or null"
    assert type_of("=choose(!(input.po_number), 'none', input.po_number)") == "text"
    assert type_of("=choose(input.email && input.notes, join(' ', [input.email, input.notes]), '')") == "text"
    assert type_of("=choose(input.items[?!unit], 'none', input.items[0].unit)") == "text"


def test_every_function_says_what_it_gives() -> None:
    silent = {name for name, one in FUNCTIONS.items() if one.gives is unknown}

    assert silent == {"not_null"}
