"""A real SMTP server (aiosmtpd) on a loopback port: STARTTLS or TLS, a login, and it can be away."""

from __future__ import annotations

import asyncio
import email
import email.policy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Thread
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.fakes.certificates import Authority

USER, PASSWORD = "engine", "mail:pass/word"


@dataclass
class Mails:
    """What was handed in. `refuse` is an SMTP reply in place of taking a mail."""

    url: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.receivers.append(envelope.rcpt_tos)
        return "250 taken"


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(tls: Authority | None = None, encryption: str = "starttls") -> Iterator[Mails]:
    """Serve in a thread; `encryption` is `starttls`, `tls`, or none without `tls`. `url` is what the engine is given."""
    mails = Mails()
    context = tls.server_context() if tls else None
    starttls = context if encryption == "starttls" else None

    def protocol() -> SMTP:
        with warnings.catch_warnings():  # TLS from the start is no TLS to it
            warnings.simplefilter("ignore")
            return made()

    def made() -> SMTP:
        return SMTP(
            mails,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=_authenticate if tls else None,
            auth_required=tls is not None,
            auth_require_tls=starttls is not None,
            loop=loop,
        )

    implicit = context if encryption == "tls" else None
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.run_coroutine_threadsafe(loop.create_server(protocol, "127.0.0.1", 0, ssl=implicit), loop)
    server = starting.result(60)
    try:
        scheme = ("smtp" if starttls else "smtps") if tls else "smtp+plain"
        login = f"{USER}:{quote(PASSWORD, safe='')}@" if tls else ""
        ca = f"&ca={tls.ca_file}" if tls else ""
        mails.url = f"{scheme}://{login}127.0.0.1:{server.sockets[0].getsockname()[1]}?from=engine@example.com{ca}"
        yield mails
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
