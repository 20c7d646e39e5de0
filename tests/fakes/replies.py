"""Answers as bytes: JSON in which a Decimal keeps every digit it was given, and plain XML."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from starlette.responses import Response


def written(value: object) -> bytes:
    """`value` as JSON. Decimal("412.50000000") stays 412.50000000; a datetime becomes ISO text."""
    return _text(value).encode()


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return json.dumps(value.isoformat())
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(_text(item) for item in value) + "]"
    return json.dumps(value)


class Json(Response):
    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return written(content)


def xml(root: str, value: object) -> bytes:
    """`value` as elements under `root`; list entries are called `Item`."""
    return f'<?xml version="1.0" encoding="utf-8"?>{_element(root, value)}'.encode()


def _element(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(str(key), item) for key, item in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inner = "".join(_element("Item", item) for item in value)
    else:
        inner = "" if value is None else escape(str(value))
    return f"<{name}>{inner}</{name}>"
