"""Whether a database can be reached: its name, its port, its certificate; or its file."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import sqlalchemy as sa

from engine.http import tls
from engine.http.reach import our_certificate, reached
from engine.observation import Observation
from engine.sql.dialects import Reaching
from engine.sql.greeting import ASKING
from engine.sql.ports import PORTS


async def way_to(url: str, how: Reaching) -> AsyncIterator[Observation]:
    """Look at everything on the way to a database, the nearest first."""
    found = sa.make_url(url)
    backend = found.get_backend_name()
    if backend == "sqlite":
        for seen in _file(found.database or ""):
            yield seen
        return
    context = tls.context(how.tls, how.name) if not how.plain and backend in ASKING else None
    where = f"{found.host}:{found.port or PORTS[backend]}"
    async for seen in reached(where, context, how.tunnel.door if how.tunnel else None, ASKING.get(backend)):
        yield seen
    if how.tls.cert and not how.plain:
        yield our_certificate(how.tls.cert)


def _file(path: str) -> Iterator[Observation]:
    """The file of SQLite; opening one that is not there would make it."""
    if path in ("", ":memory:"):
        return
    if not os.path.isfile(path):
        yield Observation(f"file {path}", "failed", "there is no such file", "check the address of the connection")
    elif not os.access(path, os.R_OK | os.W_OK) or not os.access(os.path.dirname(path) or ".", os.W_OK):
        told = "it, or its folder, may not be read and written by us"
        yield Observation(f"file {path}", "failed", told, "let the user of the engine read and write both")
    else:
        yield Observation(f"file {path}", "ok", "it can be read and written")
