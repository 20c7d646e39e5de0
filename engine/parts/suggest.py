"""The word somebody meant: known mistakes first, then the nearest spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

KNOWN_MISTAKES = {
    "base_url": "url",
    "baseurl": "url",
    "host": "url",
    "uri": "path",
    "verb": "method",
    "http_method": "method",
    "params": "query",
    "parameters": "query",
    "request_body": "body",
    "payload": "body",
    "json": "body",
    "name": "save",
    "as": "save",
    "register": "save",
    "if": "when",
    "condition": "when",
    "foreach": "each",
    "for_each": "each",
    "loop": "each",
    "items": "each",
    "retries": "retry",
    "authentication": "auth",
    "authenticator": "auth",
    "user": "username",
    "ssl": "tls",
    "ttl": "keep",
    "pagination": "page",
    "paging": "page",
    "paginator": "page",
    "record_selector": "records",
    "ip_whitelist": "allow",
    "whitelist": "allow",
    "allowlist": "allow",
    "when_offline": "fallback",
    "on_error": "fallback",
    "response": "reply",
    "output_mapping": "reply",
    "variables": "settings",
    "config": "settings",
    "systems": "connections",
    "vars": "settings",
    "temporary": "error",
    "enabled": "when",
    "transform": "value",
    "map": "value",
    "result": "save",
    "url_path": "path",
    "endpoint": "call",
    "method": "call",
    "schedule": "flows",
    "triggers": "flows",
    "webhooks": "events",
    "auth_type": "type",
    "kind": "type",
    "needs": "uses",
    "includes": "uses",
    "clients": "security",
    "logging": "log",
}


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was meant, if one is near."""
    choices = list(known)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).replace("-", "_").lower()
    for candidate in (snake, KNOWN_MISTAKES.get(snake, "")):
        if candidate in choices:
            return candidate
    return next(iter(get_close_matches(snake, choices, n=1, cutoff=0.6)), None)


def misspelled(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one surely was meant to be: other capitals, or a letter or two apart.

    Names that differ in digits, or by a word more (`street`, `street2`, `ship_street`), are names of their own.
    """
    bare = re.sub(r"[^a-z0-9]", "", word.lower())
    for name in known:
        other = re.sub(r"[^a-z0-9]", "", name.lower())
        if bare == other:
            return name
        same_digits = re.sub(r"\D", "", bare) == re.sub(r"\D", "", other)
        if same_digits and abs(len(bare) - len(other)) <= 1 and len(bare) > 3 and _letters_apart(bare, other) <= 2:
            return name
    return None


def _letters_apart(a: str, b: str) -> int:
    """How many letters of two words have no partner: two for a swap or a replacement, one for an addition."""
    same = sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    return len(a) + len(b) - 2 * same


def did_you_mean(near: str | None) -> str:
    """The beginning of a hint; empty if nothing is near."""
    return f'did you mean "{near}"? ' if near else ""
