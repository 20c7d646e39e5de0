"""What is shown about a place, where it was defined, and the outline of a file."""

from __future__ import annotations

import pytest

from engine.editor.definition import definition
from engine.editor.hover import hover
from engine.editor.symbols import Symbol, symbols
from tests.editor.acme import ACME, WEBSHOP, here, placed


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
            "found.Price: number\n```\nper unit",
        ),
        ("          sku: =it¦em.sku", "          sku: =item.sku", "item: object"),
        ("        $ea¦ch: =input.items", "        $each: =input.items", "`$map` is built once per element"),
    ],
)
def test_what_is_shown(line: str, instead: str, words: str) -> None:
    assert words in (shown(line, instead) or "")


@pytest.mark.parametrize(("line", "instead"), [("nam¦e: acme # x", "name: acme"), ("engine: 1 # nam¦e", "engine: 1")])
def test_comments_are_not_explained_but_keys_beside_them_are(line: str, instead: str) -> None:
    assert (shown(line, instead) is None) == ("# nam¦e" in line)


def test_a_name_of_the_integrator_is_no_key_of_the_language() -> None:
    assert shown("      row¦s:\n", "      rows:\n") is None


@pytest.mark.parametrize(
    ("line", "instead", "part", "name"),
    [
        ("      - call: erp.pr¦ice", "      - call: erp.price", "      price: {", "price"),
        ("    url: =settings.u¦rl", "    url: =settings.url", "  url: {type", "url"),
        ("unit_price: =decimal(fo¦und.Price", "unit_price?: =decimal(found.Price", "save: found", "save"),
        ("reply: price_r¦ow", "reply: price_row", "  price_row:", "price_row"),
        ("        each: =inp¦ut.items", "        each: =input.items", "    input:", "input"),
    ],
)
def test_where_it_was_defined(line: str, instead: str, part: str, name: str) -> None:
    assert leads_to(line, instead) == ("acme.yaml", line_of(ACME, part), name)


def test_a_message_of_another_file() -> None:
    place = definition(*here("      - call: shop.st¦ock", "      - call: shop.stock"))

    assert place is not None
    assert place.path.name == "webshop.yaml"


def test_what_the_engine_ships_has_no_place() -> None:
    assert leads_to("    output: commerce.pri¦ces", "    output: commerce.prices") is None


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
