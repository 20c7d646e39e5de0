"""A certificate for this machine, so that the engine talks to the mock as it talks to every system: over https."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

NAMES = ("localhost",)
ADDRESSES = ("127.0.0.1", "::1")
LASTS = timedelta(days=365)
_SPARE = timedelta(days=7)


def folder() -> Path:
    """Where it is kept, so that it stays the same from one start to the next."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "engine" / "mock"


def certificate(where: Path) -> tuple[Path, Path]:
    """The files of a certificate, which is its own authority, and of its key; made anew when it ends within days.

    Raises:
        OSError: they cannot be written.
    """
    cert, key = where / "certificate.pem", where / "key.pem"
    if not (cert.is_file() and key.is_file() and _lasts(cert)):
        where.mkdir(parents=True, exist_ok=True)
        _make(cert, key)
    return cert, key


def _lasts(cert: Path) -> bool:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc > datetime.now(UTC) + _SPARE
    except ValueError:
        return False


def _make(cert: Path, key: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "engine mock on this machine")])
    names = [*map(x509.DNSName, NAMES), *(x509.IPAddress(ip_address(address)) for address in ADDRESSES)]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.touch(mode=0o600)
    key.write_bytes(secret.private_bytes(*form))
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
