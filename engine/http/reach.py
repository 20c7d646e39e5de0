"""Whether a host can be reached: its name, its port, its certificate, each looked at by itself."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509

from engine.errors import Unreachable
from engine.http.doors import Door
from engine.observation import Observation, State
from engine.unreached import why

TIMEOUT = 10.0
SOON = 30
"""Days before the end of a certificate from which on it is warned of."""


Ask = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]
"""Asks for TLS in the plain words of a protocol; gives whether the other side takes it."""


async def reached(
    where: str, tls: ssl.SSLContext | None, door: Door | None, ask: Ask | None = None
) -> AsyncIterator[Observation]:
    """Look at the way to `host:port`.

    Args:
        tls: None: the port speaks plain text.
        door: of the tunnel that leads there.
        ask: for a port that speaks TLS only when it is asked to.
    """
    host, _, number = where.rpartition(":")
    port = int(number)
    try:
        if door is None:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=0, proto=6)
            addresses = sorted({str(entry[4][0]) for entry in found})
            yield Observation(f"dns {host}", "ok", ", ".join(addresses))
            address, gate = host, port
        else:
            address, gate = await door(host, port)
            yield Observation(f"tunnel to {where}", "ok", "it leads there")
    except OSError as error:
        yield _unreached(f"dns {host}", error)
        return
    except Unreachable as error:
        yield Observation(f"tunnel to {where}", "failed", error.text, "check `tunnel`, its server and its keys")
        return
    async for seen in _connected(_Port(where, host, address, gate), tls, ask):
        yield seen


class _Port(NamedTuple):
    """`where`, its host, and the address and port that lead there from here."""

    where: str
    host: str
    address: str
    port: int


async def _connected(port: _Port, tls: ssl.SSLContext | None, ask: Ask | None) -> AsyncIterator[Observation]:
    where, writer = port.where, None
    asked = ask is not None and tls is not None
    try:
        name = port.host if tls is not None and not asked else None
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection(
                port.address, port.port, ssl=None if asked else tls, server_hostname=name
            )
            if ask is not None and tls is not None:
                if not await ask(reader, writer):
                    told, remedy = "it takes no TLS", "switch TLS on there, or say under `insecure:` why it need not"
                    yield Observation(f"tls {where}", "failed", told, remedy)
                    return
                await writer.start_tls(tls, server_hostname=port.host)
    except ssl.SSLError as error:
        told = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else error.reason or str(error)
        remedy = "an authority of its own: name its file in `tls.ca`; it wants a certificate of ours: `tls.cert`"
        yield Observation(f"tls {where}", "failed", told, remedy)
    except (OSError, EOFError, TimeoutError) as error:
        yield _unreached(f"tcp {where}", error)
    else:
        yield Observation(f"tcp {where}", "ok", "connected")
        if tls is not None:
            yield _certificate(where, writer.get_extra_info("ssl_object"), tls)
    finally:
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), TIMEOUT)


def _unreached(what: str, error: Exception) -> Observation:
    found = why(error)
    return Observation(what, "failed", found.fact, found.remedy or "check the port, and the firewall on the way")


def _certificate(where: str, seen: ssl.SSLObject, tls: ssl.SSLContext) -> Observation:
    """Its days left; one that nobody verifies is no proof of anything."""
    shown = seen.getpeercert(binary_form=True)
    days = until(x509.load_der_x509_certificate(shown)) if shown else 0
    told = f"{seen.version()}, the certificate lasts {days} days"
    if tls.verify_mode is ssl.CERT_NONE:
        remedy = "nobody is asked who he is: write `tls: {verify: full}`, and `ca` for an authority of its own"
        return Observation(f"tls {where}", "warning", told, remedy)
    state, remedy = _lasting(days, "have the system's certificate renewed")
    return Observation(f"tls {where}", state, told, remedy)


def our_certificate(path: str) -> Observation:
    """Our own client certificate, by its file (readable: it was loaded before)."""
    with open(path, "rb") as file:
        days = until(x509.load_pem_x509_certificate(file.read()))
    state, remedy = _lasting(days, "have it renewed, and put the new one in its place")
    return Observation("our certificate", state, f"it lasts {days} days", remedy)


def until(certificate: x509.Certificate) -> int:
    """Whole days until a certificate ends; negative after it."""
    return (certificate.not_valid_after_utc - datetime.now(UTC)).days


def _lasting(days: int, remedy: str) -> tuple[State, str]:
    return ("ok", "") if days >= SOON else ("warning" if days >= 0 else "failed", remedy)
