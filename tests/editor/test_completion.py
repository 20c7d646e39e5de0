"""What is offered at a cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.editor.completion import completions
from engine.editor.signature import Signature, signature
from engine.editor.workspace import Workspace
from tests.editor.acme import ACME, here, offered, placed

ROWS = "      rows:\n        method: GET\n        path: /items\n"
ENDPOINT = (
    "timeout retry headers query body format success error reply description auth effect records request"
    " page absent graphql"
)
INPUT = ["shop_id", "erp_id", "customer_id", "case", "currency", "items"]
ITEM = {"sku", "variant", "name", "quantity", "unit", "list_price", "shop_id", "erp_id"}


def test_the_keys_of_an_endpoint_that_it_has_not_yet() -> None:
    assert offered(ROWS + "        ¦\n", ROWS) == ENDPOINT.split()
    assert offered("      rows: {method: GET, path: /x, ¦}\n", ROWS) == ENDPOINT.split()


def test_a_key_brings_its_colon_its_description_and_an_example() -> None:
    items = {item.label: item for item in completions(*here(ROWS + "        tim¦\n", ROWS))}

    timeout, page = items["timeout"], items["page"]
    assert (timeout.insert, page.insert) == ("timeout: ", "page:")
    assert timeout.span.end - timeout.span.start == len("tim")
    assert timeout.detail == "longest time for one call; default 10s"
    assert "```yaml\ntimeout: 10s\n```" in timeout.documentation


def test_a_key_that_has_its_colon_gets_no_second_one() -> None:
    items = {item.label: item for item in completions(*here("      rows:\n        met¦hod: GET\n", ROWS))}

    assert items["method"].insert == "method"


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("      rows:\n        method: ¦\n", ROWS, ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
        ("      rows: {effect: ¦}\n", ROWS, ["read", "repeatable", "once"]),
        (
            "    tls: {verify: ¦}\n    url: =settings.url\n",
            "    url: =settings.url\n",
            ["full", "chain", "off", "=settings.company", "=settings.token", "=settings.units", "=settings.url"],
        ),
        ("      rows: {page: {type: ¦}}\n", ROWS, ["keyset", "next", "number", "offset"]),
    ],
)
def test_words_of_the_language(line: str, instead: str, words: list[str]) -> None:
    assert offered(line, instead) == words


def test_what_a_step_can_call() -> None:
    assert offered("      - call: ¦\n        save: found\n", "      - call: erp.price\n        save: found\n") == [
        "erp.price",
        "erp.rows",
        "price",
        "shop.stock",
    ]


def test_a_step_before_this_one() -> None:
    assert offered(
        "        each: =input.items\n        unless: ¦\n", "        each: =input.items\n        item: wanted\n"
    ) == ["found"]


def test_schemas_of_the_file_and_the_canonical_model() -> None:
    found = offered("    input: ¦\n", "    input: commerce.price_request\n")

    assert found[0] == "price_row"
    assert "commerce.order" in found


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("schemas:\n  row: {¦}\n", "schemas:\n", ["type", "description", "properties"]),
        ("schemas:\n  row: {properties: {price: {type: ¦}}}\n", "schemas:\n", ["object", "array", "string"]),
        ("    input: {items: {¦}}\n", "    input: commerce.price_request\n", ["type", "description", "properties"]),
        ("    input:\n      format: ¦\n", "    input: commerce.price_request\n", ["date", "date-time", "time"]),
        ("schemas:\n  row: {$ref: ¦}\n", "schemas:\n", ["row", "price_row", "commerce.account_request"]),
    ],
)
def test_json_schema_in_place(line: str, instead: str, words: list[str]) -> None:
    assert offered(line, instead)[:3] == words


def test_the_constants_that_a_schema_allows() -> None:
    schema = "    output: {type: object, properties: {state: {enum: [open, 'yes', null]}}}\n    steps:"
    text = ACME.replace("    output: commerce.prices\n    steps:", schema)
    begin = text[: text.index("    reply:\n      items:\n")]

    def inserted(reply: str) -> list[str]:
        return [item.insert for item in completions(*placed(f"{begin}    reply: {reply}")) if item.kind == "word"]

    assert inserted("{state: ¦}") == ["open", '"yes"']
    assert inserted("{state: '¦'}") == ["open", "yes"]
    assert inserted("{state:¦}") == [" open", ' "yes"']


def test_an_example_where_nothing_else_says_what_to_write() -> None:
    (example, *others) = completions(*here("    timeout: ¦\n    url: x\n", "    url: =settings.url\n"))

    assert (example.label, example.kind, example.detail) == ("10s", "example", "for example")
    assert "=settings.url" in [item.label for item in others]


def test_the_keys_of_a_step_in_an_empty_element() -> None:
    assert offered("    steps:\n      - ¦\n      - call: erp.price\n", "    steps:\n      - call: erp.price\n")[:3] == [
        "call",
        "save",
        "value",
    ]


def test_names_in_reach_and_functions() -> None:
    items = completions(*here("        when: =¦\n        each: =input.items\n", "        each: =input.items\n"))

    assert [item.label for item in items if item.kind == "name"] == [
        "exchange",
        "found",
        "input",
        "settings",
        "wanted",
    ][:4]
    decimal = next(item for item in items if item.label == "decimal")
    assert (decimal.insert, decimal.detail) == ("decimal(", "decimal(x[, places])")


@pytest.mark.parametrize(
    ("expression", "fields"),
    [
        ("=settings.¦", ["url", "token", "company", "units"]),
        ("=settings.units.¦", ["each", "hundred"]),
        ("=input.¦", INPUT),
        ('"=input.items[0].¦"', [*ITEM]),
        ("\"=input.items[?sku == 'x'].¦\"", [*ITEM]),
        ("=exchange.¦", ["id", "key", "number", "at", "attempt"]),
        ("=found.¦", ["ItemId", "Price"]),
        ("=found.Pr¦", ["ItemId", "Price"]),
        ('"text {{ found.¦ }}"', ["ItemId", "Price"]),
        ('"text {{ found.¦"', ["ItemId", "Price"]),
        ("=decimal(found.¦", ["ItemId", "Price"]),
        ("\"=a == 'found.¦'\"", []),
        ("=nothing.¦", []),
        ('"=input.items[?¦]"', [*ITEM]),
        ('"=input.items[?quan¦tity > `1`].sku"', [*ITEM]),
        ("=find(input.items, &¦", [*ITEM]),
        ("=sort_by(input.items, &q¦)", [*ITEM]),
        ("=find(input.items, &sku, 'A').¦", [*ITEM]),
        ("=choose(input.customer_id, input.items[0], found).¦", [*ITEM, "ItemId", "Price"]),
        ("=input.customer_id && found.¦ || exchange.id", ["ItemId", "Price"]),
        ('"a {{ input.customer_id }} b {{ decimal(found.¦, 2) }} c"', ["ItemId", "Price"]),
        (">-\n          =find(input.items,\n          &sku, 'A').¦", [*ITEM]),
        ("=input.items.¦", []),
    ],
)
def test_fields_behind_a_dot(expression: str, fields: list[str]) -> None:
    line = f"        when: {expression}\n        each: =input.items\n"

    assert sorted(offered(line, "        each: =input.items\n")) == sorted(fields)


def test_elements_of_a_step_and_of_a_mapping() -> None:
    step = offered("        item: wanted\n        query: {a: =wanted.¦}\n", "        item: wanted\n")
    mapping = offered("          sku: =item.¦\n", "          sku: =item.sku\n")
    named = offered("          sku: =row.¦\n", "          sku: =item.sku\n")

    assert (set(step), set(mapping), named) == (ITEM, ITEM, ["ItemId", "Price"])


def test_the_reply_of_a_message_of_another_integration() -> None:
    assert offered("        item: wanted\n        value: =reply.¦\n", "        item: wanted\n") == ["level"]


def test_names_in_reach_where_nothing_is_written_yet() -> None:
    found = offered("        each: =input.items\n        when: ¦\n", "        each: =input.items\n")

    assert found == ["=exchange", "=found", "=input", "=settings"]


def test_settings_where_a_constant_may_wait_for_them() -> None:
    assert offered("    timeout: =settings.¦\n    url: x\n", "    url: =settings.url\n") == [
        "url",
        "token",
        "company",
        "units",
    ]


def test_the_fields_that_a_schema_wants_and_that_are_not_there_yet() -> None:
    items = completions(*here("          sku: =item.sku\n          ¦\n", "          sku: =item.sku\n"))
    found = {item.label: item for item in items}

    assert {"unit", "currency"} <= found.keys()
    assert not {"sku", "quantity", "unit_price", "item"} & found.keys()
    assert (found["unit"].insert, found["unit"].detail) == ("unit: ", "text")
    assert found["unit"].documentation == "The unit asked for, as the shop calls it"


def test_the_fields_where_nothing_of_a_mapping_is_there_yet() -> None:
    begun = "    reply:\n      ¦\n"
    whole = ACME[ACME.index("    reply:\n") :]

    items = {item.label: item for item in completions(*here(begun, whole))}
    elements = {item.label: item for item in completions(*here("    reply:\n      items:\n        ¦\n", whole))}

    assert (items["items"].insert, items["items"].first, items["$map"].insert) == ("items: ", True, "$map:")
    assert elements["sku"].insert == "- sku: "


def test_a_field_in_a_filter_is_no_name_of_the_engine() -> None:
    line = '        when: "=input.items[?¦]"\n        each: =input.items\n'

    items = {item.label: item for item in completions(*here(line, "        each: =input.items\n"))}

    assert (items["sku"].kind, items["sku"].first) == ("field", True)
    assert items["unit"].documentation.startswith("The shop's code of the unit")


def test_an_empty_file_gets_the_keys_of_an_integration() -> None:
    items = completions(*placed("¦"))

    assert [item.label for item in items][:3] == ["engine", "name", "title"]
    assert [item.label for item in items if item.first] == ["engine", "name"]


def test_a_half_typed_line_does_not_lose_the_rest() -> None:
    broken = ACME.replace("        path: /items\n", '        path: /items\n        headers: {Accept: "x\n')

    file, index = placed(broken.replace("      - call: shop.stock", "      - call: ¦"))

    assert [item.label for item in completions(file, index)] == []  # nothing is known yet

    workspace = Workspace()
    placed(ACME.replace("engine: 1", "engine: 1¦"), workspace)
    file, index = placed(broken.replace("      - call: shop.stock", "      - call: ¦"), workspace)
    assert "erp.price" in [item.label for item in completions(file, index)]


def test_nothing_is_offered_in_a_comment() -> None:
    assert offered("engine: 1 # =settings.¦\n", "engine: 1\n") == []


def test_the_call_that_is_being_written() -> None:
    found = signature(*here("          sku: =lookup(settings.units, ¦\n", "          sku: =item.sku\n"))

    assert isinstance(found, Signature)
    assert (found.label, found.parameters, found.active) == (
        "lookup(table, code[, default])",
        ("table", "code", "default"),
        1,
    )
    assert signature(*here("          sku: =item.¦\n", "          sku: =item.sku\n")) is None


def test_a_file_of_disk_is_read_beside_an_open_one(tmp_path: Path) -> None:
    (tmp_path / "webshop.yaml").write_text("engine: 1\nname: webshop\nmessages: {pay: {reply: {a: 1}}}\n")
    text = ACME.replace("call: shop.stock", "call: ¦")

    file = Workspace().put(tmp_path / "acme.yaml", text.replace("¦", ""))

    assert "shop.pay" in [item.label for item in completions(file, text.index("¦"))]
