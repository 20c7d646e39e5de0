"""Nothing leaks: secrets and personal fields are struck out of everything that is shown or kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

STRUCK = "***"

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
        self._secrets: list[str] = []
        self.fields = frozenset(field.lower() for field in fields) | ALWAYS
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """Strike this value out from now on (as it is, and as it looks inside URLs)."""
        forms = {secret, quote(secret, safe=""), quote_plus(secret)} - {""}
        if forms - set(self._secrets):
            self._secrets = sorted({*self._secrets, *forms}, key=len, reverse=True)[:1000]

    def text(self, text: str) -> str:
        """A text without secrets."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, STRUCK)
        return text

    def value(self, value: Any) -> Any:
        """A payload without secrets and named fields."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                self.text(str(key)): STRUCK if self._is_named(key) else self.value(inner)
                for key, inner in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.value(inner) for inner in value]
        return value

    def _is_named(self, key: object) -> bool:
        return str(key).lower().lstrip("_") in self.fields
