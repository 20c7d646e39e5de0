"""The pieces of a request: path, parameters, headers, each encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from engine.errors import Fault, MappingError
from engine.expression.operations import printed

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill_path(path: str, values: Mapping[str, Any]) -> str:
    """A path with its placeholders filled, percent-encoded.

    Raises:
        MappingError: a value is null, empty, or no text.
    """
    if not values:
        return path
    return _PLACEHOLDER.sub(lambda match: _segment(match[1], values.get(match[1])), path)


def _segment(name: str, value: Any) -> str:
    if value is None or value == "":
        raise MappingError(f"the path's {{{name}}} is {'null' if value is None else 'empty'}", None, f"path.{name}")
    encoded = quote(_text(f"path.{name}", value), safe="")
    return encoded.replace(".", "%2E") if encoded in (".", "..") else encoded


def encode_query(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters as encoded pairs: null leaves one out, a list repeats it.

    Raises:
        MappingError: a value is an object, or a list inside a list.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if value is None:
            continue
        key = _encoded_name(name)
        if isinstance(value, list):
            pairs.extend(
                (key, quote(_text(f"query.{name}", element), safe="")) for element in value if element is not None
            )
        else:
            pairs.append((key, quote(value if type(value) is str else _text(f"query.{name}", value), safe="")))
    return pairs


def header_text(name: str, value: Any) -> str:
    """A header's value as text on one line.

    Raises:
        MappingError: it holds a line break, or is a list or an object.
    """
    text = _text(f"headers.{name}", value)
    if any(mark in text for mark in "\r\n\0"):
        raise MappingError(f"the header {name} holds a line break", None, f"headers.{name}")
    return text


@lru_cache(maxsize=1024)
def _encoded_name(name: str) -> str:
    return quote(name, safe="$[]")


def _text(target: str, value: Any) -> str:
    try:
        return printed(value)
    except Fault as fault:
        raise MappingError(fault.message, None, target) from None
