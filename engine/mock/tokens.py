"""Tokens of OAuth 2: their address may stand outside of its connection's, so they are known by what is asked."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx

from engine.examples.answers import token_reply
from engine.formats.format import Undecodable
from engine.formats.json import dumps, loads
from engine.mock.answers import Answer


def token(request: httpx.Request) -> Answer | None:
    """The answer to a token request; None to any other."""
    if request.method != "POST" or not _has_grant(request.content):
        return None
    return Answer(200, {"content-type": "application/json"}, dumps(token_reply(request).body), "a token")


def _has_grant(content: bytes) -> bool:
    try:
        body = loads(content)
    except Undecodable:
        return "grant_type" in parse_qs(content.decode("utf-8", "replace"))
    return isinstance(body, dict) and "grant_type" in body
