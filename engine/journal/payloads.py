"""Payloads as text a person reads: bounded, and without secrets and named fields."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from engine.errors import Fault
from engine.formats.format import Undecodable
from engine.formats.json import dumps, loads
from engine.http.client import HttpReply, HttpRequest
from engine.redaction import STRUCK, Redactor

LIMIT = 64 * 1024
"""Bytes of one payload that are kept."""

_DECODED = 256 * 1024  # larger bodies are not decoded: it would hold the interpreter for too long
_TAKEN = 2 * LIMIT  # of those, so much is looked at, ...
_TAIL = 8 * 1024  # ... and so much of its end is not shown: a secret may have been cut in two there
_NODES = 10_000
_DEPTH = 60

# Headers and fields that are credentials whatever the integration says, in the spellings of all the systems.
_HEADER = re.compile(r"authori[sz]|cookie|token|secret|passw|api-?key|signature|session|wsse|credential", re.I)
_CREDENTIAL = (
    r"(?:access|refresh|session|security|bearer|auth|id)[_-]?token|client[_-]?secret|api[_-]?key|passw(?:or)?d|pwd"
)
_CREDENTIAL_KEY = re.compile(f"_*(?:{_CREDENTIAL})", re.I)

_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.I)

# Every pattern here takes time in proportion to the text, whatever the text: what begins to match never runs on to find
# that it does not match after all.
_RUN = re.compile(r"[^<>\"']+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.S)
_TOKEN = re.compile(_STRING.pattern + r"|[{}\[\]]", re.S)
_LITERAL = re.compile(r"[^\s,}\]]*")


def text(payload: Any, redactor: Redactor) -> str:
    """What was there at a measuring point, to be kept and shown."""
    if isinstance(payload, HttpRequest):
        first = f"{payload.method} {_struck(payload.url, redactor)}"
        return _cut(first, payload.headers, payload.content, redactor)
    if isinstance(payload, HttpReply):
        return _cut(f"HTTP {payload.status}", payload.headers.items(), payload.content, redactor)
    if isinstance(payload, (bytes, bytearray)):
        return _bounded_text(*_body(bytes(payload), "", redactor))
    return _bounded_text(_value(payload, redactor))


def _cut(first: str, headers: Iterable[tuple[str, str]], content: bytes, redactor: Redactor) -> str:
    lines, kind = [first], ""
    for name, value in headers:
        if name.lower() == "content-type":
            kind = value
        struck = name.lower() in redactor.fields or _HEADER.search(name)
        lines.append(f"{name}: {STRUCK if struck else _struck(value, redactor)}")
    head = "\n".join(lines)
    if not content:
        return _bounded_text(head)
    body, left = _body(content, kind, redactor)
    return _bounded_text(f"{head}\n\n{body}", left)


def _body(content: bytes, kind: str, redactor: Redactor) -> tuple[str, int]:
    """A body as text, and how many bytes of it are not in the text."""
    charset = _CHARSET.search(kind)
    whole = len(content) <= _DECODED
    taken = content if whole else content[:_TAKEN]
    try:
        decoded = taken.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        decoded = taken.decode("utf-8", "replace")
    if "\0" in decoded or decoded.count("\ufffd") > len(decoded) // 10:
        return f"({len(content):,} bytes that are no text)", 0
    if not whole:
        shown = _struck(decoded, redactor)[:-_TAIL]
        return shown, len(content) - len(shown.encode("utf-8", "replace"))
    if decoded.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        try:
            return _value(loads(decoded.lstrip("\ufeff")), redactor), 0
        except Undecodable:
            pass
    return _struck(decoded, redactor), 0


def _value(value: Any, redactor: Redactor) -> str:
    try:
        encoded = dumps(redactor.value(_Bounded(redactor).value(value, 0)))
    except Fault as fault:
        return f"({fault.message})"
    return redactor.text(encoded.decode("utf-8", "replace"))  # again: a secret may have been a number


class _Bounded:
    """Copies a value as far as it is worth showing, and without credentials."""

    def __init__(self, redactor: Redactor) -> None:
        self._left = _NODES
        self._redactor = redactor

    def value(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if depth > _DEPTH:
            return "…"
        if isinstance(value, dict):
            return self._object(value, depth)
        if isinstance(value, (list, tuple, set, frozenset)):
            elements: list[Any] = []
            for element in value:
                if self._left <= 0:
                    return [*elements, f"… {len(value) - len(elements):,} more"]
                elements.append(self.value(element, depth + 1))
            return elements
        if isinstance(value, str):
            return value if len(value) <= _TAKEN else self._redactor.text(value[:_TAKEN])[:-_TAIL] + "…"
        if isinstance(value, (bytes, bytearray)):
            return f"({len(value):,} bytes)"
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._object({field.name: getattr(value, field.name) for field in dataclasses.fields(value)}, depth)
        return value

    def _object(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, field in value.items():
            if self._left <= 0:
                fields["…"] = f"{len(value) - len(fields):,} more"
                break
            name = str(key)
            fields[name] = STRUCK if _CREDENTIAL_KEY.fullmatch(name) else self.value(field, depth + 1)
        return fields


def _struck(text: str, redactor: Redactor) -> str:
    """A text that is not (whole) JSON: without secrets, also escaped ones, and without named fields in any notation."""

    def unescaped(match: re.Match[str]) -> str:
        if "&" not in match[0]:
            return match[0]
        plain = html.unescape(match[0])
        struck = redactor.text(plain)
        return match[0] if struck == plain else html.escape(struck, quote=False)

    def unquoted(match: re.Match[str]) -> str:
        if "\\" not in match[0]:
            return match[0]
        try:
            plain = loads(match[0])
        except Undecodable:
            return match[0]
        struck = redactor.text(plain)
        return match[0] if struck == plain else dumps(struck).decode()

    json, elements, attributes, pairs = _patterns(redactor.fields)
    text = redactor.text(text)
    text = _RUN.sub(unescaped, text) if "&" in text else text
    text = _STRING.sub(unquoted, text) if "\\" in text else text
    text = elements.sub(rf"\1{STRUCK}\4", text)
    text = attributes.sub(rf'\1"{STRUCK}"', text)
    text = pairs.sub(rf"\1{STRUCK}", text)
    return _without_members(text, json)


def _without_members(text: str, named: re.Pattern[str]) -> str:
    """Text without the values of named JSON members, nested ones included, also where the text breaks off."""
    parts, position = [], 0
    while match := named.search(text, position):
        parts += [text[position : match.end()], f'"{STRUCK}"']
        position = _end(text, match.end())
    return "".join([*parts, text[position:]])


def _end(text: str, start: int) -> int:
    """Where the JSON value ends that begins here."""
    if text[start : start + 1] not in ("{", "[", '"'):
        literal = _LITERAL.match(text, start)
        return literal.end() if literal else start
    depth = 0
    for token in _TOKEN.finditer(text, start):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth <= 0:
            return token.end()
    return len(text)


@lru_cache(maxsize=64)
def _patterns(fields: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Named fields as JSON members, XML elements (also of XML inside a text), XML attributes, and pairs of forms and URLs."""
    names = f"_*(?:{'|'.join(sorted(map(re.escape, fields), key=len, reverse=True))}|{_CREDENTIAL})"
    prefix = r"(?:[\w.-]+:)?"
    begin, end = "(?:<|&lt;)", "(?:>|&gt;)"
    return (
        re.compile(rf'"{names}"\s*:\s*', re.I),
        re.compile(
            rf"({begin}({prefix}{names})(\s(?:[^<>&]|&(?!gt;))*)?(?<!/){end}).*?({begin}/\2\s*{end}|\Z)", re.I | re.S
        ),
        re.compile(rf"(\s{prefix}{names}\s*=\s*)(?:\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))", re.I),
        re.compile(rf"((?:(?<![\w-])|(?<=%5B)){names}(?:\]|%5D)?=)(?!\")[^&\s<>\"']*", re.I),
    )


def _bounded_text(text: str, left: int = 0) -> str:
    encoded = text.encode("utf-8", "replace")
    if len(encoded) > LIMIT:
        left += len(encoded) - LIMIT
        encoded = encoded[:LIMIT]
    kept = encoded.decode("utf-8", "ignore")
    return f"{kept}\n… {left:,} bytes more" if left else kept
