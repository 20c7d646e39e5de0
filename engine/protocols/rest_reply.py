"""Reading a reply: by its Content-Type as a value, and a refusal in the other side's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.errors import MappingError, Refused, Unreachable
from engine.expression.operations import truth
from engine.formats.form import Form
from engine.formats.format import Format, Undecodable, text_of
from engine.formats.json import Json
from engine.formats.jsonapi import JsonApi
from engine.formats.text import TextFormat
from engine.formats.xml import Xml
from engine.http.client import HttpReply
from engine.mapping import Node, evaluate
from engine.parts.policies import ErrorRule

EXCERPT = 200
_TEMPORARY = frozenset({408, 425, 429})


def decoded(reply: HttpReply, wanted: Format, *, strict: bool, where: str) -> Any:
    """The body as a value.

    Args:
        wanted: the endpoint's format; its options count where the Content-Type is of its kind.
        strict: whether a body that is not what it should be is an error; of refusals, any text will do.

    Raises:
        Unreachable: (strict) it is HTML, cut off, or of another kind than its Content-Type says.
    """
    if not reply.content.strip():
        return None
    kind, charset = _content_type(reply.headers.get("content-type", ""))
    reader = _reader(kind, wanted)
    try:
        if reader is None:
            raise Undecodable(f"its Content-Type is {kind}")
        return reader.decode(reply.content, charset)
    except Undecodable as error:
        text = _excerpt(reply.content, charset)
        if not strict:
            return text
        raise Unreachable(
            f"{where} answered {reply.status}, but its body cannot be read: {error}; it begins: {text!r}",
            cause="garbage",
            may_have_happened=True,
        ) from None


@lru_cache(maxsize=256)
def _content_type(header: str) -> tuple[str, str]:
    kind, _, parameters = header.partition(";")
    charset = re.search(r'charset="?([^";\s]+)', parameters, re.IGNORECASE)
    return kind.strip().lower(), charset[1] if charset else ""


def _reader(kind: str, wanted: Format) -> Format | None:
    """Who reads a body; text where text was not asked for is read by nobody, rather than as a wrong value."""
    if kind == "application/vnd.api+json":
        return wanted if isinstance(wanted, (JsonApi, Json)) else JsonApi(type="jsonapi")
    if kind == "application/json" or kind.endswith("+json") or kind == "text/json":
        return wanted if isinstance(wanted, (JsonApi, Json)) else Json(type="json")
    if kind in ("application/xml", "text/xml") or (kind.endswith("+xml") and kind != "application/xhtml+xml"):
        return wanted if isinstance(wanted, Xml) else Xml(type="xml")
    if kind == "application/x-www-form-urlencoded":
        return Form(type="form")
    if not kind:
        return wanted
    return wanted if isinstance(wanted, TextFormat) and kind.startswith("text/") else None


def refusal(rule: ErrorRule | None, scope: Mapping[str, Any], reply: HttpReply, wait: float | None) -> Refused:
    """A no, in the other side's words; where the rule fails or gives nothing, status and the first 200 characters."""
    words = _said(rule.text if rule else None, scope) or _default_words(scope, reply)
    code = _said(rule.code if rule else None, scope)
    return Refused(words, code=code, temporary=_temporary(rule, scope), status=reply.status, retry_after=wait)


def _default_words(scope: Mapping[str, Any], reply: HttpReply) -> str:
    charset = _content_type(reply.headers.get("content-type", ""))[1]
    text = _excerpt(reply.content, charset)
    return f"status {reply.status}: {text}" if text else f"status {reply.status}"


def _said(node: Node | None, scope: Mapping[str, Any]) -> str:
    if node is None:
        return ""
    try:
        value = evaluate(node, scope)
    except MappingError:
        return ""
    if isinstance(value, list):
        return "; ".join(str(element) for element in value if isinstance(element, (str, int, Decimal)))
    return str(value) if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool) else ""


def _temporary(rule: ErrorRule | None, scope: Mapping[str, Any]) -> bool:
    status = scope["status"]
    default = status in _TEMPORARY or status >= 500
    if rule is None or rule.temporary is None:
        return bool(default)
    try:
        return truth(rule.temporary.compiled(scope))
    except MappingError:
        return bool(default)


def _excerpt(content: bytes, charset: str) -> str:
    try:
        text = text_of(content[: EXCERPT * 4], charset)
    except Undecodable:
        text = content[: EXCERPT * 4].decode("latin-1")
    return " ".join(text.split())[:EXCERPT]
