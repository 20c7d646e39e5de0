"""What is asked all the time is found by an index, so that it costs the same however much waits."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, event

from engine.delivery import claiming, confirming, operating, remembering, tables
from engine.delivery.claiming import Claim, Keep
from engine.delivery.confirming import Answer
from engine.delivery.operating import Filter, Resend
from engine.delivery.remembering import EventId, Forget
from engine.delivery.writer import Change
from tests.delivery.deliveries import NOW, ORDERS, US

BY_SEQUENCE = "SEARCH delivery USING INTEGER PRIMARY KEY (rowid=?)"
SERVED = [
    ("delivery_due", claiming.claim, Claim(ORDERS, US, 10, NOW, NOW + 30)),
    ("delivery_due, delivery_lease", claiming.is_due, (ORDERS, NOW)),
    ("", claiming.keep, Keep(US, [1], NOW, NOW + 30)),
    ("delivery_lease", claiming.take_over, NOW),
    ("delivery_parked", operating.resend, Resend(Filter(), NOW)),
    ("delivery_sent", confirming.late, NOW),
    ("delivery_key", confirming.answer, Answer(ORDERS, "A", NOW)),
    ("delivery_digest_at, delivery_seen_at", remembering.forget, Forget(NOW, NOW)),
    ("sqlite_autoindex_delivery_seen_1", remembering.known, EventId("acme", "placed", "1")),
]


@pytest.mark.parametrize(("indexes", "change", "argument"), SERVED)
def test_sqlite_uses_the_index_made_for_it(indexes: str, change: Change, argument: object) -> None:
    plans: list[str] = []
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "before_cursor_execute")
    def explain(connection: object, cursor: object, statement: str, values: object, *rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            explained = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[attr-defined]
            plans.extend(row[3] for row in explained)

    with engine.begin() as connection:
        tables.metadata.create_all(connection)
        plans.clear()
        change(connection, [argument])
    engine.dispose()

    found = {plan.partition("INDEX ")[2].partition(" ")[0] or plan for plan in plans if "delivery" in plan}
    assert ", ".join(sorted(found - {BY_SEQUENCE})) == indexes
