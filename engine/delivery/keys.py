"""One change of a key at a time, also between engines on one database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import Connection, text

from engine.delivery.delivery import FlowName


class Keyed(Protocol):
    """A delivery, or what ends one."""

    @property
    def name(self) -> FlowName: ...

    @property
    def key(self) -> str: ...


_LOCK = text("select pg_advisory_xact_lock(id) from unnest(cast(:ids as bigint[])) as id")


def lock(connection: Connection, ones: Iterable[Keyed]) -> None:
    """Hold the keys of these until the transaction ends.

    Without it one engine could put a delivery behind another while a second engine ends just that other: the first
    would wait for ever. SQLite has one writer, so there is nothing to hold. Locks are taken in one order, so that two
    engines never wait for each other.
    """
    if connection.dialect.name == "postgresql":
        ids = sorted({_number(one.name, one.key) for one in ones})
        if ids:
            connection.execute(_LOCK, {"ids": ids})


def _number(name: FlowName, key: str) -> int:
    digest = hashlib.blake2b(f"{name}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
