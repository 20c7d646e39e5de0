"""Form fields: `a=1&b=2`; nested values as `a[b]=1`, lists as repeated keys."""

from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from engine.errors import Fault
from engine.expression.operations import printed
from engine.formats.format import Format, Undecodable, text_of


class Form(Format):
    """application/x-www-form-urlencoded; null leaves a field out, a list repeats it, an object nests as `a[b]`."""

    noun = "the form format"
    content_type = "application/x-www-form-urlencoded"

    type: Literal["form"] = "form"

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, dict):
            raise Fault("a form is an object of fields", value)
        try:
            return urlencode([pair for key, field in value.items() for pair in _pairs(key, field)]).encode()
        except UnicodeEncodeError:
            raise Fault("a field holds half a character", value) from None

    def decode(self, content: bytes, charset: str) -> Any:
        fields: dict[str, Any] = {}
        try:
            pairs = parse_qsl(text_of(content, charset), keep_blank_values=True, errors="strict")
        except ValueError as error:
            raise Undecodable(f"it is no form: {error}") from None
        for key, value in pairs:
            if key not in fields:
                fields[key] = value
            elif isinstance(fields[key], list):
                fields[key].append(value)
            else:
                fields[key] = [fields[key], value]
        return fields


def _pairs(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, field in value.items():
            yield from _pairs(f"{key}[{inner}]", field)
    elif isinstance(value, list):
        for element in value:
            yield from _pairs(key, element)
    elif value is not None:
        yield key, printed(value)
