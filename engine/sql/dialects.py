"""Where databases differ: the driver, encryption, time limits, their clock, and how rows are locked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.errors import SettingMissing
from engine.http import tls
from engine.http.tls import TlsOptions
from engine.parts.scalars import Rate
from engine.tunnels.tunnel import OpenTunnel


@dataclass(frozen=True)
class Reaching:
    """How a database is reached.

    Attributes:
        name: `integration.connection`, for messages.
        plain: whether a connection without encryption is accepted.
        timeout: seconds for one statement.
        zone: in which the database shows and takes date-times.
        tunnel: the way to it, None if it is reached directly.
        rate: how often it may be asked.
    """

    name: str
    tls: TlsOptions
    plain: bool
    timeout: float
    zone: str
    tunnel: OpenTunnel | None = None
    rate: Rate | None = None


@dataclass(frozen=True)
class Dialect:
    """What is particular to one kind of database.

    Attributes:
        driver: of a URL that names none.
        arguments: what its driver is given to connect with.
        now: its clock, in UTC.
        skips: whether `FOR UPDATE SKIP LOCKED` takes rows past those that others have.
    """

    driver: str
    arguments: Callable[[Reaching], Mapping[str, Any]]
    now: Callable[[], sa.ColumnElement[Any]]
    skips: bool = True


def _postgresql(how: Reaching) -> Mapping[str, Any]:
    modes = {"full": "verify-full", "chain": "verify-ca", "off": "require"}
    mode = "prefer" if how.plain else modes[how.tls.verify]
    if not how.plain:
        tls.context(how.tls, how.name)  # libpq takes the names of the files; that they can be used is seen here
    found = {
        "connect_timeout": max(2, round(how.timeout)),  # libpq knows no less
        "options": f"-c statement_timeout={round(how.timeout * 1000)} -c TimeZone={how.zone}",
        "application_name": "engine",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": round(how.timeout * 1000) + 10_000,
        "sslmode": mode,
    }
    if mode.startswith("verify"):
        found["sslrootcert"] = how.tls.ca or "system"
    if how.tls.cert:
        found |= {"sslcert": how.tls.cert, "sslkey": how.tls.key or how.tls.cert}
    return found


def _mysql(how: Reaching) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "connect_timeout": max(1, round(how.timeout)),
        "read_timeout": how.timeout + 5,
        "write_timeout": how.timeout + 5,
        "charset": "utf8mb4",
        "init_command": "SET SESSION sql_mode = 'TRADITIONAL,ANSI_QUOTES'",  # what does not fit is an error, never cut
        "program_name": "engine",
    }
    if not how.plain:
        found["ssl"] = tls.context(how.tls, how.name)
    return found


def _mssql(how: Reaching) -> Mapping[str, Any]:
    if not how.plain and (how.tls.verify != "off" or how.tls.ca or how.tls.cert):
        words = "the driver pymssql cannot verify certificates; write mssql+pyodbc://…?driver=…, or tls: {verify: off}"
        raise SettingMissing([f"{how.name}: {words}"])
    return {
        "login_timeout": max(1, round(how.timeout)),
        "timeout": max(1, round(how.timeout)),
        "appname": "engine",
        "encryption": "request" if how.plain else "require",
    }


def _oracle(how: Reaching) -> Mapping[str, Any]:
    found: dict[str, Any] = {"tcp_connect_timeout": how.timeout, "program": "engine"}
    if not how.plain:
        found |= {"protocol": "tcps", "ssl_context": tls.context(how.tls, how.name)}
        found["ssl_server_dn_match"] = how.tls.verify == "full"
    return found


def _sqlite(how: Reaching) -> Mapping[str, Any]:
    return {"timeout": how.timeout, "check_same_thread": False}


_POSTGRESQL = Dialect("psycopg", _postgresql, lambda: sa.func.timezone("UTC", sa.func.clock_timestamp()))
_MYSQL = Dialect("pymysql", _mysql, lambda: sa.func.utc_timestamp(sa.literal_column("6")))

DIALECTS: Mapping[str, Dialect] = {
    "postgresql": _POSTGRESQL,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "mssql": Dialect("pymssql", _mssql, lambda: sa.func.sysutcdatetime(), skips=False),
    "oracle": Dialect("oracledb", _oracle, lambda: sa.func.sys_extract_utc(sa.literal_column("SYSTIMESTAMP"))),
    "sqlite": Dialect("pysqlite", _sqlite, lambda: sa.func.strftime("%Y-%m-%dT%H:%M:%f", "now"), skips=False),
}

LOCKED_ROWS = "WITH (UPDLOCK, READPAST, ROWLOCK)"
"""SQL Server's way of taking rows past those that others have."""


def reached(url: str, user: str, password: str, how: Reaching) -> tuple[sa.URL, Mapping[str, Any]]:
    """A URL with its driver and who logs in, and what the driver is given to connect with.

    Raises:
        SettingMissing: the driver cannot do what `tls` asks for.
    """
    found = sa.make_url(url)
    backend = found.get_backend_name()
    dialect = DIALECTS[backend]
    if "+" not in found.drivername:
        found = found.set(drivername=f"{backend}+{dialect.driver}")
    if backend != "sqlite":  # a file has no users
        found = found.set(username=user or None, password=password or None)
    if found.get_driver_name() == dialect.driver:
        return found, dialect.arguments(how)
    if found.get_driver_name() == "pyodbc" and not (how.tls.ca or how.tls.cert):
        trust = "yes" if how.plain or how.tls.verify == "off" else "no"
        options = {"Encrypt": "no" if how.plain else "yes", "TrustServerCertificate": trust}
        return found.update_query_dict(options), {"timeout": max(1, round(how.timeout))}
    if not how.plain:
        words = f"the engine does not know how the driver {found.get_driver_name()} does what `tls` asks for"
        raise SettingMissing([f"{how.name}: {words}; use {dialect.driver}, or say under `insecure:` why it need not"])
    return found, {}


def connected(dialect: sa.Dialect, host: str, door: tuple[str, int], args: Any, given: dict[str, Any]) -> Any:
    """A connection that begins at a door of a tunnel.

    Args:
        host: what the certificate of the far side is for.
    """
    local, port = door
    if dialect.name == "postgresql":
        return dialect.connect(*args, host=host, hostaddr=local, port=port, **given)
    if dialect.driver == "pymysql":
        connection = dialect.connect(*args, host=host, port=port, defer_connect=True, **given)
        connection.connect(socket.create_connection(door, given.get("connect_timeout")))
        return connection
    return dialect.connect(*args, host=local, port=port, **given)
