"""A first integration as values: what a description of a system says, before it is written as YAML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

Tree = Any
"""A mapping as it stands in a file: dicts, lists and texts."""


class Undescribed(Exception):
    """A description that cannot be used: the fact, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Message:
    """A message that passes a call on, field by field.

    Attributes:
        call: what the step says beside `call` and `save`: path, query, body.
        input, output: schemas; None: it has none.
    """

    description: str
    endpoint: str
    call: Mapping[str, Tree]
    input: Any
    output: Any
    reply: Tree


@dataclass(frozen=True)
class Draft:
    """What is written.

    Attributes:
        source: the file beside the integration that it was drawn from.
        settings: as they stand under `settings:`.
        connection: as it stands under `connections: {erp: …}`, without its endpoints.
        notes: what a person must look at, by the path of keys it stands at: `settings.url`.
    """

    name: str
    title: str
    source: str
    settings: Mapping[str, Mapping[str, Any]]
    connection: Mapping[str, Any]
    endpoints: Mapping[str, Mapping[str, Any]]
    messages: Mapping[str, Message]
    schemas: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def named(text: str, taken: Collection[str]) -> str:
    """A name of the language from any text: `CreateSalesOrder` is `create_sales_order`; one that is taken gets a number."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    plain = plain if plain[:1].isalpha() else f"call_{plain}".rstrip("_")
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}_{number}", number + 1
    return found
