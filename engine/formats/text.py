"""Plain text."""

from typing import Any, Literal

from engine.errors import Fault
from engine.expression.operations import printed
from engine.formats.format import Format, text_of


class TextFormat(Format):
    """A body that is one text."""

    noun = "the text format"
    content_type = "text/plain; charset=utf-8"

    type: Literal["text"] = "text"

    def encode(self, value: Any) -> bytes:
        try:
            return printed(value).encode()
        except UnicodeEncodeError:
            raise Fault("this text holds half a character", value) from None

    def decode(self, content: bytes, charset: str) -> Any:
        return text_of(content, charset)
