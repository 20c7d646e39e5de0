"""The types of an integration: of every expression, of every target field, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.diagnostics import Mark
from engine.document import NOWHERE, Path_
from engine.expression.expressions import Expression
from engine.formats.json import Json
from engine.formats.jsonapi import JsonApi
from engine.inference.mapping import Findings, MappingTypes
from engine.inference.messages import Answer, MessageTypes, records_of
from engine.inference.schema import SchemaTypes
from engine.inference.scope import Remark, Scope
from engine.inference.settings import EXCHANGE, settings_type
from engine.inference.targets import Misfit, Target, Targets
from engine.mapping import Fields
from engine.protocols.http import Defaults, HttpEndpoint
from engine.protocols.soap import SoapEndpoint
from engine.schemas import Schemas
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step
from engine.spec.sites import Tree, trees
from engine.types import ANY, INTEGER, NULL, TEXT, Boolean, Number, Text, Type, map_of
from engine.types.fitting import Gap

_UNKNOWN = Answer(ANY, ANY)
_ON_ANY_WIRE = ("unknown", "missing", "choice", "length", "code")
"""What is wrong in every format; where all is text on the wire (xml, form), a number may stand for text."""


def typing(
    integration: Integration,
    others: Mapping[str, Integration] | None = None,
    mark: Callable[[Path_], Mark] = lambda _: NOWHERE.mark,
) -> Typing:
    """The types of an integration; found out when asked for, once.

    Args:
        others: the integrations it uses, by name.
        mark: where a path of the file stands, as `Document.key_mark` says it.
    """
    return Typing(integration, others or {}, mark)


@dataclass(frozen=True, eq=False)
class Typing:
    """What is known of the values of an integration; see `typing`."""

    integration: Integration
    others: Mapping[str, Integration]
    mark: Callable[[Path_], Mark]
    _world: dict[str, Typing] = field(default_factory=dict)
    _replies: dict[str, Type] = field(default_factory=dict)
    _found: Findings = field(default_factory=Findings)

    # -- what others ask -----------------------------------------------------------------------------------------

    def given(self, expression: Expression) -> Type:
        """What an expression of the integration gives."""
        return self._all.given.get(id(expression), ANY)

    def scope_at(self, mark: Mark) -> Scope | None:
        """What is in reach of the expression or constant that stands at a place; None if none does."""
        return next((scope for place, scope in self._all.scopes.items() if place.mark == mark), None)

    def wanted(self, path: Path_) -> Type:
        """What the mapping at a path of the file must give: the schema of its place, else any."""
        return self._wanted.get(path, (ANY, frozenset()))[0]

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """Every mapping, value and Query of the integration."""
        return tuple(trees(self.integration))

    def targets(self, tree: Tree) -> tuple[Target, ...]:
        """What each field of a mapping gets, and what its place takes."""
        return tuple(found for found in self._walked(tree) if isinstance(found, Target))

    def input(self, message: str) -> Type:
        """What a message is called with."""
        found = self.integration.messages.get(message)
        return self._schemas.of(found.input, f"input of {message}") if found and found.input is not None else ANY

    def output(self, message: str) -> Type:
        """What a message answers: its output schema, else what its reply gives."""
        found = self.integration.messages.get(message)
        if found is None:
            return ANY
        if found.output is not None:
            return self._schemas.of(found.output, f"output of {message}")
        return self._reply(message, found)

    @property
    def remarks(self) -> tuple[tuple[Expression, Remark], ...]:
        """What is noticed inside expressions."""
        return tuple(self._all.remarks)

    @cached_property
    def misfits(self) -> tuple[Misfit, ...]:
        """What mappings give that their schemas do not take."""
        return tuple(
            found
            for tree in self.trees
            if tree.path in self._wanted
            for found in self._walked(tree)
            if isinstance(found, Misfit) and self._counts(tree.path, found)
        )

    # -- how it is found out -------------------------------------------------------------------------------------

    @cached_property
    def _schemas(self) -> SchemaTypes:
        return SchemaTypes(Schemas(self.integration.known_schemas, self.integration.folder))

    @cached_property
    def _settings(self) -> Type:
        return settings_type(self.integration.settings)

    @cached_property
    def _all(self) -> Findings:
        """Everything, once it has been visited."""
        for name, message in self.integration.messages.items():
            if message is not None:
                self._reply(name, message)
        for tree in self.trees:
            if tree.path[0] != "messages":
                MappingTypes(self._found).of(tree.node, self._outside(tree))
        return self._found

    def _reply(self, name: str, message: Message) -> Type:
        """The type of a message's reply; any while it is being found out, as messages may call each other."""
        if name not in self._replies:
            self._replies[name] = ANY
            start = {"settings": self._settings, "exchange": EXCHANGE, "input": self.input(name)}
            self._replies[name] = MessageTypes(MappingTypes(self._found), start, self._answer).reply(message)
        return self._replies[name]

    def _outside(self, tree: Tree) -> Scope:
        """The names in reach outside of messages."""
        known = {"settings": self._settings, "status": INTEGER, "headers": map_of(TEXT), "token": TEXT}
        scope = {name: known.get(name, ANY) for name in tree.names}
        if len(tree.path) > 4 and tree.path[2] == "endpoints" and tree.path[4] in ("records", "page"):
            scope["reply"] = self._endpoint_reply(str(tree.path[1]), str(tree.path[3]))
        return Scope(scope)

    # -- calls ---------------------------------------------------------------------------------------------------

    def _answer(self, call: str) -> Answer:
        called = self._called(call)
        if called is not None:
            return Answer(called[0].output(called[1]), NULL)
        connection, _, name = call.partition(".")
        endpoint, reply = self._endpoint(connection, name), self._endpoint_reply(connection, name)
        if endpoint is None:  # of a database: its reply is its records; or there is none
            return Answer(reply, reply)
        records = records_of(endpoint.records, reply, self._settings)
        return Answer(reply.or_null() if endpoint.absences else reply, records)

    def _called(self, call: str) -> tuple[Typing, str] | None:
        """The message that a step calls, with the types of its integration; None if it is no message."""
        first, dot, second = call.partition(".")
        if not dot:
            return self, first
        if first in self.integration.connections or first not in self.integration.uses:
            return None
        other = self._other(self.integration.uses[first])
        return (other, second) if other else None

    def _other(self, name: str) -> Typing | None:
        """Another integration; all that know each other share what they found out, as they may call in circles."""
        self._world.setdefault(self.integration.name, self)
        if name not in self._world and name in self.others:
            self._world[name] = Typing(self.others[name], self.others, lambda _: NOWHERE.mark, self._world)
        return self._world.get(name)

    def _endpoint(self, connection: str, name: str) -> HttpEndpoint | None:
        found: Any = self.integration.connections.get(connection)
        endpoint = getattr(found, "endpoints", {}).get(name)
        return endpoint if isinstance(endpoint, HttpEndpoint) else None

    def _endpoint_reply(self, connection: str, name: str) -> Type:
        above = self.integration.connections.get(connection)
        reference = above.reply_schema(name) if above is not None else None
        return ANY if reference is None else self._schemas.of(reference, f"reply of {connection}.{name}")

    # -- targets -------------------------------------------------------------------------------------------------

    def _walked(self, tree: Tree) -> list[Target | Misfit]:
        wanted, present = self._wanted.get(tree.path, (ANY, frozenset()))
        return Targets(self._all).of(tree.node, wanted, self.mark(tree.path), present)

    def _counts(self, path: Path_, misfit: Misfit) -> bool:
        """Whether a misfit matters in the format in which the value is written."""
        if path[2:3] != ("steps",) or misfit.gap.kind in _ON_ANY_WIRE:
            return True
        step = self.integration.messages[str(path[1])].steps[int(path[3])]
        connection, _, name = (step.call or "").partition(".")
        endpoint, above = self._endpoint(connection, name), self.integration.connections.get(connection)
        if isinstance(endpoint, SoapEndpoint):
            return misfit.gap.kind != "kind" or not _is_printable(misfit.gap)
        form = (endpoint.format if endpoint else None) or (above.format if isinstance(above, Defaults) else None)
        return form is None or isinstance(form, (Json, JsonApi))

    @cached_property
    def _wanted(self) -> dict[Path_, tuple[Type, frozenset[str]]]:
        """The schemas of places, each with the fields that defaults add."""
        return {
            path: (wanted, present)
            for name, message in self.integration.messages.items()
            if message is not None
            for path, wanted, present in self._of_message(name, message)
            if wanted.known
        }

    def _of_message(self, name: str, message: Message) -> Iterator[tuple[Path_, Type, frozenset[str]]]:
        path: Path_ = ("messages", name)
        if message.output is not None:
            wanted = self._schemas.of(message.output, f"output of {name}")
            yield (*path, "reply"), wanted, frozenset()
            yield (*path, "fallback"), wanted, frozenset()
        for number, step in enumerate(message.steps):
            if step.call and step.body is not None:
                yield ((*path, "steps", number, "body"), *self._body(step, step.call))

    def _body(self, step: Step, call: str) -> tuple[Type, frozenset[str]]:
        called = self._called(call)
        if called is not None:
            return called[0].input(called[1]), frozenset()
        connection, _, name = call.partition(".")
        endpoint, above = self._endpoint(connection, name), self.integration.connections.get(connection)
        reference = above.request_schema(name) if above is not None else None
        if reference is None:
            return ANY, frozenset()
        defaults = [endpoint.body if endpoint else None, above.body if isinstance(above, Defaults) else None]
        present = {entry.name for body in defaults if isinstance(body, Fields) for entry in body.entries}
        return self._schemas.of(reference, f"request of {call}"), frozenset(present)


def _is_printable(gap: Gap) -> bool:
    """Whether a number or a boolean stands where text is wanted, which is what XML makes of it."""
    plain = all(isinstance(shape, (Number, Boolean)) for shape in gap.given.shapes)
    return plain and any(isinstance(shape, Text) for shape in gap.wanted.shapes)
