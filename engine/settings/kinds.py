"""The types a setting may have: text from the environment, or a value of a settings file, read as each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import urlsplit

from engine.parts import scalars

_T = TypeVar("_T", list[Any], dict[str, Any])
_DATABASE = re.compile(r"(postgresql|mysql|mariadb|mssql|oracle|sqlite)(\+\w+)?")
_CRON = re.compile(r"(\*|\w+(-\w+)?)(/\d+)?(,(\*|\w+(-\w+)?)(/\d+)?)*")


def typed(kind: str, value: Any, choices: tuple[str, ...] = ()) -> Any:
    """A value in the type of its setting; text from the environment is read, `a,b` as a list, JSON as a map.

    Raises:
        PydanticCustomError: it does not fit; with a remedy.
    """
    if value == "" and kind not in ("text", "secret"):
        return None
    if kind == "secret" and not isinstance(value, str):
        raise scalars.wrong("text is wanted here", "write it in quotes")
    found = _KINDS[kind](value)
    for one in found if isinstance(found, list) else [found]:
        if choices and str(one) not in choices:
            shown = "this" if kind == "secret" else f'"{one}"'
            raise scalars.wrong(f"{shown} is not among the choices", f"one of: {', '.join(choices)}")
    return found


def _url(value: Any) -> str:
    text = scalars.text(value)
    if not _is_address(text):
        raise scalars.wrong("this is no address", "write one such as https://erp.example.com")
    if "@" in urlsplit(text).netloc:
        raise scalars.wrong("an address holds no user or password", "set them by settings of their own")
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    try:
        found = urlsplit(text)
        known = found.scheme in ("http", "https") or _DATABASE.fullmatch(found.scheme) is not None
        placed = bool(found.hostname) or found.scheme.startswith("sqlite")  # a file has no host
        return known and placed and found.port != 0 and not re.search(r"\s", text)
    except ValueError:
        return False


def _number(value: Any) -> int | Decimal:
    try:
        number = (
            value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else Decimal(scalars.text(value))
        )
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(number, Decimal) and not number.is_finite():
        raise scalars.wrong("this is no number", "write one such as 4.5")
    return number


def _duration(value: Any) -> str:
    scalars.duration(value)
    return str(value)


def _cron(value: Any) -> str:
    text = scalars.text(value)
    fields = text.split()
    if len(fields) != 5 or not all(_CRON.fullmatch(field) for field in fields):
        raise scalars.wrong("this is no cron expression", 'write five fields, such as "0 3 * * *"')
    return text


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    text = scalars.text(value).strip()
    if text.startswith("["):
        return _json(text, list)
    return [part.strip() for part in text.split(",") if part.strip()]


def _map(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    text = scalars.text(value).strip()
    if text.startswith("{"):
        return _json(text, dict)
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(equals for _, equals, _ in pairs):
        raise scalars.wrong("this is no map", 'write each=EA,box=BX, or JSON such as {"each": "EA"}')
    return {key.strip(): inner.strip() for key, _, inner in pairs}


def _json(text: str, kind: type[_T]) -> _T:
    found: Any
    try:
        found = json.loads(text, parse_float=Decimal)
    except ValueError:
        found = None
    if not isinstance(found, kind):
        raise scalars.wrong("this is no JSON", "check its quotes and brackets")
    return found


def _emails(value: Any) -> list[str]:
    found = [scalars.text(address) for address in _list(value)]
    for address in found:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            raise scalars.wrong(f'"{address}" is no e-mail address', "write name@example.com, several with commas")
    return found


def _networks(value: Any) -> list[str]:
    return [scalars.network(part) for part in _list(value)]


_WORD: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_ADDRESS: dict[str, Any] = {"type": "string", "pattern": "^[a-z]+(\\+[a-z0-9]+)?://"}
_LIST: dict[str, Any] = {"type": "array"}

WRITTEN: dict[str, tuple[dict[str, Any], ...]] = {
    "text": (_WORD,),
    "secret": (_WORD,),
    "url": (_ADDRESS,),
    "integer": ({"type": "integer"}, {"type": "string", "pattern": r"^-?\d+$"}),
    "number": ({"type": "number"}, {"type": "string", "pattern": r"^-?[\d.]+$"}),
    "boolean": ({"type": "boolean"},),
    "duration": ({"type": "string", "pattern": scalars.DURATION},),
    "zone": ({"type": "string"},),
    "cron": ({"type": "string"},),
    "list": (_LIST, _WORD),
    "emails": (_LIST, {"type": "string", "pattern": "@"}),
    "networks": (_LIST, {"type": "string"}),
    "map": ({"type": "object"}, {"type": "string", "pattern": "[={]"}),
}
"""How a default of each type may be written, as JSON Schemas for editors."""

_KINDS: dict[str, Callable[[Any], Any]] = {
    "text": scalars.text,
    "secret": scalars.text,
    "url": _url,
    "integer": scalars.whole,
    "number": _number,
    "boolean": scalars.flag,
    "duration": _duration,
    "zone": scalars.zone,
    "cron": _cron,
    "list": _list,
    "emails": _emails,
    "networks": _networks,
    "map": _map,
}
