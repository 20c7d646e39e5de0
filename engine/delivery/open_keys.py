"""Which keys have an open delivery, behind which others of the key wait."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from engine.delivery.delivery import FlowName
from engine.delivery.prepared import Prepared, PreparedForList
from engine.delivery.tables import deliveries, word

D = deliveries.c


def open_keys(connection: Connection, asked: list[tuple[FlowName, Sequence[str]]]) -> list[frozenset[str]]:
    """Those of some keys of a flow that have an open delivery; a fragment alone is none yet."""
    return [_open(connection, {"integration": name.integration, "flow": name.flow}, keys) for name, keys in asked]


def _open(connection: Connection, of: dict[str, str], keys: Sequence[str]) -> frozenset[str]:
    if _ANY.execute(connection, of).first() is None:  # as it mostly is
        return frozenset()
    return frozenset(key for (key,) in _OPEN.execute(connection, keys, of))


_OF_FLOW = (
    D.integration == bindparam("integration"),
    D.flow == bindparam("flow"),
    D.state != word("fragment"),
)
_ANY = Prepared(select(D.key).where(*_OF_FLOW).limit(1))
_OPEN = PreparedForList(D.key, lambda these: select(D.key).where(*_OF_FLOW, these))
