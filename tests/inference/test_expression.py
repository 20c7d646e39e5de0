"""The types of expressions, as a person reads them."""

from __future__ import annotations

import pytest

from engine.expression.expressions import read_query, read_template
from engine.functions import FUNCTIONS
from engine.functions.results import unknown
from engine.inference import Inside, Remark, Scope, infer, inside
from engine.inference.schema import SchemaTypes
from engine.schemas import Schemas
from engine.types import ANY, Object, map_of

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
        ("=input.items[*].sku | [0]", "text"),
        ("=input.items[*].unit | [0]", "text or null"),
        ("=[input.order_no][] | [0]", "text"),
        ("=input.ship_to.{c: city}", "{c} or null"),
        ("=input.ship_to.[city]", "list of (text or null) or null"),
        ("=!(input.email) || input.email", "true or text"),
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
        ("=lookup({a: input.order_no}, 'b')", "text"),
        ("=lookup({a: input.order_no}, 'b', `null`)", "text or null"),
        ("=lookup({a: input.order_no}, 'b', `0`)", "text or 0"),
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


def test_a_tested_element_is_there_behind_the_test() -> None:
    assert type_of("=choose(input.items[0].unit, input.items[0].unit, 'none')") == "text"
    assert type_of("=choose(input.items[1], input.items[1].sku, 'none')") == "text"
    assert type_of("=choose(input.items[1], input.items[2].sku, 'none')") == "text or null"
    assert type_of("=choose(input.items[-2].unit, input.items[0].sku, 'none')") == "text"


def test_nobody_knows_which_of_two_is_null_behind_a_test_of_both() -> None:
    either = "=choose(coalesce(input.email, input.notes), {0}, '')"
    assert type_of(either.format("input.email")) == "text"
    assert type_of(either.format("input.po_number")) == "text or null"
    assert type_of("=choose(find(input.items, &sku, 'A').unit, input.items[0].unit, '')") == "text"


def test_alternatives_are_told_apart_where_an_expression_looks_at_both() -> None:
    posted = {
        "anyOf": [{"required": ["id"]}, {"required": ["data"]}],
        "properties": {
            "id": {"type": "string"},
            "data": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        },
        "type": "object",
    }
    scope = Scope({"body": SchemaTypes(Schemas({})).of(posted, "body")})

    assert type_of("=coalesce(body.id, body.data.id)", scope) == "text"
    assert type_of("=body.id", scope) == "text or null"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("=length(input.email)", [("null", False)]),
        ("=length(`null`)", [("null", True)]),
        ("=upper(input.items)", [("unfit", True)]),
        ("=join(' ', input.items)", [("unfit", False)]),
        ("=join(' ', [input.email])", []),
        ("=coalesce(input.email, 'x') && upper(input.email)", []),
    ],
)
def test_what_a_function_does_not_take_is_noticed(text: str, told: list[tuple[str, bool]]) -> None:
    remarks: list[Remark] = []
    infer(read_query(text).tree, SCOPE, remarks.append)

    assert [(one.kind, one.sure) for one in remarks] == told


def test_every_function_says_what_it_gives() -> None:
    silent = {name for name, one in FUNCTIONS.items() if one.gives is unknown}

    assert silent == {"not_null"}


def at_bar(text: str) -> Inside | None:
    """What is known of the name, field or call that begins at the bar."""
    bare, offset = text.replace("¦", ""), text.index("¦")
    expression = read_query(bare) if bare.startswith("=") else read_template(bare)
    return inside(expression.tree, SCOPE, lambda node: node["start"] + expression.lead == offset)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("=¦input.items[0].sku", "{shop_id, erp_id, order_no, customer_id, contact_id, buyer, …}"),
        ("=input.¦items[0].sku", "list of {line_no, name, quantity, unit_price, total, requested_date, …}"),
        ("=input.items[0].¦sku", "text"),
        ("=input.items[?¦unit == 'EA'].sku", "text or null"),
        ("=input.items[?unit == 'EA'].¦unit", '"EA"'),
        ("=find(input.items, &¦quantity, `1`).sku", "number"),
        ("=input.email && input.¦email", "text"),
        ("=coalesce(¦cut(input.notes, `40`), '')", "text(40) or null"),
        ("No {{ input.¦email }}, {{ input.email }}", "text or null"),
        ("No {{ input.email }}, {{ input.¦order_no }}", "text"),
        ("{{ input.items[0].¦quantity + input.total }}", "number"),
    ],
)
def test_what_stands_inside_an_expression(text: str, type_: str) -> None:
    found = at_bar(text)

    assert found is not None
    assert str(found.given) == type_


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("=¦x", {"input", "any", "settings"}),
        ("=input.bill_to.¦x", {"city", "country", "street"}),
        ("=input.items[?¦x]", {"sku", "quantity"}),
        ("=sort_by(input.items, &¦x)", {"sku", "quantity"}),
        ("{{ input.items[0].¦x }}", {"sku", "quantity"}),
        ("=input.items.¦x", set()),
    ],
)
def test_what_could_be_named_there(text: str, names: set[str]) -> None:
    found = at_bar(text)

    assert found is not None
    assert names <= found.known.keys()
    assert names or not found.known


def test_inside_of_what_is_no_name_nothing_is_known() -> None:
    assert at_bar("=input.total ¦> `5`") is None


def test_what_a_schema_says_of_a_field_is_kept() -> None:
    schema = {"type": "object", "properties": {"price": {"type": "number", "description": "per unit"}}}
    price = SchemaTypes(Schemas({})).of(schema, "row").of(Object)[0].fields["price"]

    assert [shape.source.description for shape in price.shapes if shape.source] == ["per unit"]
