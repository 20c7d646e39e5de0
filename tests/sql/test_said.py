"""What the journal keeps of a database: statements and rows, bounded, without what is not to be kept."""

from __future__ import annotations

from typing import Any

from engine.calls import Call, Session
from engine.exchange import Trace
from engine.formats.json import dumps, loads
from engine.journal import payloads
from engine.redaction import Redactor
from tests.sql.site import ENDPOINTS, Site

REDACTED = ("connections:\n", "log: {redact: [name]}\nconnections:\n")


async def kept(session: Session, endpoint: str, **call: Any) -> tuple[Any, Any]:
    """What is kept of a call: as it was sent, and as it was answered."""
    trace = Trace(payloads=True)
    await session.send(Call(endpoint, retries=False, **call), trace)
    sent, answered = (loads(payloads.text(moment.payload, Redactor([], ["name"]))) for moment in trace.moments)
    return sent, answered


def order(lines: int) -> dict[str, Any]:
    line = {"ORDER_NO": "A", "ITEM": "1E10", "QTY": 2}
    header = {"STATUS": "N", "ORDER_NO": "A", "NAME": "Acme", "PLACED_ON": "2025-08-25"}
    return {"header": header, "lines": [{**line, "LINE_NO": number} for number in range(lines)]}


async def test_statements_are_kept_with_their_parameters_and_named_columns_are_not(site: Site) -> None:
    db = site.open(ENDPOINTS, REDACTED)

    sent, answered = await kept(db, "order", body=order(2))

    assert sent["call"]["body"]["header"]["NAME"] == "***"
    told = [(one["sql"].split()[0], one.get("parameters")) for one in sent["statements"]]
    assert [verb for verb, _ in told] == ["SELECT", "DELETE", "INSERT", "INSERT"]
    assert told[1][1] == {"key_ORDER_NO": "A"}
    assert [row["LINE_NO"] for row in told[2][1]] == [0, 1]
    assert (told[3][1]["ORDER_NO"], told[3][1]["NAME"]) == ("A", "***")
    assert answered == {"written": True}
    assert b"Acme" not in dumps(sent)

    sent, answered = await kept(db, "headers", query={"NAME": ["Acme", "Other"]})
    (found,) = answered["rows"]
    assert (found["ORDER_NO"], found["NAME"], answered["count"]) == ("A", "***", 1)
    assert b"Acme" not in dumps(sent)


async def test_of_many_rows_the_first_are_kept_and_the_others_counted(site: Site) -> None:
    db = site.open()

    sent, _ = await kept(db, "order", body=order(80))
    assert (len(sent["statements"][2]["parameters"]), sent["statements"][2]["more"]) == (50, "30 rows more")

    _, answered = await kept(db, "lines")
    assert (len(answered["rows"]), answered["count"]) == (80, 80)


async def test_nothing_is_kept_where_payloads_are_not(site: Site) -> None:
    trace = Trace(payloads=False)

    await site.open().send(Call("order", body=order(2), retries=False), trace)

    assert [(moment.point, moment.payload) for moment in trace.moments] == [(180, None), (220, None)]
