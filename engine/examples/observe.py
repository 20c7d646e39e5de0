"""Seeing what examples exercise: compiled mappings that note what they build. Production compiles others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.expression.expressions import Expression
from engine.expression.operations import truth
from engine.expression.writer import Name, Writer
from engine.mapping import Node, evaluate
from engine.mapping.nodes import Constant
from engine.parts.policies import ErrorRule
from engine.protocols.connection import Connection
from engine.protocols.http import HttpConnection


class Seen:
    """What was built and decided, by the identity of the node that did it."""

    def __init__(self) -> None:
        self.built: set[int] = set()
        self.decided: set[tuple[int, bool]] = set()
        self.note = self._note  # one object, so that all generated code shares it

    def _note(self, node: int, value: Any) -> None:
        if value is not None and value != []:
            self.built.add(node)
        self.decided.add((node, truth(value)))


class ObservingWriter(Writer):
    """Writes code that notes each field's value and each `$when`."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen

    def built(self, node: object, value: Name) -> None:
        self.line(f"{self.use(self._seen.note)}({id(node)}, {value})")

    def chose(self, when: Expression, condition: Name) -> Name:
        decided = self.let(f"bool({condition})")
        self.built(when, decided)
        return decided


class _Observed(Expression):
    """A value of an error rule; notes that it was asked for."""

    def __init__(self, node: Node | None, seen: Seen, rule: ErrorRule) -> None:
        place = node.place if isinstance(node, (Constant, Expression)) else Constant(None).place
        super().__init__("", place, {"type": "literal", "value": None, "children": []})
        object.__setattr__(self, "_asked", (node, seen, rule))

    @property
    def compiled(self) -> Any:
        return self._value

    def _value(self, scope: Mapping[str, Any]) -> Any:
        node, seen, rule = self.__dict__["_asked"]
        seen.note(id(rule), True)
        return None if node is None else evaluate(node, scope)


def observed(connection: Connection, seen: Seen) -> Connection:
    """A connection whose error rules note that they are asked."""
    if not isinstance(connection, HttpConnection):
        return connection
    endpoints = {
        name: endpoint.model_copy(update={"error": _rule(endpoint.error, seen)}) if endpoint.error else endpoint
        for name, endpoint in connection.endpoints.items()
    }
    return connection.model_copy(update={"error": _rule(connection.error, seen), "endpoints": endpoints})


def _rule(rule: ErrorRule | None, seen: Seen) -> ErrorRule | None:
    return rule.model_copy(update={"text": _Observed(rule.text, seen, rule)}) if rule else None
