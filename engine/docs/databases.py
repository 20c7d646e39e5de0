"""Where a database stands, for the network sheet: host, port, encryption."""

from __future__ import annotations

from urllib.parse import urlsplit

from engine.docs.adjustable import by_setting
from engine.docs.model import Code, Words
from engine.docs.shown import resolved, worded
from engine.docs.subject import Subject
from engine.parts.policies import Tls
from engine.protocols.sql import SqlConnection
from engine.sql.ports import PORTS

_VERIFIED = {
    "full": "certificate and host name verified",
    "chain": "certificate verified, host name not",
    "off": "nothing verified",
}


def database(subject: Subject, connection: SqlConnection) -> list[Words]:
    """Host, port and encryption of a database."""
    found = resolved(connection.url, subject.integration)
    if found.value is None:
        where = by_setting(subject.integration, (), found.setting)
        return [where, "that of the address", _encryption(subject, connection)]
    url = urlsplit(str(found.value))
    if not url.hostname:
        return ["a file beside the engine", "", ""]
    host = Code(url.hostname)
    where = by_setting(subject.integration, host, found.setting) if found.setting else host
    port = str(url.port or PORTS[url.scheme.partition("+")[0]])
    return [where, port, _encryption(subject, connection)]


def _encryption(subject: Subject, connection: SqlConnection) -> str:
    if connection.insecure:
        return f"TLS if the server has it; accepted without: {connection.insecure}"
    return f"TLS; {verified(subject, connection.tls)}"


def verified(subject: Subject, tls: Tls) -> str:
    """What is checked of the other side's certificate."""
    verify = resolved(tls.verify, subject.integration).value
    return _VERIFIED.get(str(verify), worded(tls.verify, subject.integration))
