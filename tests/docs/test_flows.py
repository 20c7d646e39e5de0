"""Flows and events in words: when they run, from where to where, what is posted."""

from __future__ import annotations

from typing import Any

import pytest

from engine.docs.flow_journey import flow_journey
from engine.docs.mermaid import mermaid
from engine.docs.model import Code, plain
from engine.docs.overview import OF_FLOWS, overview
from engine.docs.schema_fields import fields
from engine.docs.subject import Subject
from engine.docs.triggers import time_of_day, trigger


@pytest.mark.parametrize(
    ("flow", "words"),
    {
        "orders": "when placed is posted",
        "stock": "every 1m (setting keep), if the setting proxy is given",
        "nightly": "every day at 02:30 (setting nightly), UTC",
        "weekly": "at 30 2 * * 1-5 (cron), America/Chicago",
        "behind": "after stock",
        "once": "by hand",
        "never": "switched off",
    }.items(),
)
def test_when_a_flow_runs_is_said_in_words(acme: Subject, flow: str, words: str) -> None:
    assert plain(trigger(acme.integration, acme.integration.flows[flow])) == words


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("30 2 * * *", "every day at 02:30"),
        ("5 14 * * *", "every day at 14:05"),
        ("*/5 * * * *", "at */5 * * * * (cron)"),
        ("0 2 1 * *", "at 0 2 1 * * (cron)"),
    ],
)
def test_times_of_every_day_are_said_others_are_shown(cron: str, words: str) -> None:
    assert time_of_day(cron) == words


def test_flows_are_listed_with_their_direction_and_what_begins_them(acme: Subject) -> None:
    table = overview(acme).blocks[-1]

    assert table.columns == OF_FLOWS  # type: ignore[union-attr]
    rows = [[plain(cell) for cell in row] for row in table.rows]  # type: ignore[union-attr]
    assert rows[:3] == [
        [
            "orders",
            "hooks → Acme <ERP> | North",
            "Orders, <shop> to ERP | at once",
            "when placed is posted",
            "placed",
            "order",
        ],
        [
            "stock",
            "Acme <ERP> | North → The Store",
            "Stock, ERP to shop",
            "every 1m (setting keep), if the setting proxy is given",
            "erp.stock",
            "shop.written",
        ],
        [
            "nightly",
            "The Store → Acme <ERP> | North",
            "",
            "every day at 02:30 (setting nightly), UTC",
            "shop.written",
            "order",
        ],
    ]


def test_a_flow_is_drawn_from_what_begins_it_to_what_is_sent(acme: Subject) -> None:
    def drawn(flow: str) -> str:
        return mermaid(flow_journey(acme, flow, acme.integration.flows[flow]))

    assert (
        drawn("orders")
        == """sequenceDiagram
    participant p1 as hooks
    participant p2 as Engine
    p1->>p2: placed
    p2-->>p1: 202, once it is safe
    loop until paid of the record is given
        Note over p2: it waits
    end
    p2->>p2: message order"""
    )
    assert (
        drawn("stock")
        == """sequenceDiagram
    participant p1 as Engine
    participant p2 as Acme #60;ERP#62; | North
    participant p3 as store (integration)
    Note over p1: every 1m (setting keep), if the setting proxy is given
    loop page by page
        p1->>p2: GET /stock
        p2-->>p1: records
        p1->>p2: GET /places
        p2-->>p1: places
    end
    loop for up to 100 records at once
        opt if places of the record is given
            p1->>p3: message written
            p3-->>p1: done
        end
    end"""
    )


SCHEMA = {
    "type": "object",
    "required": ["no"],
    "allOf": [{"required": ["day"], "properties": {"day": {"type": "string", "format": "date"}}}],
    "anyOf": [
        {"required": ["code"], "properties": {"code": {"type": "string", "maxLength": 3}}},
        {"required": ["more"]},
    ],
    "properties": {
        "no": {"type": "integer", "description": "Number of it"},
        "kind": {"enum": ["a", 1, None]},
        "fixed": {"const": True},
        "any": {},
        "either": {"type": ["number", "null"]},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        "grid": {"type": "array", "items": {"type": "array", "items": {"properties": {"x": {"type": "number"}}}}},
    },
    "$defs": {
        "line": {
            "type": "object",
            "required": ["sku"],
            "properties": {"sku": {"type": "string"}, "of": {"$ref": "#/$defs/line"}},
        }
    },
}


def test_the_fields_of_a_schema_are_told_with_what_must_be_there() -> None:
    found: list[Any] = [list(row) for row in fields(SCHEMA).rows if str(row[0].text).count("of") < 2]  # type: ignore[union-attr]

    assert found == [
        [Code("no"), "integer", "yes", "Number of it"],
        [Code("kind"), "one of: a, 1 or null", "", ""],
        [Code("fixed"), "true", "", ""],
        [Code("any"), "", "", ""],
        [Code("either"), "number or null", "", ""],
        [Code("lines"), "list", "", ""],
        [Code("lines[].sku"), "text", "yes", ""],
        [Code("lines[].of"), "object", "", ""],
        [Code("lines[].of.sku"), "text", "yes", ""],
        [Code("grid"), "list", "", ""],
        [Code("grid[][].x"), "number", "", ""],
        [Code("day"), "text, date", "yes", ""],
        [Code("code"), "text, at most 3 characters", "", ""],
    ]


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    assert len(fields(SCHEMA).rows) < 40
