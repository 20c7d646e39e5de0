"""What every kind of credentials gives, whatever shows them to the other side."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from engine.errors import Fault, MappingError, SettingMissing
from engine.expression.operations import printed
from engine.mapping import Node, evaluate
from engine.parts.fields import Value
from engine.parts.part import Part


@dataclass(frozen=True)
class Shown:
    """Who we are, and one proof of it.

    Attributes:
        password: None where a key proves it.
        key: the private key itself (PEM or OpenSSH), None where a password proves it.
        passphrase: of the key, None if it has none.
    """

    user: str
    password: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)


class Credentials(Part):
    """Who we are, and how we prove it."""

    noun = "credentials"

    username: Annotated[Value, Field(description="the user", examples=["=settings.user"])]

    @abstractmethod
    def shown(self, scope: Mapping[str, Any], owner: str) -> Shown:
        """With the settings in place.

        Args:
            owner: `integration.connection`, for messages.

        Raises:
            SettingMissing: one is missing or does not fit.
        """


def text_of(node: Node, scope: Mapping[str, Any], owner: str, key: str) -> str:
    """A value over settings as text.

    Raises:
        SettingMissing: it is null, empty, or no text.
    """
    try:
        value = evaluate(node, scope)
        text = "" if value is None else printed(value)
    except (MappingError, Fault) as error:
        raise SettingMissing([f"{owner}: `auth.{key}`: {error.message}"]) from None
    if not text:
        raise SettingMissing([f"{owner}: `auth.{key}` is empty"])
    return text
