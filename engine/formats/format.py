"""What every format can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import Fault
from engine.parts.part import Part


class Undecodable(Exception):
    """A body that is not what its Content-Type says."""


@dataclass(frozen=True)
class No:
    """What the other side said no with, where a format has a way of its own to say it (a SOAP fault).

    Attributes:
        temporary: whether a repeat may help.
    """

    text: str
    code: str
    temporary: bool


class Codec(ABC):
    """How the bodies of a call are written and read."""

    content_type: ClassVar[str]
    needs_body: ClassVar[bool] = False
    """Whether a request has a body also where there is nothing to say (an envelope)."""
    needs_reply: ClassVar[bool] = False
    """Whether a reply has a body also where there is nothing to say."""

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

    def encode_with(self, value: Any, blocks: Sequence[Any]) -> bytes:
        """A value as a body whose envelope carries header blocks (XML elements).

        Raises:
            Fault: the value has no form in this format, or the format has no envelope.
        """
        if blocks:
            raise Fault("there is no envelope for what its auth adds; username_token is for soap connections")
        return self.encode(value)

    def carries(self, content: bytes) -> bool:
        """Whether a request's body is one of this operation, where several share an address (SOAP)."""
        return True

    def said_no(self, reply: Any) -> No | None:
        """The refusal that a decoded reply is; None where only status and rules tell."""
        return None

    @property
    def other_side(self) -> "Codec":
        """How the other side does it, who reads requests and writes replies; most formats are the same both ways."""
        return self


class Format(Part, Codec):
    """A format that is chosen in the file."""

    noun = "a format"
    content_type: ClassVar[str]


def text_of(content: bytes, charset: str) -> str:
    """A body as text.

    Raises:
        Undecodable: it is not in that charset, or there is no such charset.
    """
    try:
        return content.decode(charset or "utf-8")
    except (ValueError, LookupError) as error:
        raise Undecodable(f"it is not {charset or 'UTF-8'} text") from error
