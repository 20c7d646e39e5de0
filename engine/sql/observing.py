"""What `engine check` sees inside a database: the tables as declared, and what we may do with them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from engine.observation import Observation
from engine.sql.built import BuiltTable
from engine.sql.database import Task
from engine.sql.looking import Allowed, OfTable, verbs
from engine.sql.need import Need

Looked = Callable[[str, Task, str], Awaitable[Any]]
"""Performs a look; `what` and `remedy` are those of the observation that a failure becomes."""


async def observe_tables(
    looked: Looked, tables: Mapping[str, BuiltTable], needs: Mapping[str, Need], integration: str
) -> AsyncIterator[Observation]:
    """Look at each table, then at what is needed of it."""
    grants = f"`engine ddl {integration} --only grants` prints what is needed"
    for name, table in tables.items():
        need = needs.get(name, Need())
        found = await looked(f"table {name}", OfTable(table, need, integration), grants)
        seen = [found] if isinstance(found, Observation) else found
        for one in seen:
            yield one
        there = not any(one.state == "failed" and one.what.startswith("table ") for one in seen)
        if there and table.table.view is None:
            async for one in _allowed(looked, table, need, grants):
                yield one


async def _allowed(looked: Looked, table: BuiltTable, need: Need, remedy: str) -> AsyncIterator[Observation]:
    what, good = f"grants {table.name}", []
    for verb, columns in verbs(need).items():
        found = await looked(what, Allowed(table, verb, tuple(columns)), remedy)
        if found is True:
            good.append(verb)
        elif found is not None:
            shown = f"{verb} ({', '.join(columns)})" if columns else verb
            words = f": {found.told}" if isinstance(found, Observation) else ""
            yield Observation(what, "failed", f"no {shown}{words}", remedy)
    if good:
        yield Observation(what, "ok", ", ".join(good))
