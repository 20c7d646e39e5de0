"""Flows and events in the editor: what may be named in them, where that was written, and where it is used."""

from __future__ import annotations

import pytest

from engine.editor.completion import completions
from engine.editor.definition import definition
from engine.editor.hover import hover
from engine.editor.symbols import symbols
from engine.editor.usages import usages
from engine.editor.workspace import Workspace
from tests.editor.acme import FLOWS, WEBSHOP, in_flows, placed

CALLS = ["erp.rows", "erp.lines", "erp.create", "create_order", "state", "shop.stock"]
SENT = ["create_order", "state", "shop.stock"]
EVENTS = ["placed", "paid"]
FLOW_NAMES = ["orders", "results", "after"]


def test_the_file_is_right_but_for_its_brevity() -> None:
    file, _ = placed(FLOWS.replace("engine: 1", "engine: 1¦"))

    assert [str(one) for one in file.findings if one.severity == "error" and one.rule != "wrong-types"] == []


@pytest.mark.parametrize(
    ("line", "instead", "names"),
    [
        ("    send: ¦\n    confirm", "    send: create_order\n    confirm", SENT),
        ("      call: ¦\n      query", "      call: erp.rows\n      query", CALLS),
        ("lines: {call: ¦, query", "lines: {call: erp.lines, query", CALLS),
        ("trigger: {event: ¦}", "trigger: {event: placed}", EVENTS),
        ("merge: [¦]", "merge: [paid]", EVENTS),
        ("refresh: ¦}", "refresh: state}", SENT),
        ("trigger: {after: ¦}", "trigger: {after: results}", ["orders", "results"]),
        ("confirm: {flow: ¦}", "confirm: {flow: results}", ["results", "after"]),
        ("migrate: [¦]", "migrate: [results]", FLOW_NAMES),
        ("migrate:\n  - ¦", "migrate: [results]", FLOW_NAMES),
        ("messages: [¦]", "messages: [create_order]", ["create_order", "state"]),
        ("events: [¦]", "events: [placed]", EVENTS),
    ],
)
def test_what_can_be_named(line: str, instead: str, names: list[str]) -> None:
    found = [item.label for item in completions(*in_flows(line, instead)) if item.kind == "reference"]

    assert found == names


def test_the_schema_of_an_event() -> None:
    found = [item.label for item in completions(*in_flows("schema: ¦, id", "schema: order, id"))]

    assert found[0] == "order"
    assert "commerce.order" in found


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("send: create_¦order\n    confirm", "send: create_order\n    confirm", "message\n```\nAn order into the ERP"),
        ("{event: pl¦aced}", "{event: placed}", "placed: event\n```\nAn order was placed"),
        ("confirm: {flow: res¦ults}", "confirm: {flow: results}", "results: flow"),
        ("key: =rec¦ord.no", "key: =record.no", "the record on its way"),
        ("since: =cur¦sor.changed", "since: =cursor.changed", "how far the flow has read"),
    ],
)
def test_what_is_shown(line: str, instead: str, words: str) -> None:
    found = hover(*in_flows(line, instead))

    assert words in (found.markdown if found else "")


@pytest.mark.parametrize(
    ("line", "instead", "leads_to"),
    [
        ("send: create_¦order\n    confirm", "send: create_order\n    confirm", ("acme.yaml", "create_order:")),
        ("send: shop.st¦ock", "send: shop.stock", ("webshop.yaml", "stock:")),
        ("      call: erp.r¦ows\n      query", "      call: erp.rows\n      query", ("acme.yaml", "rows: {")),
        ("call: erp.li¦nes", "call: erp.lines", ("acme.yaml", "lines: {method")),
        ("{event: pl¦aced}", "{event: placed}", ("acme.yaml", "placed: {")),
        ("merge: [pa¦id]", "merge: [paid]", ("acme.yaml", "paid: {")),
        ("refresh: st¦ate", "refresh: state", ("acme.yaml", "state: {")),
        ("{after: res¦ults}", "{after: results}", ("acme.yaml", "results:")),
        ("{flow: res¦ults}", "{flow: results}", ("acme.yaml", "results:")),
        ("migrate: [res¦ults]", "migrate: [results]", ("acme.yaml", "results:")),
        ("messages: [create_¦order]", "messages: [create_order]", ("acme.yaml", "create_order:")),
        ("events: [pl¦aced]", "events: [placed]", ("acme.yaml", "placed: {")),
        ("schema: or¦der", "schema: order", ("acme.yaml", "order: {type: object")),
        ("key: =ev¦ent.no", "key: =event.no", ("acme.yaml", "placed: {")),
        ("key: =rec¦ord.no", "key: =record.no", ("acme.yaml", "rows: {")),
        ("since: =cursor.cha¦nged", "since: =cursor.changed", ("acme.yaml", 'changed: "1990')),
        (
            "schema: order, id: =bo¦dy.no}\n  paid",
            "schema: order, id: =body.no}\n  paid",
            ("acme.yaml", "order: {type"),
        ),
        ("body: =inp¦ut}", "body: =input}", None),
        ("uses: {shop: web¦shop}", "uses: {shop: webshop}", ("webshop.yaml", "engine: 1")),
    ],
)
def test_where_it_was_written(line: str, instead: str, leads_to: tuple[str, str] | None) -> None:
    place = definition(*in_flows(line, instead))

    assert (place is None) == (leads_to is None)
    if place and leads_to:
        assert place.path.name == leads_to[0]
        assert place.text.content[place.span.start :].startswith(leads_to[1])


def used(text: str, *, declared: bool = True) -> list[tuple[str, str]]:
    """Each line that names what stands at the bar, with the file."""
    workspace = Workspace()
    file, index = placed(text, workspace)
    found = usages(file, index, workspace.folder(file.path), declared=declared)
    for place in found:
        assert place.span.end > place.span.start
    return [
        (place.path.stem, place.text.content[place.span.start :].partition("\n")[0][:23].partition(",")[0])
        for place in found
    ]


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("  pla¦ced: {", "  placed: {", ["placed: {description: A", "placed}", "placed]}}"]),
        ("[pa¦id]", "[paid]", ["paid: {description: An ", "paid]"]),
        ("  res¦ults:\n", "  results:\n", ["results}", "results:", "results}", "results]"]),
        (
            "send: create_¦order\n    confirm",
            "send: create_order\n    confirm",
            ["create_order:", "create_order", "create_order", "create_order", "create_order]"],
        ),
        ("probe: erp.ro¦ws", "probe: erp.rows", ["rows}", "rows: {method: GET", "rows"]),
        ("  er¦p:\n", "  erp:\n", ["erp:", "erp.rows}", "erp.create", "erp.rows", "erp.lines"]),
        ("  ur¦l: {", "  url: {", ["url: {type: url}", "url", "url"]),
        ("save: ma¦de", "save: made", ["made", "made.id}"]),
        ("=ma¦de.id", "=made.id", ["made", "made.id}"]),
        ("  or¦der: {", "  order: {", ["order: {type: object", "order"]),
    ],
)
def test_where_it_is_used(before: str, after: str, places: list[str]) -> None:
    assert FLOWS.count(after) == 1
    found = used(FLOWS.replace(after, before))

    assert {file for file, _ in found} == {"acme"}
    assert [text for _, text in found] == places


def test_a_message_of_another_file_is_used_here_and_defined_there() -> None:
    assert used(FLOWS.replace("shop.stock", "shop.sto¦ck")) == [
        ("acme", "stock"),
        ("webshop", "stock: {description: St"),
    ]
    assert used(FLOWS.replace("shop.stock", "shop.sto¦ck"), declared=False) == [("acme", "stock")]
    assert "stock:" in WEBSHOP


def test_the_outline_has_events_and_flows() -> None:
    file, _ = placed(FLOWS.replace("engine: 1", "engine: 1¦"))

    outline = {section.name: [(one.kind, one.name, one.detail) for one in section.inner] for section in symbols(file)}

    assert outline["events"] == [("event", "placed", "An order was placed"), ("event", "paid", "An order was paid")]
    assert [(kind, name) for kind, name, _ in outline["flows"]] == [("flow", name) for name in FLOW_NAMES]
