"""Why no answer came: httpx's failures as ours, and two that httpx does not tell apart."""

from __future__ import annotations

import httpx

from engine.errors import Unreachable


class UnknownName(httpx.ConnectError):
    """The host's name cannot be resolved."""


class Untrusted(httpx.ConnectError):
    """No TLS connection: a certificate of theirs or of ours is not accepted, or it is no TLS at all."""


def unreachable(error: Exception, host: str) -> Unreachable:
    """A failure as ours: what happened, and whether the call may have been carried out.

    Args:
        error: httpx's; its connect errors say that nothing was sent.
        host: `host:port` that was asked.
    """
    cause, words, may_have_happened = next(told for kind, told in _KINDS if isinstance(error, kind))
    text = " ".join(str(error).split())[:200]
    said = f"{host} {words}: {text}" if text and cause != "timeout" else f"{host} {words}"
    return Unreachable(said, cause=cause, may_have_happened=may_have_happened)


def timed_out(host: str, seconds: float) -> Unreachable:
    return Unreachable(f"{host} did not answer within {seconds:g} s", cause="timeout", may_have_happened=True)


def too_large(host: str, limit: int) -> Unreachable:
    return Unreachable(
        f"{host} answered with more than {limit:,} bytes; `limits: {{size: …}}` allows more",
        cause="too_large",
        may_have_happened=True,
    )


_KINDS: tuple[tuple[type[Exception], tuple[str, str, bool]], ...] = (
    (httpx.ConnectTimeout, ("connect", "did not accept a connection in time", False)),
    (UnknownName, ("dns", "cannot be found", False)),
    (Untrusted, ("tls", "cannot be trusted", False)),
    (httpx.ConnectError, ("connect", "cannot be reached", False)),
    (httpx.PoolTimeout, ("connect", "cannot be asked", False)),
    (httpx.UnsupportedProtocol, ("connect", "cannot be asked", False)),
    (httpx.LocalProtocolError, ("connect", "cannot be asked", False)),
    (httpx.InvalidURL, ("connect", "cannot be asked", False)),
    (httpx.TimeoutException, ("timeout", "did not answer in time", True)),
    (httpx.RemoteProtocolError, ("garbage", "answered something that is not HTTP", True)),
    (httpx.DecodingError, ("garbage", "answered a body that cannot be unpacked", True)),
    (Exception, ("reset", "broke the connection off", True)),
)
