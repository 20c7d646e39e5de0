"""What a GraphQL query says of itself: its operations and their variables (GraphQL specification, section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKENS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|\$\w+|@\w+|\w+|[][{}()!:=]|\.\.\.', re.DOTALL
)
_OPERATIONS = ("query", "mutation", "subscription")
_OPEN, _CLOSED = "([{", ")]}"
_SCALARS: dict[str, list[str]] = {
    "Int": ["integer"],
    "Float": ["number"],
    "String": ["string"],
    "Boolean": ["boolean"],
    "ID": ["string", "integer"],
}


@dataclass(frozen=True)
class Operation:
    """One operation of a query.

    Attributes:
        kind: query, mutation or subscription.
        variables: of each variable its type, such as `[ID!]!`, and whether it has a default.
        used: the variables that its fields name, in their order.
    """

    kind: str
    variables: Mapping[str, tuple[str, bool]]
    used: tuple[str, ...]

    def schema(self) -> dict[str, Any]:
        """JSON Schema of its variables; types of the other side's own are any."""
        return {
            "type": "object",
            "properties": {name: _schema(kind) for name, (kind, _) in self.variables.items()},
            "required": [n for n, (kind, has_default) in self.variables.items() if kind[-1] == "!" and not has_default],
            "additionalProperties": False,
        }


def operations(query: str) -> list[Operation]:
    """The operations of a query; none if it is no GraphQL."""
    tokens = [token for token in _TOKENS.findall(query) if token[0] not in '#"']
    blocks = list(_blocks(tokens))
    fragments = [name for head, body in blocks if head[:1] == ["fragment"] for name in body if name[0] == "$"]
    found = []
    for head, body in blocks:
        kind = head[0] if head else "query"
        if kind in _OPERATIONS:
            begin = head.index("(") if "(" in head else len(head)
            end = _end(head, begin)
            named = [token for token in (*head[end:], *body, *fragments) if token[0] == "$"]
            used = tuple(dict.fromkeys(name[1:] for name in named))
            found.append(Operation(kind, dict(_variables(head[begin + 1 : end])), used))
    return found


def _blocks(tokens: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """What stands before each outermost `{ … }`, and in it; nothing if brackets are not closed."""
    head: list[str] = []
    at = 0
    while at < len(tokens):
        if tokens[at] != "{":
            end = _end(tokens, at) if tokens[at] in _OPEN else at
            head += tokens[at : end + 1]
        else:
            end = _end(tokens, at)
            if end < len(tokens):
                yield head, tokens[at + 1 : end]
            head = []
        at = end + 1


def _end(tokens: list[str], begin: int) -> int:
    """Where the bracket that opens at a place is closed; behind the end if it is not."""
    depth = 0
    for at in range(begin, len(tokens)):
        depth += (tokens[at] in _OPEN) - (tokens[at] in _CLOSED)
        if depth == 0:
            return at
    return len(tokens)


def _variables(tokens: list[str]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Of `$no: ID!, $lines: [Line!] = []`, each with its type."""
    starts = [at for at, token in enumerate(tokens) if token[0] == "$" and tokens[at + 1 : at + 2] == [":"]]
    for at, end in zip(starts, [*starts, len(tokens)][1:], strict=True):
        told = tokens[at + 2 : end]
        kind = told[: next((number for number, token in enumerate(told) if token[0] in "=@"), len(told))]
        yield tokens[at][1:], ("".join(kind) or "?", "=" in told)


def _schema(kind: str) -> dict[str, Any]:
    bare = kind.rstrip("!")
    if bare not in _SCALARS:
        return {}
    return {"type": [*_SCALARS[bare], *([] if kind[-1] == "!" else ["null"])]}
