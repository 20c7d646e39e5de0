"""GraphQL over HTTP: a query and its variables as JSON; `errors` in an answer are a refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.formats.format import Codec, No
from engine.formats.json import dumps, read

_OUTLINE = re.compile(r'""".*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}]|[$@]?\w+', re.DOTALL)
"""Texts, comments, braces and names of a query."""


@dataclass(frozen=True)
class GraphQl(Codec):
    """The calls of one query; their bodies are its variables. An answer stands as it came: `reply.data`."""

    content_type: ClassVar[str] = "application/json"
    needs_body: ClassVar[bool] = True

    query: str

    def encode(self, value: Any) -> bytes:
        return dumps({"query": self.query, "variables": value or {}})

    def decode(self, content: bytes, charset: str) -> Any:
        return read(content, charset)

    def said_no(self, reply: Any) -> No | None:
        errors = reply.get("errors") if isinstance(reply, dict) else None
        if not isinstance(errors, list) or not errors:
            return None
        found = [one for one in errors if isinstance(one, dict)]
        text = "; ".join(str(one.get("message") or "an error without a message") for one in found[:3])
        extensions = found[0].get("extensions") if found else None
        code = str(extensions.get("code") or "") if isinstance(extensions, dict) else ""
        return No(text or "an error without a message", code, temporary=False)

    @property
    def other_side(self) -> Codec:
        return _Server()


class _Server(Codec):
    """Who answers queries: of a request it reads the variables."""

    content_type: ClassVar[str] = "application/json"

    def encode(self, value: Any) -> bytes:
        return dumps(value)

    def decode(self, content: bytes, charset: str) -> Any:
        found = read(content, charset)
        return found.get("variables") if isinstance(found, dict) else found


def changes(query: str) -> bool:
    """Whether a query is a mutation: whether it does something. Comments and fragments may stand before it."""
    depth = 0
    for found in _OUTLINE.findall(query):
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth == 0 and found == "mutation":
            return True
    return False
