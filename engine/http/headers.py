"""The headers of a request: names count without regard to case, values cannot end their line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.errors import MappingError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Headers:
    """What one request carries. Setting a header replaces the one of that name, however it was spelled.

    Args:
        fields: the first headers, in the order in which they are sent.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str] | None = None) -> None:
        self._fields: dict[str, tuple[str, str]] = {}
        for name, value in (fields or {}).items():
            self.put(name, value)

    def put(self, name: str, value: str) -> None:
        """Set one.

        Raises:
            MappingError: the name is no header's name, or the value does not fit on one line.
        """
        if not _NAME.fullmatch(name):
            raise MappingError(f"{name!r} cannot name a header")
        if not holds_on_a_line(value):
            raise MappingError(f"the header {name} holds a line break or another control character")
        self._fields[name.lower()] = (name, value)

    def drop(self, name: str) -> None:
        """Remove one, if it is there."""
        self._fields.pop(name.lower(), None)

    def update(self, others: Headers) -> None:
        """Set those of another one."""
        self._fields.update(others._fields)

    def copy(self) -> Headers:
        made = Headers()
        made._fields = dict(self._fields)
        return made

    def pairs(self) -> list[tuple[str, str]]:
        """Names as they were written, and values."""
        return list(self._fields.values())

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def __repr__(self) -> str:
        return f"<Headers {', '.join(name for name, _ in self._fields.values())}>"


def holds_on_a_line(value: str) -> bool:
    """Whether a text can be a header's value: nothing in it ends the line."""
    return _CONTROL.search(value) is None


def only(pairs: Iterable[tuple[str, str]], names: frozenset[str]) -> list[tuple[str, str]]:
    """The headers of these (lower case) names."""
    return [(name, value) for name, value in pairs if name.lower() in names]
