"""Nothing leaks: secrets and personal fields are struck out of everything that is shown or kept."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from engine.errors import Refused, Unreachable

STRUCK = "***"
MOST_LEARNED = 300
SHORT = 6
"""Secrets shorter than this are struck out only where they stand as a word: inside other words they say nothing."""
MAX_DEPTH = 200

ALWAYS = frozenset(
    {
        "authorization",
        "cookie",
        "set-cookie",
        "proxy-authorization",
        "password",
        "client_secret",
        "access_token",
        "refresh_token",
    }
)


class Redactor:
    """Strikes out known secret values anywhere in text, and the values of named fields at any depth.

    Args:
        secrets: values that may stand nowhere.
        fields: names of fields and headers whose values may stand nowhere; case does not matter.
    """

    def __init__(self, secrets: Iterable[str] = (), fields: Collection[str] = ()) -> None:
        self.fields = frozenset(field.lower() for field in fields) | ALWAYS
        self._given = frozenset(form for secret in secrets for form in _forms(secret))
        self._learned: dict[str, None] = {}
        self._secrets = sorted(self._given, key=len, reverse=True)
        self._included: list[Redactor] = []

    def learn(self, secret: str) -> None:
        """Strike this value out from now on (as it is, and as it looks inside URLs): a token, of which the last count."""
        forms = dict.fromkeys(_forms(secret))
        if forms.keys() - self._learned.keys():
            self._learned = dict(list({**self._learned, **forms}.items())[-MOST_LEARNED:])
            self._secrets = sorted({*self._given, *self._learned}, key=len, reverse=True)

    def include(self, other: Redactor) -> None:
        """Strike out also what another one does, now and later."""
        self.fields |= other.fields
        self._included.append(other)

    def text(self, text: str) -> str:
        """A text without secrets."""
        for redactor in (self, *self._included):
            for secret in redactor._secrets:
                if secret in text:
                    text = text.replace(secret, STRUCK) if len(secret) >= SHORT else _word(secret).sub(STRUCK, text)
        return text

    def value(self, value: Any) -> Any:
        """A payload without secrets and named fields; what is nested too deeply is struck out."""
        return self._value(value, MAX_DEPTH)

    def error(self, error: Refused | Unreachable) -> Refused | Unreachable:
        """A refusal or a failure without secrets in its words; the same one if it holds none."""
        text, wait = self.text(error.text), error.retry_after
        if isinstance(error, Unreachable):
            told: Refused | Unreachable = Unreachable(
                text, cause=error.cause, may_have_happened=error.may_have_happened, retry_after=wait
            )
            return error if text == error.text else told
        code = self.text(error.code)
        told = Refused(text, code=code, temporary=error.temporary, status=error.status, retry_after=wait)
        return error if (text, code) == (error.text, error.code) else told

    def _value(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (dict, list, tuple)) and not depth:
            return STRUCK
        if isinstance(value, dict):
            return {
                self.text(str(key)): STRUCK if self._is_named(key) else self._value(inner, depth - 1)
                for key, inner in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self._value(inner, depth - 1) for inner in value]
        return value

    def _is_named(self, key: object) -> bool:
        return str(key).lower().lstrip("_") in self.fields


@lru_cache(maxsize=256)
def _word(secret: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)")


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as it looks inside URLs, JSON and XML."""
    in_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    in_xml = {html.escape(secret, quote=False), html.escape(secret).replace("&#x27;", "'")}  # also as others write it
    return {secret, quote(secret, safe=""), quote_plus(secret), *in_xml, *in_json} - {""}
