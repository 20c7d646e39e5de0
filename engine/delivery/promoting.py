"""What goes next: when a delivery has ended, the next of its key is ready."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from engine.delivery.delivery import FlowName
from engine.delivery.listening import announce
from engine.delivery.prepared import Prepared
from engine.delivery.tables import deliveries, word

D = deliveries.c


def _next() -> Any:
    other = deliveries.alias("other")
    return (
        select(func.min(other.c.sequence))
        .where(
            other.c.integration == bindparam("i"),
            other.c.flow == bindparam("f"),
            other.c.key == bindparam("k"),
            other.c.state != word("fragment"),
        )
        .scalar_subquery()
    )


_PROMOTE = Prepared(
    update(deliveries).where(D.sequence == _next(), D.state == word("waiting")).values(state=word("ready"))
)


def promote(connection: Connection, keys: Collection[tuple[FlowName, str]]) -> None:
    """Make the next delivery of each key ready."""
    values = [{"i": name.integration, "f": name.flow, "k": key} for name, key in keys]
    _PROMOTE.execute_many(connection, values)
    announce(connection, (name for name, _ in keys))
