"""What is shown about a place, where it was defined, and the outline of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import commerce
from engine.editor.definition import definition
from engine.editor.hover import hover
from engine.editor.symbols import Symbol, symbols
from engine.editor.workspace import Workspace
from engine.inference.schema import SchemaTypes
from engine.schemas import Schemas
from engine.types import List, Object, Type
from tests.editor.acme import ACME, WEBSHOP, here, in_tables, placed


def shown(line: str, instead: str) -> str | None:
    found = hover(*here(line, instead))
    return found.markdown if found else None


def leads_to(line: str, instead: str) -> tuple[str, int, str] | None:
    """File, line from 1, and the text there."""
    place = definition(*here(line, instead))
    if place is None:
        return None
    text = place.text.content[place.span.start : place.span.end]
    return place.path.name, place.text.position(place.span.start).line + 1, text


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("        met¦hod: GET\n", "        method: GET\n", "the HTTP verb\n\n```yaml\nmethod: GET\n```"),
        ("      - ca¦ll: shop.stock", "      - call: shop.stock", "```yaml\ncall: erp.price\n```"),
        ("auth: {type: bearer, to¦ken:", "auth: {type: bearer, token:", "the token, from a secret setting"),
        ("      - call: erp.pr¦ice", "      - call: erp.price", "erp.price: GET /items/{sku}/price"),
        ("      - call: shop.st¦ock", "      - call: shop.stock", "Stock of items"),
        ("    input: commerce.price¦_request", "    input: commerce.price_request", "canonical model"),
        ("    url: =settings.u¦rl", "    url: =settings.url", "settings.url: text\n```\nAddress of the ERP (url)"),
        ("unit_price: =deci¦mal(found", "unit_price?: =decimal(found", "decimal(x[, places])"),
        (
            "unit_price?: =decimal(found.Pr¦ice",
            "unit_price?: =decimal(found.Price",
            "found.Price: number or null\n```\nper unit",
        ),
        ("        $ea¦ch: =input.items", "        $each: =input.items", "`$map` is built once per element"),
    ],
)
def test_what_is_shown(line: str, instead: str, words: str) -> None:
    assert words in (shown(line, instead) or "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sku: =it¦em.sku", "the element of `each`"),
        ("sku: =item.s¦ku", "```\nitem.sku: text\n```"),
        ("sku: =row.Pr¦ice", "```\nrow.Price: number or null\n```\nper unit"),
        ('sku: "=input.items[?un¦it].sku"', "```\nunit: text or null\n```"),
        ("sku: =max_by(input.items, &quan¦tity).sku", "```\nquantity: number\n```"),
        ("sku: A{{ item.unit }}-{{ item.quan¦tity }}", "item.quantity: number"),
        ("sku: >-\n            A{{ item.unit }}\n            {{ item.s¦ku }}", "item.sku: text"),
        ("sku: =len¦gth(input.items)", "length(x)\n```\ngives `integer`"),
        ("sku: ¦=item.unit || item.sku", "```\ntext\n```"),
        ("sku: =item.unit |¦| item.sku", "```\ntext\n```"),
        ("sku: N¦{{ item.sku }}", "```\ntext\n```"),
        ("s¦ku: =item.unit", "sku: text\n```\nrequired by commerce.prices items[].sku; gets `text or null`\n\n"),
        ("currency?: A\n          sk¦u: =item.sku", "sku: text\n"),
        ("curr¦ency: USD", "as commerce.prices items[].currency wants it\n\n"),
        ("unk¦nown: =item.sku", "unknown: any\n```\nno schema knows it; gets `text`"),
    ],
)
def test_what_type_an_expression_has_and_a_field_wants(line: str, words: str) -> None:
    assert words in (shown(f"          {line}\n", "          sku: =item.sku\n") or "")


def test_a_field_that_is_built_in_lines_below() -> None:
    line = "      it¦ems:\n        $each: =input.items\n        $let"

    found = shown(line, "      items:\n        $each: =input.items\n        $let") or ""

    assert found.startswith(
        "```\nitems: list of {shop_id, erp_id, sku, quantity, unit, unit_size, …}\n  shop_id?: text\n"
    )
    assert found.endswith("\n```\nrequired by commerce.prices items\n\nThe prices")


@pytest.mark.parametrize(("line", "instead"), [("nam¦e: acme # x", "name: acme"), ("engine: 1 # nam¦e", "engine: 1")])
def test_comments_are_not_explained_but_keys_beside_them_are(line: str, instead: str) -> None:
    assert (shown(line, instead) is None) == ("# nam¦e" in line)


def test_an_object_is_shown_with_its_fields() -> None:
    assert shown("          sku: =ro¦w.ItemId", "          sku: =item.sku") == (
        "```\nrow: {ItemId, Price}\n  ItemId?: text\n  Price?: number\n```"
    )


def test_what_is_no_name_here_has_no_type() -> None:
    assert shown("          sku: =nothi¦ng.sku", "          sku: =item.sku") is None


def test_a_type_is_shown_while_another_line_is_no_yaml() -> None:
    text = ACME.replace("        save: stock", "        save: stock: x").replace("found.Price", "found.Pr¦ice")

    workspace = Workspace()
    placed(ACME.replace("engine: 1", "engine: 1¦"), workspace)
    found = hover(*placed(text, workspace))

    assert found is not None
    assert found.markdown.startswith("```\nfound.Price: number or null")


def test_a_name_of_the_integrator_is_no_key_of_the_language() -> None:
    assert shown("      row¦s:\n", "      rows:\n") is None


@pytest.mark.parametrize(
    ("line", "instead", "part", "name"),
    [
        ("      - call: erp.pr¦ice", "      - call: erp.price", "      price: {", "price"),
        ("    url: =settings.u¦rl", "    url: =settings.url", "  url: {type", "url"),
        ("unit_price: =decimal(fo¦und.Price", "unit_price?: =decimal(found.Price", "save: found", "found"),
        ("reply: price_r¦ow", "reply: price_row", "  price_row:", "price_row"),
        ("        each: =inp¦ut.items", "        each: =input.items", "    input:", "input"),
    ],
)
def test_where_it_was_defined(line: str, instead: str, part: str, name: str) -> None:
    assert leads_to(line, instead) == ("acme.yaml", line_of(ACME, part), name)


def test_a_field_of_a_row_was_defined_by_its_column() -> None:
    place = definition(*in_tables('path: {no: "=rows[0].N¦O"', 'path: {no: "=rows[0].NO"'))

    assert place is not None
    assert place.text.content[place.span.start :].startswith("NO: text(20) required, STATE")


def test_a_message_of_another_file() -> None:
    place = definition(*here("      - call: shop.st¦ock", "      - call: shop.stock"))

    assert place is not None
    assert place.path.name == "webshop.yaml"


def test_a_shipped_schema_is_a_file() -> None:
    assert leads_to("    output: commerce.pri¦ces", "    output: commerce.prices") == ("prices.yaml", 1, "")


@pytest.mark.parametrize(
    ("line", "instead", "file", "name"),
    [
        ("sku: =item.s¦ku", "sku: =item.sku", "item.yaml", "sku"),
        ("        each: =input.it¦ems", "        each: =input.items", "price_request.yaml", "items"),
        ("sku: =input.bi¦ll_to.street", "sku: =item.sku", "order.yaml", "bill_to"),
        ("sku: =input.bill_to.str¦eet", "sku: =item.sku", "address.yaml", "street"),
        ("sku: =input.items[0].quan¦tity", "sku: =item.sku", "order_item.yaml", "quantity"),
        ("sku: =input.not¦hing", "sku: =item.sku", None, ""),
    ],
)
def test_a_field_of_a_shipped_schema_leads_to_its_property(
    line: str, instead: str, file: str | None, name: str
) -> None:
    text = ACME.replace(instead, line, 1)
    place = definition(
        *placed(text if file in ("item.yaml", "price_request.yaml") else text.replace("price_request", "order"))
    )

    if file is None:
        assert place is None
        return
    assert place is not None
    content = (Path(commerce.__file__).parent / file).read_text()
    assert place.path.name == file
    assert content[place.span.start : place.span.end] == name
    assert content[place.span.end :].startswith(":")


def test_every_field_of_every_shipped_schema_has_a_place() -> None:
    def fields(name: str, type_: Type, depth: int) -> Iterator[tuple[str, str, str]]:
        for shape in type_.shapes:
            if shape.source is not None and shape.source.path:
                yield name, shape.source.schema, shape.source.path
            if isinstance(shape, Object) and depth:
                for held in shape.fields.values():
                    yield from fields(name, held, depth - 1)
            elif isinstance(shape, List) and depth:
                yield from fields(name, shape.element, depth - 1)

    types = SchemaTypes(Schemas({}))
    found = {one for name in commerce.names() for one in fields(name, types.of(name, name), 5)}

    assert len(found) > 1000
    assert [one for one in found if commerce.mark(*one[1:]) is None] == []


def test_the_outline() -> None:
    file, _ = placed(WEBSHOP.replace("name", "name¦", 1).replace("webshop", "acme", 1))

    def names(found: tuple[Symbol, ...] | list[Symbol]) -> list[object]:
        return [(one.kind, one.name, one.detail, names(one.inner)) for one in found]

    assert names(symbols(file)) == [("section", "messages", "", [("message", "stock", "Stock of items", [])])]


def test_every_symbol_holds_its_name_and_lies_inside_the_one_above() -> None:
    file, _ = placed(ACME + "¦")
    content = file.text.content

    def check(symbol: Symbol) -> int:
        assert content[symbol.name_span.start : symbol.name_span.end] == symbol.name
        assert symbol.span.start <= symbol.name_span.start <= symbol.name_span.end <= symbol.span.end
        for inner in symbol.inner:
            assert symbol.span.start <= inner.span.start <= inner.span.end <= symbol.span.end
        return 1 + sum(map(check, symbol.inner))

    assert sum(map(check, symbols(file))) == 4 + 4 + 1 + 1 + 2 + 1
