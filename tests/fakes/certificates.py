"""A certificate authority of our own, for https and for mutual TLS."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM files."""

    cert_file: Path
    key_file: Path


@dataclass(frozen=True)
class Authority:
    """Signs the server's certificate and the clients'. Trust it by its `ca_file`."""

    ca: trustme.CA
    folder: Path
    client_ca_required: bool = False
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    not_after: datetime | None = None

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def client_certificate(self, name: str, not_after: datetime | None = None) -> Certificate:
        """Issue a client certificate with `name` as its common name; `not_after` in the past is an expired one."""
        leaf = self.ca.issue_cert(name, common_name=name, not_after=not_after)
        issued = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        issued.cert_file.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
        issued.key_file.write_bytes(leaf.private_key_pem.bytes())
        return issued

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*self.names, not_after=self.not_after).configure_cert(context)
        if self.client_ca_required:
            self.ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_context(self, certificate: Certificate | None = None) -> ssl.SSLContext:
        """What a well-configured client uses: trusts this authority only, shows `certificate` if given."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        if certificate:
            context.load_cert_chain(certificate.cert_file, certificate.key_file)
        return context


def authority(
    folder: Path,
    client_ca_required: bool = False,
    names: tuple[str, ...] = ("localhost", "127.0.0.1"),
    not_after: datetime | None = None,
) -> Authority:
    """A new authority whose files stand in `folder`.

    `names` are those in the server's certificate (give others for a wrong-host test);
    `not_after` in the past makes that certificate expired.
    """
    made = Authority(trustme.CA(), folder, client_ca_required, names, not_after)
    made.ca.cert_pem.write_to_path(str(made.ca_file))
    return made
