"""The pieces of a request: path, parameters, headers, each encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from engine.errors import Fault, MappingError
from engine.expression.operations import printed
from engine.http.headers import Headers

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def fill_path(path: str, values: Mapping[str, Any]) -> str:
    """A path with its placeholders filled, percent-encoded.

    Raises:
        MappingError: a value is missing, null, empty, or no text.
    """
    return _PLACEHOLDER.sub(lambda match: _segment(match[1], values.get(match[1])), path) if "{" in path else path


def _segment(name: str, value: Any) -> str:
    if value is None or value == "":
        raise MappingError(f"the path's {{{name}}} is {'null' if value is None else 'empty'}", None, f"path.{name}")
    encoded = _quoted(f"path.{name}", value)
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
        for element in value if isinstance(value, list) else (value,):
            if element is not None:
                pairs.append((key, _quoted(f"query.{name}", element)))
    return pairs


def put_headers(headers: Headers, values: Mapping[str, Any]) -> None:
    """Set headers; null removes one.

    Raises:
        MappingError: a value holds a line break, or is a list or an object.
    """
    for name, value in values.items():
        if value is None:
            headers.drop(name)
        else:
            headers.put(name, _text(f"headers.{name}", value))


@lru_cache(maxsize=1024)
def _encoded_name(name: str) -> str:
    return quote(name, safe="$[]")


def _quoted(target: str, value: Any) -> str:
    try:
        return _encoded(_text(target, value))
    except UnicodeEncodeError:
        raise MappingError("this text holds half a character", None, target) from None


@lru_cache(maxsize=4096)
def _encoded(text: str) -> str:
    return quote(text, safe="")


def _text(target: str, value: Any) -> str:
    if type(value) is str:
        return value
    try:
        return printed(value)
    except Fault as fault:
        raise MappingError(fault.message, None, target) from None
