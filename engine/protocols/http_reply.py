"""Reading a reply: by its Content-Type as a value, and a refusal in the other side's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from engine.calls import Reply
from engine.errors import Fault, MappingError, Refused, Unreachable
from engine.expression.operations import printed, truth
from engine.formats.form import Form
from engine.formats.format import Codec, No, Undecodable
from engine.formats.json import Json
from engine.formats.jsonapi import JsonApi
from engine.formats.text import TextFormat
from engine.formats.xml import Xml
from engine.http.client import HttpReply, retry_after
from engine.mapping import Node, evaluate
from engine.parts.policies import ErrorRule
from engine.protocols.http_endpoint import ReadyEndpoint

EXCERPT = 200
LONGEST = 2000
_EMPTY = (HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)
_TEMPORARY = frozenset({408, 425, 429})


def read(endpoint: ReadyEndpoint, answer: HttpReply, settings: Mapping[str, Any]) -> Reply:
    """What was answered, as a Reply if it is a yes.

    Raises:
        Refused: by the status or by `success`; in the other side's words.
        Unreachable: the body is HTML, cut off, missing, or of another kind than its Content-Type says.
    """
    headers = {name.replace("-", "_"): value for name, value in answer.headers.items()}
    has_records = endpoint.endpoint.records is not None
    if answer.status in endpoint.operation.absent:
        return Reply(answer.status, headers, None, [] if has_records else None)
    problem = ""
    codec = endpoint.operation.codec
    try:
        body = decoded(answer, codec)
    except Undecodable as error:
        body, problem = _excerpt(answer), str(error)
    scope = {**settings, "reply": body, "status": answer.status, "headers": headers}
    accepted = endpoint.accepts(scope)
    is_silent = codec.needs_reply and not answer.content.strip() and answer.status not in _EMPTY
    if is_silent or (body is None and has_records and answer.status != HTTPStatus.NO_CONTENT):
        problem = "it is empty"
    if problem and (accepted or answer.status < 300):
        begins = f"; it begins: {body!r}" if body else ""
        words = f"{endpoint.where} answered {answer.status}, but its body cannot be read: {problem}{begins}"
        raise Unreachable(words, cause="garbage", may_have_happened=True)
    if not accepted:
        raise refusal(endpoint.error, scope, answer, codec.said_no(body))
    return Reply(answer.status, headers, body, endpoint.records(scope))


def decoded(reply: HttpReply, wanted: Codec) -> Any:
    """The body as a value, null if it is empty.

    Args:
        wanted: the endpoint's format; its options count where the Content-Type is of its kind.

    Raises:
        Undecodable: it is HTML, cut off, or of another kind than its Content-Type says.
    """
    if not reply.content.strip():
        return None
    kind, charset = _content_type(reply.headers.get("content-type", ""))
    reader = reader_of(kind, wanted)
    if reader is None:
        raise Undecodable(f"its Content-Type is {kind}")
    return reader.decode(reply.content, charset)


@lru_cache(maxsize=256)
def _content_type(header: str) -> tuple[str, str]:
    kind, _, parameters = header.partition(";")
    charset = re.search(r'charset="?([^";\s]+)', parameters, re.IGNORECASE)
    return kind.strip().lower(), charset[1] if charset else ""


def reader_of(kind: str, wanted: Codec) -> Codec | None:
    """Who reads a body of a Content-Type; text where text was not asked for is read by nobody, rather than as a wrong value."""
    if kind == "application/vnd.api+json":
        return wanted if isinstance(wanted, (JsonApi, Json)) else JsonApi(type="jsonapi")
    if kind == "application/json" or kind.endswith("+json") or kind == "text/json":
        return wanted if isinstance(wanted, (JsonApi, Json)) else Json(type="json")
    if _is_xml(kind):
        return wanted if _is_xml(_content_type(wanted.content_type)[0]) else Xml(type="xml")
    if kind == "application/x-www-form-urlencoded":
        return Form(type="form")
    if not kind:
        return wanted
    is_text = kind.startswith("text/") and kind != "text/html"
    return wanted if is_text and isinstance(wanted, TextFormat) else None


def _is_xml(kind: str) -> bool:
    return kind in ("application/xml", "text/xml") or (kind.endswith("+xml") and kind != "application/xhtml+xml")


def refusal(rule: ErrorRule | None, scope: Mapping[str, Any], reply: HttpReply, no: No | None = None) -> Refused:
    """A no, in the other side's words; where the rule fails or gives nothing, status and the first 200 characters.

    Args:
        no: what the format itself makes of the reply; the rule wins.
    """
    words = _said(rule.text if rule else None, scope) or (no and _tidy(no.text, LONGEST)) or _default_words(reply)
    code = _said(rule.code if rule else None, scope) or (no.code if no else "")
    wait = retry_after(reply.headers)
    return Refused(words, code=code, temporary=_temporary(rule, scope, no), status=reply.status, retry_after=wait)


def _default_words(reply: HttpReply) -> str:
    text = _excerpt(reply)
    return f"status {reply.status}: {text}" if text else f"status {reply.status}"


def _said(node: Node | None, scope: Mapping[str, Any]) -> str:
    if node is None:
        return ""
    try:
        value = evaluate(node, scope)
    except MappingError:
        return ""
    said = [_word(element) for element in (value if isinstance(value, list) else [value])]
    return _tidy("; ".join(word for word in said if word), LONGEST)


def _word(value: Any) -> str:
    """What a rule found, as text; objects and booleans say nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return ""
    try:
        return printed(value)
    except Fault:
        return ""


def _temporary(rule: ErrorRule | None, scope: Mapping[str, Any], no: No | None) -> bool:
    status = scope["status"]
    default = no.temporary if no else status in _TEMPORARY or status >= 500
    if rule is None or rule.temporary is None:
        return bool(default)
    try:
        said = rule.temporary.compiled(scope)
    except MappingError:
        said = None
    return bool(default) if said is None else truth(said)


def _excerpt(reply: HttpReply) -> str:
    """How a body begins, whatever it is."""
    charset = _content_type(reply.headers.get("content-type", ""))[1]
    begin = reply.content[: EXCERPT * 4]
    try:
        text = begin.decode(charset or "utf-8", "replace")
    except (ValueError, LookupError):
        text = begin.decode("latin-1")
    return _tidy(text, EXCERPT)


def _tidy(text: str, length: int) -> str:
    """Text on one line, without what would steer a terminal."""
    line = " ".join(text[: length * 4].split())
    return "".join(mark if mark.isprintable() else "�" for mark in line[:length])
