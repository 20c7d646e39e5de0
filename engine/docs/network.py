"""The sheet for the firewall: who may connect to whom, where, and how each proves who it is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.auth.oauth2 import OAuth2
from engine.clients.oauth2 import OAuth2Client
from engine.docs.adjustable import adjustable, by_setting
from engine.docs.databases import database, verified
from engine.docs.imports import folder_rows
from engine.docs.model import Block, Code, Paragraph, Section, Table, Words, listed, spans
from engine.docs.shown import resolved, worded
from engine.docs.subject import Subject
from engine.expression.expressions import Expression
from engine.http.addresses import host_of, is_https
from engine.mapping import Constant, Node
from engine.mapping.nodes import nodes
from engine.notices.email import EmailNotify
from engine.parts.policies import Tls
from engine.protocols.connection import Connection, NetworkConnection
from engine.protocols.files import FilesConnection
from engine.protocols.http import HttpConnection, UrlCall
from engine.protocols.sql import SqlConnection
from engine.spec.security import LOOPBACK
from engine.tunnels.ssh import SshTunnel

OUT = ("Connection", "To", "Port", "Encryption", "Authority", "Our certificate", "Sign-in", "Purpose")
FOLDERS = ("Connection", "Folder", "Files", "The engine's user must", "Purpose")
IN = ("Client", "From", "Proves itself by", "May call", "May post", "May operate")


def network(subject: Subject) -> Section:
    """Outbound and inbound connections."""
    outbound = [row for name in subject.integration.connections for row in _outbound(subject, name)]
    outbound += [*_keys(subject), *_mails(subject)]
    words = (
        "For this integration the engine connects to these addresses and to no others; redirects elsewhere are refused."
    )
    none = Paragraph("For this integration the engine connects to nothing.")
    out: list[Block] = [Paragraph(words), Table(OUT, outbound)] if outbound else [none]
    out += [Paragraph(sentence) for sentence in _elsewhere(subject)]
    folders = [folder_rows(subject, name, one) for name, one in _folders(subject)]
    if folders:
        out += [
            Paragraph("It reads and writes these folders; they are mounted where it runs."),
            Table(FOLDERS, folders),
        ]
    return Section(
        "Network sheet",
        "network",
        [],
        [Section("Outbound", "network-out", out), Section("Inbound", "network-in", _inbound(subject))],
    )


def _folders(subject: Subject) -> Iterator[tuple[str, FilesConnection]]:
    for name, connection in subject.integration.connections.items():
        if isinstance(connection, FilesConnection):
            yield name, connection


# -- outbound --------------------------------------------------------------------------------------------------------


def _outbound(subject: Subject, name: str) -> Iterator[list[Words]]:
    connection = subject.integration.connections[name]
    if isinstance(connection, NetworkConnection) and isinstance(connection.tunnel, SshTunnel):
        yield from _tunnels(subject, name, connection.tunnel)
    if isinstance(connection, SqlConnection):
        yield [Code(name), *database(subject, connection), *_common(subject, connection)]
    if not isinstance(connection, HttpConnection):
        return
    yield [Code(name), *_address(subject, connection), *_common(subject, connection)]
    for key, endpoint in connection.endpoints.items():
        if url := getattr(endpoint, "url", None):
            where = _at(subject, connection, url)
            yield [
                Code(f"{name}.{key}"),
                *where,
                *_common(subject, connection)[:-1],
                endpoint.description or endpoint.what,
            ]
    auth = connection.auth
    if isinstance(auth, OAuth2) and isinstance(auth.token_url, Constant) and host_of(str(auth.token_url.value)):
        url = str(auth.token_url.value)
        where = [*_host(url), _encryption(subject, connection, url)]
        yield [(Code(name), " (token)"), *where, *_common(subject, connection)[:-1], "asks for tokens"]


def _elsewhere(subject: Subject) -> Iterator[Words]:
    """What else the engine connects to, which does not stand in this file."""
    used = [Code(name) for name in dict.fromkeys(subject.integration.uses.values())]
    if used:
        sheets = "which has a sheet of its own" if len(used) == 1 else "which have sheets of their own"
        yield ("It also runs messages of ", *spans(listed(used)), f", {sheets}.")
    yield (
        "The engine itself connects to its store, if ",
        Code("--store"),
        " names a database server, and to the address in ",
        Code("OTEL_EXPORTER_OTLP_ENDPOINT"),
        ", if there is one.",
    )


def _tunnels(subject: Subject, name: str, tunnel: SshTunnel) -> Iterator[list[Words]]:
    """The SSH servers on the way to a connection, the first one first."""
    if isinstance(tunnel.tunnel, SshTunnel):
        yield from _tunnels(subject, name, tunnel.tunnel)
    words = f"the way to {name}: what follows goes through it"
    switched = adjustable(subject.integration, tunnel.enabled)
    purpose: Words = words if tunnel.enabled is True else (words, ", if the tunnel is switched on: ", *spans(switched))
    key = ("host key: ", *spans(adjustable(subject.integration, tunnel.host_key) or "that is still to be written"))
    where = [adjustable(subject.integration, value) for value in (tunnel.host, tunnel.port)]
    yield [(Code(name), " (tunnel)"), *where, "SSH", key, "", str(tunnel.auth.type), purpose]  # type: ignore[attr-defined]


def _keys(subject: Subject) -> Iterator[list[Words]]:
    """Where the keys of identity providers come from that sign our clients' tokens."""
    security = subject.integration.security
    for name, client in security.clients.items() if security else ():
        if isinstance(client, OAuth2Client):
            host = _host(found) if host_of(found := _text(subject, client.jwks)) else [found, "443"]
            authority = _authority(subject, client.ca)
            tls = "TLS 1.2 or newer; certificate and host name verified"
            yield [(Code(name), " (client)"), *host, tls, authority, "", "none", "public keys that sign its tokens"]


def _mails(subject: Subject) -> Iterator[list[Words]]:
    """The mail server, which belongs to the engine and not to the file."""
    if any(isinstance(entry, EmailNotify) for entry in subject.integration.notify):
        where = listed(["the server in ", Code("ENGINE_MAIL")], "")
        port = "587, or 465 for smtps://, unless the address says otherwise"
        tls = "TLS 1.2 or newer (smtp:// by STARTTLS); certificate and host name verified; none with smtp+plain://"
        yield ["(mail)", where, port, tls, "the machine's", "", "user and password", "people are told what needs them"]


def _text(subject: Subject, value: object) -> str:
    return str(worded(value, subject.integration))


def _common(subject: Subject, connection: NetworkConnection) -> list[Words]:
    auth = getattr(connection, "auth", None)
    sign_in: Words = _in_calls(subject, connection) if auth is None else str(auth.type)
    return [*_tls(subject, connection.tls), sign_in, connection.description or subject.system]


def _in_calls(subject: Subject, connection: Connection) -> Words:
    """Where there is no `auth`: the secrets that every call carries."""
    carried: list[Node] = [
        one for part in ("headers", "query", "soap_headers") for one in getattr(connection, part, {}).values()
    ]
    body: Node | None = getattr(connection, "body", None)
    every = [found for one in (*carried, *([body] if body is not None else [])) for found in nodes(one)]
    used = {name for found in every if isinstance(found, Expression) for name, _ in found.settings}
    secrets = [name for name, one in subject.integration.settings.items() if name in used and one.type == "secret"]
    return ("in every call: ", *spans(listed([Code(name) for name in secrets]))) if secrets else "none"


def _address(subject: Subject, connection: HttpConnection) -> list[Words]:
    """Host, port and encryption of a connection's address."""
    if isinstance(connection.url, UrlCall):
        hosts = resolved(connection.url.hosts, subject.integration).value or ()
        known = listed([", or ", *(Code(host) for host in hosts)], " ") if hosts else ""
        host: Words = listed(
            ["the host that ", Code(connection.url.call), " names: that of the asked connection", known], ""
        )
        return [host, "443 unless the address says otherwise", _encryption(subject, connection, None)]
    return _at(subject, connection, connection.url)


def _at(subject: Subject, connection: HttpConnection, url: object) -> list[Words]:
    """Host, port and encryption of an address, which may be a setting."""
    found = resolved(url, subject.integration)
    if not found.setting:
        host, port = _host(str(found.value))
        return [host, port, _encryption(subject, connection, str(found.value))]
    if found.value is None:
        where = by_setting(subject.integration, (), found.setting)
        return [where, "443 unless the address says otherwise", _encryption(subject, connection, None)]
    host, port = _host(str(found.value))
    where = by_setting(subject.integration, host, found.setting)
    return [where, port, _encryption(subject, connection, str(found.value))]


def _host(url: str) -> list[Words]:
    host, _, port = host_of(url).rpartition(":")
    return [Code(host), port]


def _encryption(subject: Subject, connection: NetworkConnection, url: str | None) -> str:
    """TLS with what is verified, or why there is none."""
    if url is not None and not is_https(url):
        return f"none: {connection.insecure or 'refused until a reason is given'}"
    words = f"TLS 1.2 or newer; {verified(subject, connection.tls)}"
    return f"{words}; plain http accepted: {connection.insecure}" if connection.insecure else words


def _tls(subject: Subject, tls: Tls) -> list[Words]:
    """The authority that is trusted, and the certificate we show."""
    cert = adjustable(subject.integration, tls.cert) if tls.cert is not None else ""
    return [_authority(subject, tls.ca), cert]


def _authority(subject: Subject, ca: object) -> Words:
    """Whose certificates are accepted: of a file, or of those that the machine trusts."""
    if ca is None:
        return "the machine's"
    found = resolved(ca, subject.integration)
    file = ("the file in ", *spans(adjustable(subject.integration, ca)))
    return (*file, ", else the machine's") if found.setting and not found.value else file


# -- inbound ---------------------------------------------------------------------------------------------------------


def _inbound(subject: Subject) -> list[Block]:
    security = subject.integration.security
    allow = _networks(subject, security.allow) if security else listed([Code(network) for network in LOOPBACK])
    words = Paragraph(
        listed(
            [
                "Clients call the engine over HTTP, port 8080 unless ",
                Code("engine serve --port"),
                " says otherwise (behind a proxy that ends TLS), from these networks only: ",
                allow,
                _and_those_of_clients(subject),
                ".",
            ],
            "",
        )
    )
    if security is None or not security.clients:
        return [words, Paragraph("Whoever may connect may call every message: no clients are named.")]
    rows = []
    for name, client in security.clients.items():
        rows.append(
            [
                Code(name),
                _networks(subject, client.allow) if client.allow is not None else "the networks above",
                client.proof,
                listed([Code(message) for message in client.may.messages]) if client.may.messages else "nothing",
                listed([Code(event) for event in client.may.events]) if client.may.events else "",
                "yes" if client.may.operate else "",
            ]
        )
    return [words, Table(IN, rows)]


def _and_those_of_clients(subject: Subject) -> str:
    """A client's own networks may connect, too."""
    security = subject.integration.security
    own = [name for name, client in security.clients.items() if client.allow is not None] if security else []
    return f", and those of {', '.join(own)} below" if own else ""


def _networks(subject: Subject, value: object) -> Words:
    return adjustable(subject.integration, value)
