"""What every format can do."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from engine.parts.part import Part


class Undecodable(Exception):
    """A body that is not what its Content-Type says."""


class Format(Part):
    """How a body is written and read."""

    noun = "a format"
    content_type: ClassVar[str]

    @abstractmethod
    def encode(self, value: Any) -> bytes:
        """A value as a body.

        Raises:
            Fault: the value has no form in this format.
        """

    @abstractmethod
    def decode(self, content: bytes, charset: str) -> Any:
        """A body as a value.

        Raises:
            Undecodable: it is not in this format.
        """


def text_of(content: bytes, charset: str) -> str:
    """A body as text.

    Raises:
        Undecodable: it is not in that charset, or there is no such charset.
    """
    try:
        return content.decode(charset or "utf-8")
    except (ValueError, LookupError) as error:
        raise Undecodable(f"it is not {charset or 'UTF-8'} text") from error
