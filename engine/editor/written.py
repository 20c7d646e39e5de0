"""Values of examples as an integrator would write them in YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_WIDTH = 90
_PLAIN = re.compile(r"[A-Za-z0-9_/$=<.(*+~^][^\n\t\"'\\]*")
_OTHER_TYPE = re.compile(r"null|true|false|~|[-+.]?\d[\d_.eE+-]*|\d{4}-\d\d-\d\d.*|=|<<")


def entry(key: str, value: Any) -> str:
    """`key: value`, in flow style where it fits on a line, else in lines below."""
    return "\n".join(_entry(key, value, _WIDTH))


def _entry(key: str, value: Any, width: int) -> Iterator[str]:
    """A list stands two blanks deeper than its key, as a mapping does."""
    line = f"{_scalar(key, flow=False)}: {_line(value)}"
    if not isinstance(value, (dict, list)) or not value or len(line) <= width:
        yield line
        return
    yield f"{_scalar(key, flow=False)}:"
    yield from (f"  {inner}" for inner in _block(value, width - 2))


def _block(value: dict[str, Any] | list[Any], width: int) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner, width)
        return
    for element in value:
        if not isinstance(element, dict) or len(_line(element)) <= width - 2:
            yield f"- {_line(element)}"
            continue
        for number, line in enumerate(_block(element, width - 2)):
            yield f"{'  ' if number else '- '}{line}"


def _line(value: Any) -> str:
    """A value on one line; a scalar by itself needs fewer quotes than one in brackets."""
    return _flow(value) if isinstance(value, (dict, list)) else _scalar(value, flow=False)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key, flow=True)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value, flow=True)


def _scalar(value: Any, *, flow: bool) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and not _OTHER_TYPE.fullmatch(value) and value == value.strip()
    if not plain or ": " in value or " #" in value or value.endswith(":") or (flow and re.search(r"[,\[\]{}]", value)):
        return json.dumps(value, ensure_ascii=False)
    return value
