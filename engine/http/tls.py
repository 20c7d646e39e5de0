"""TLS contexts for connections."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from engine.errors import SettingMissing


@dataclass(frozen=True)
class TlsOptions:
    """What a connection says of TLS: `verify` is full, chain (no host name) or off; the rest are file paths."""

    verify: str = "full"
    ca: str | None = None
    cert: str | None = None
    key: str | None = None


def context(options: TlsOptions, owner: str) -> ssl.SSLContext:
    """A client context.

    Raises:
        SettingMissing: a file is missing or is no certificate.
    """
    try:
        found = _client(options)
        if options.cert:
            found.load_cert_chain(
                options.cert, options.key or None, password=""
            )  # an encrypted key fails, it never asks
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(name for name in (options.ca, options.cert, options.key) if name)
        raise SettingMissing(
            [f"{owner}: the certificate files ({files}) cannot be used: {error.strerror or error}"]
        ) from None
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.verify == "chain":
        found.check_hostname = False
    return found


def _client(options: TlsOptions) -> ssl.SSLContext:
    """A context with the authorities it needs; where nobody is asked who he is, none are read (they take long)."""
    if options.verify != "off":
        return ssl.create_default_context(cafile=options.ca or None)
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    found.check_hostname, found.verify_mode = False, ssl.CERT_NONE
    return found
