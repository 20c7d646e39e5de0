"""User and private key, as SSH knows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.credentials.credentials import Credentials, Shown, text_of
from engine.errors import SettingMissing
from engine.parts.fields import Value


class SshKey(Credentials):
    """A private key: `{type: ssh_key, username: =settings.ssh_user, key: =settings.ssh_key}`."""

    noun = "ssh_key auth"

    type: Literal["ssh_key"]
    key: Annotated[
        Value,
        Field(
            description="the private key from a secret setting, or the path of its file", examples=["=settings.ssh_key"]
        ),
    ]
    passphrase: Annotated[
        Value | None, Field(description="of the key, from a secret setting", examples=["=settings.ssh_passphrase"])
    ] = None

    def shown(self, scope: Mapping[str, Any], owner: str) -> Shown:
        key = text_of(self.key, scope, owner, "key")
        passphrase = None if self.passphrase is None else text_of(self.passphrase, scope, owner, "passphrase")
        return Shown(text_of(self.username, scope, owner, "username"), key=_read(key, owner), passphrase=passphrase)


def _read(key: str, owner: str) -> str:
    """The key itself, or that in a file."""
    if "PRIVATE KEY" in key:
        return key
    try:
        return Path(key).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise SettingMissing([f"{owner}: `auth.key`: the file cannot be read: {why}"]) from None
