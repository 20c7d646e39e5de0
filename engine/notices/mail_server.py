"""The mail server: where the engine hands in what people are told. SMTP with STARTTLS or TLS, and a login."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from engine.errors import SettingMissing, Unreachable
from engine.unreached import why

if TYPE_CHECKING:
    import aiosmtplib

TIMEOUT = 30.0
FORM = "write smtp://user:password@mail.example.com:587?from=engine@example.com (smtps:// for TLS from the start)"

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True)
class MailServer:
    """A mail server, and whom mails come from.

    Attributes:
        scheme: `smtp` (STARTTLS, required), `smtps` (TLS from the start), `smtp+plain` (no encryption, no login).
        ca: file of the authority that vouches for it, None for the system's.
    """

    scheme: str
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str | None = None

    @classmethod
    def of(cls, url: str) -> MailServer:
        """A server by its URL.

        Raises:
            SettingMissing: the URL does not say enough, or would send a password in clear.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise SettingMissing([f"the mail server's address cannot be read: {FORM}"]) from None
        query = parse_qs(parts.query)
        sender = query.get("from", [""])[0]
        unknown = sorted(set(query) - {"from", "ca"})
        if parts.scheme not in _PORTS or not parts.hostname or "@" not in sender or unknown:
            raise SettingMissing([f"the mail server's address is not complete: {FORM}"])
        if parts.scheme == "smtp+plain" and parts.username:
            raise SettingMissing(
                ["smtp+plain:// would send the mail server's password in clear; write smtp:// or smtps://"]
            )
        return cls(
            parts.scheme,
            parts.hostname,
            port or _PORTS[parts.scheme],
            sender,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            query.get("ca", [None])[0],
        )

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    async def send(self, to: Sequence[str], subject: str, text: str) -> None:
        """Hand in one mail to all receivers.

        Raises:
            Unreachable: it was not taken; it may help to try again later.
        """
        import aiosmtplib

        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(to), " ".join(subject.split())
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(text)
        client = self._client()
        try:
            async with client:
                await client.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failed(error) from error

    async def check(self) -> None:
        """Connect, encrypt and log in; nothing is sent.

        Raises:
            Unreachable: it does not work.
        """
        import aiosmtplib

        try:
            async with self._client() as client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failed(error) from error

    def _client(self) -> aiosmtplib.SMTP:
        import aiosmtplib

        from engine.http.tls import TlsOptions, context

        plain = self.scheme == "smtp+plain"
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.scheme == "smtps",
            start_tls=self.scheme == "smtp",
            tls_context=None if plain else context(TlsOptions(ca=self.ca), "the mail server"),
            username=self.user or None,
            password=self.password or None,
            timeout=TIMEOUT,
        )

    def _failed(self, error: Exception) -> Unreachable:
        return Unreachable(f"the mail server {self.where}: {why(error)}", cause="mail", may_have_happened=False)
