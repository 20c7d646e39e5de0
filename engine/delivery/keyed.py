"""What is known of keys: which of them have an open delivery, and what was delivered of them last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, insert, select

from engine.delivery.delivery import FlowName
from engine.delivery.tables import deliveries, digests

D, G = deliveries.c, digests.c

PORTION = 500


@dataclass(frozen=True, slots=True)
class OfKeys:
    """Ask about keys of a flow.

    Attributes:
        digests: whether it is asked what was delivered last.
    """

    name: FlowName
    keys: Sequence[str] = field(repr=False)
    digests: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of keys.

    Attributes:
        open: those that have an open delivery.
        digests: by key, of what was delivered last.
    """

    open: frozenset[str]
    digests: Mapping[str, str]


def known(connection: Connection, asked: list[OfKeys]) -> list[Known]:
    """What is known of keys."""
    return [Known(_open(connection, one), _digests(connection, one) if one.digests else {}) for one in asked]


_OPEN = (D.integration == bindparam("i"), D.flow == bindparam("f"), D.state != "fragment")
_ANY_OPEN = select(D.key).where(*_OPEN).limit(1)
_OPEN_OF = select(D.key).where(*_OPEN, D.key.in_(bindparam("keys", expanding=True)))
_DIGESTS = select(G.key, G.digest).where(
    G.integration == bindparam("i"), G.flow == bindparam("f"), G.key.in_(bindparam("keys", expanding=True))
)


def _open(connection: Connection, asked: OfKeys) -> frozenset[str]:
    of = {"i": asked.name.integration, "f": asked.name.flow}
    if connection.execute(_ANY_OPEN, of).first() is None:
        return frozenset()
    portions = _portions(asked.keys)
    return frozenset(key for keys in portions for (key,) in connection.execute(_OPEN_OF, {**of, "keys": keys}))


def _digests(connection: Connection, asked: OfKeys) -> Mapping[str, str]:
    of = {"i": asked.name.integration, "f": asked.name.flow}
    found: dict[str, str] = {}
    for keys in _portions(asked.keys):
        found.update((key, digest) for key, digest in connection.execute(_DIGESTS, {**of, "keys": keys}))
    return found


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """At most so many at a time as every database takes parameters."""
    return (keys[start : start + PORTION] for start in range(0, len(keys), PORTION))


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was delivered of a key without having been kept before: the digest that `changed` compares with."""

    name: FlowName
    key: str
    digest: str


def remember_delivered(connection: Connection, delivered: Sequence[Delivered], now: float) -> None:
    """Keep digests of what was delivered."""
    if not delivered:
        return
    of = [{"i": one.name.integration, "f": one.name.flow, "k": one.key} for one in delivered]
    connection.execute(_FORGET, of)
    values = [
        {"integration": one.name.integration, "flow": one.name.flow, "key": one.key, "digest": one.digest, "at": now}
        for one in delivered
    ]
    connection.execute(insert(digests), values)


_FORGET = delete(digests).where(G.integration == bindparam("i"), G.flow == bindparam("f"), G.key == bindparam("k"))
