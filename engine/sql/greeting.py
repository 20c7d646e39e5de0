"""How a database is asked for TLS before anybody logs in, so that its certificate can be looked at.

PostgreSQL: SSLRequest (its manual, 55.7). MySQL and MariaDB: the greeting and SSLRequest of their protocol, version 10.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping

from engine.http.reach import Ask

_SSL_REQUEST = struct.pack(">II", 8, 80877103)
_TAKES_TLS = 0x0800
_OURS = 0x0200 | _TAKES_TLS | 0x8000  # protocol 4.1, TLS, today's passwords


async def _postgresql(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    writer.write(_SSL_REQUEST)
    return await reader.readexactly(1) == b"S"


async def _mysql(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    head = await reader.readexactly(4)
    greeting = await reader.readexactly(int.from_bytes(head[:3], "little"))
    if greeting[:1] == b"\xff":
        raise OSError(greeting[3:].decode("utf-8", "replace"))
    after_version = greeting.index(b"\0", 1) + 1
    capabilities = int.from_bytes(greeting[after_version + 13 : after_version + 15], "little")
    if not capabilities & _TAKES_TLS:
        return False
    asked = struct.pack("<IIB23x", _OURS, 1 << 24, 45)
    writer.write(len(asked).to_bytes(3, "little") + b"\1" + asked)
    return True


ASKING: Mapping[str, Ask | None] = {"postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql, "oracle": None}
"""By kind of database; None: it speaks TLS from the first byte. SQL Server is left to its driver."""
