"""Mails handed in to a real SMTP server: encrypted, with a login, and what is said when it does not work."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import SettingMissing, Unreachable
from engine.notices.mail_server import MailServer
from tests.fakes.certificates import authority
from tests.mail_server import mail_server

TO = ["ops@example.com", "erp@example.com"]


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_a_mail_goes_to_all_receivers_encrypted_and_with_a_login(tmp_path: Path, encryption: str) -> None:
    with mail_server(authority(tmp_path), encryption) as mails:
        await MailServer.of(mails.url).send(TO, "3 records\nneed a person", "Müller & Søn: 12 €\n")

    (message,) = mails.taken
    assert mails.receivers == [TO]
    assert (message["from"], message["to"], message["subject"]) == (
        "engine@example.com",
        "ops@example.com, erp@example.com",
        "3 records need a person",
    )
    assert message.get_content().replace("\r\n", "\n") == "Müller & Søn: 12 €\n"
    assert message["auto-submitted"] == "auto-generated"


async def test_a_server_without_encryption_is_used_where_it_is_asked_for() -> None:
    with mail_server() as mails:
        await MailServer.of(mails.url).send(TO, "hello", "text")
    assert len(mails.taken) == 1


async def test_encryption_is_not_given_up_because_a_server_has_none() -> None:
    with mail_server() as mails:
        with pytest.raises(Unreachable, match="STARTTLS"):
            await MailServer.of(mails.url.replace("smtp+plain", "smtp")).send(TO, "hello", "text")
    assert mails.taken == []


async def test_a_server_nobody_vouches_for_is_not_used(tmp_path: Path) -> None:
    with mail_server(authority(tmp_path)) as mails:
        with pytest.raises(Unreachable, match="certificate verify failed"):
            await MailServer.of(mails.url.partition("&")[0]).send(TO, "hello", "text")
    assert mails.taken == []


async def test_a_wrong_password_and_a_refusal_are_told_in_the_servers_words(tmp_path: Path) -> None:
    with mail_server(authority(tmp_path)) as mails:
        with pytest.raises(Unreachable, match="535"):
            await MailServer.of(mails.url.replace("mail%3A", "other")).check()
        await MailServer.of(mails.url).check()
        mails.refuse = "452 mailbox full"
        with pytest.raises(Unreachable, match="mailbox full"):
            await MailServer.of(mails.url).send(TO, "hello", "text")


async def test_a_server_that_is_away_is_told_with_its_address() -> None:
    with mail_server() as mails:
        server = MailServer.of(mails.url)
    with pytest.raises(Unreachable, match=f"the mail server {server.where}: "):
        await server.send(TO, "hello", "text")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "smtp://mail.example.com",
        "smtp://?from=a@b.example",
        "http://mail.example.com?from=a@b.example",
        "smtp://mail.example.com:99999?from=a@b.example",
        "smtp://mail.example.com?from=a@b.example&tls=off",
    ],
)
def test_an_address_that_is_not_complete_is_told(url: str) -> None:
    with pytest.raises(SettingMissing, match="write smtp://user:password@"):
        MailServer.of(url)


def test_a_password_is_never_sent_in_clear_nor_shown() -> None:
    with pytest.raises(SettingMissing, match="in clear"):
        MailServer.of("smtp+plain://user:secret@mail.example.com?from=a@b.example")
    assert "secret" not in repr(MailServer.of("smtp://user:secret@mail.example.com?from=a@b.example"))
