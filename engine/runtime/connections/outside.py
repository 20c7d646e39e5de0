"""What connections reach systems with: the network, databases and folders of production, or canned ones in their place."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.http.client import Transport
from engine.http.transport import AiohttpTransport
from engine.protocols.connection import MakeDatabase, MakeDisk
from engine.tunnels.tunnel import OpenTunnel

if TYPE_CHECKING:
    from engine.credentials.credentials import Shown
    from engine.files.disk import Disk
    from engine.sql.database import Database
    from engine.sql.dialects import Reaching

MakeTransport = Callable[[str, ssl.SSLContext | None, OpenTunnel | None], Transport]


def real_transport(connection: str, tls: ssl.SSLContext | None, tunnel: OpenTunnel | None) -> Transport:
    """The transport of production."""
    return AiohttpTransport(tls, tunnel.door if tunnel else None)


def real_database(url: str, account: Shown, concurrency: int, how: Reaching) -> Database:
    """The databases of production."""
    from engine.sql.database import RealDatabase  # SQLAlchemy takes a while to import

    return RealDatabase(url, account, concurrency, how)


def real_disk(connection: str, folder: str) -> Disk:
    """The folders of production."""
    from engine.files.disk import RealDisk

    return RealDisk(folder)


@dataclass(frozen=True)
class Outside:
    """What makes a connection's transport, database or disk; examples, previews and tests give their own."""

    transport: MakeTransport = real_transport
    database: MakeDatabase = real_database
    disk: MakeDisk = real_disk


PRODUCTION = Outside()
