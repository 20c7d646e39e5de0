"""JSON with exact numbers: what an ERP wrote as `412.50000000` leaves us as `412.50000000`.

msgspec is imported when JSON is first read or written: what only checks files does neither.
"""

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import Fault
from engine.formats.format import Format, Undecodable, text_of

if TYPE_CHECKING:
    from msgspec.json import Decoder, Encoder


class Json(Format):
    """JSON; numbers are read as whole numbers or exact decimals, and written digit for digit."""

    noun = "the JSON format"
    content_type = "application/json"

    type: Literal["json"] = "json"

    def encode(self, value: Any) -> bytes:
        return dumps(value)

    def decode(self, content: bytes, charset: str) -> Any:
        return read(content, charset)


def read(content: bytes, charset: str) -> Any:
    """A value from JSON that came with a charset.

    Raises:
        Undecodable: it is no JSON.
    """
    if charset.lower() in ("", "utf-8", "utf8", "us-ascii", "ascii"):
        return loads(content)
    return loads(text_of(content, charset).removeprefix("\ufeff"))


def loads(content: bytes | str) -> Any:
    """A value from JSON.

    Raises:
        Undecodable: it is no JSON.
    """
    try:
        return _decoder().decode(content.removeprefix(b"\xef\xbb\xbf") if isinstance(content, bytes) else content)
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise Undecodable(f"it is no JSON: {error}") from None


def indented(value: Any) -> str:
    """A value as JSON on several lines, numbers digit for digit.

    Raises:
        Fault: it holds something JSON does not have.
    """
    from msgspec.json import format

    return format(dumps(value), indent=2).decode()


def dumps(value: Any) -> bytes:
    """A value as JSON.

    Raises:
        Fault: it holds something JSON does not have.
    """
    try:
        return _encoder().encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault(f"this cannot be written as JSON: {error}") from None


@cache
def _decoder() -> "Decoder[Any]":
    from msgspec.json import Decoder

    return Decoder(float_hook=Decimal)


@cache
def _encoder() -> "Encoder":
    from msgspec.json import Encoder

    return Encoder(decimal_format="number")
