"""The types of an integration: of every expression, of every target field, and what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Literal, TypeVar

from engine.diagnostics import Mark
from engine.document import NOWHERE, Path_
from engine.expression.expressions import Expression
from engine.inference.elsewhere import Elsewhere
from engine.inference.endpoints import Endpoints
from engine.inference.flows import EventTypes, FlowTypes, Passing
from engine.inference.mapping import Findings, MappingTypes
from engine.inference.messages import Answer, MessageTypes
from engine.inference.places import PAGE, Place, Places
from engine.inference.schema import SchemaTypes
from engine.inference.scope import Remark, Scope
from engine.inference.settings import EXCHANGE, settings_type
from engine.inference.targets import Misfit, Target, Targets
from engine.inference.unmapped import Unmapped
from engine.schemas import Schemas
from engine.spec.flows import Flow
from engine.spec.integration import Integration
from engine.spec.messages import Message
from engine.spec.sites import Tree, trees
from engine.types import ANY, NULL, Type, element_of, has_field
from engine.types.fitting import below, gaps

T = TypeVar("T")

_ANYWHERE = Place(ANY)


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
    looks_at: Callable[[Path_], bool] = lambda _: True
    _world: dict[str, Typing] = field(default_factory=dict)
    _replies: dict[str, Type] = field(default_factory=dict)
    _events: dict[str, Type] = field(default_factory=dict)
    _flowing: dict[str, Passing] = field(default_factory=dict)
    _found: Findings = field(default_factory=Findings)

    def within(self, looks_at: Callable[[Path_], bool], trees: tuple[Tree, ...]) -> Typing:
        """The same of a part of the file, and of what that follows from; what both know is found out once.

        Args:
            looks_at: whether a path belongs to it.
            trees: what stands in it.
        """
        part = replace(self, looks_at=looks_at, _world={}, _replies={}, _events={}, _flowing={}, _found=Findings())
        vars(part).update(trees=trees, _schemas=self._schemas, _settings=self._settings, _endpoints=self._endpoints)
        return part

    def edited(
        self, integration: Integration, others: Mapping[str, Integration], mark: Callable[[Path_], Mark]
    ) -> Typing:
        """The types after an edit that left all but messages and flows as it was."""
        after = Typing(integration, others, mark)
        vars(after).update(_schemas=self._schemas, _settings=self._settings)
        return after

    # -- what others ask -----------------------------------------------------------------------------------------

    def given(self, expression: Expression) -> Type:
        """What an expression of the integration gives."""
        return self._all.given.get(id(expression), ANY)

    def scope_at(self, mark: Mark) -> Scope | None:
        """What is in reach of the expression or constant that stands at a place; None if none does."""
        return next((scope for place, scope in self._all.scopes.items() if place.mark == mark), None)

    def wanted(self, path: Path_) -> Type:
        """What the mapping at a path of the file must give: the schema of its place, else any."""
        return self._places.get(path, _ANYWHERE).wanted

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
        """What mappings give that their schemas do not take; and what is handed on as it is."""
        mapped = (
            replace(found, stands="flow") if tree.path[0] == "flows" else found
            for tree in self.trees
            if (place := self._places.get(tree.path)) is not None
            for found in self._walked(tree)
            if isinstance(found, Misfit) and place.counts(found)
        )
        missing = Unmapped(self.integration, self._endpoints, self._input_of, self.mark)
        return (*mapped, *self._handed_on(), *missing.bodies(), *missing.replies())

    @property
    def unmatched(self) -> Iterator[tuple[Path_, Remark]]:
        """`match` of details whose field is not in the records, or not in what belongs to them."""
        for name, flow, passing in self._passed():
            read = flow.read
            for key, details in read.details.items() if read is not None and passing.calls else ():
                wanted = details.match
                for owner in (passing.plain, element_of(passing.calls[key])):
                    if owner.something.shapes and not has_field(owner, wanted):
                        path: Path_ = ("flows", name, "read", "details", key, "match")
                        yield path, Remark("no_field", 0, wanted, owner)

    # -- how it is found out -------------------------------------------------------------------------------------

    @cached_property
    def _schemas(self) -> SchemaTypes:
        return SchemaTypes(Schemas(self.integration.known_schemas, self.integration.folder))

    @cached_property
    def _settings(self) -> Type:
        return settings_type(self.integration.settings)

    @cached_property
    def _endpoints(self) -> Endpoints:
        return Endpoints(self.integration, self._schemas, self._settings)

    @cached_property
    def _mappings(self) -> MappingTypes:
        return MappingTypes(self._found)

    @cached_property
    def _all(self) -> Findings:
        """Everything, once it has been visited."""
        for name, message in self._looked_at("messages", self.integration.messages):
            self._reply(name, message)
        for name in self.integration.events:
            if self.looks_at(("events", name)):
                self._event(name)
        for _, flow, _ in list(self._passed()):
            answering = self._passing(flow.confirm.flow) if flow.confirm is not None else None
            self._flows.confirm(flow, answering.record if answering else ANY)
        elsewhere = Elsewhere(self.integration, self._endpoints, self._settings)
        for tree in self.trees:
            if id(tree.node) not in self._found.given:
                self._mappings.of(tree.node, elsewhere.of(tree))
        return self._found

    def _reply(self, name: str, message: Message) -> Type:
        """The type of a message's reply; any while it is being found out, as messages may call each other."""
        if name not in self._replies:
            self._replies[name] = ANY
            start = {"settings": self._settings, "exchange": EXCHANGE, "input": self.input(name)}
            self._replies[name] = MessageTypes(self._mappings, start, self._answer).reply(message)
        return self._replies[name]

    def _event(self, name: str) -> Type:
        """An event as flows see it."""
        if name not in self._events:
            event = self.integration.events.get(name)
            self._events[name] = (
                ANY
                if event is None
                else EventTypes(self._mappings, self._settings).of(
                    event, ANY if event.schema is None else self._schemas.of(event.schema, f"schema of {name}")
                )
            )
        return self._events[name]

    @cached_property
    def _flows(self) -> FlowTypes:
        start = {"settings": self._settings, "exchange": EXCHANGE}
        return FlowTypes(self._mappings, start, self._answer, self._event)

    def _passing(self, name: str) -> Passing | None:
        """What passes through a flow; None if there is none of that name."""
        flow = self.integration.flows.get(name)
        if flow is not None and name not in self._flowing:
            self._flowing[name] = self._flows.of(flow)
        return self._flowing.get(name)

    def _passed(self) -> Iterator[tuple[str, Flow, Passing]]:
        """The flows that are looked at, with what passes through each."""
        for name, flow in self._looked_at("flows", self.integration.flows):
            passing = self._passing(name)
            assert passing is not None
            yield name, flow, passing

    def _looked_at(self, section: str, held: Mapping[str, T | None]) -> Iterator[tuple[str, T]]:
        """The messages or flows that are looked at, as far as they could be read."""
        for name, one in held.items():
            if one is not None and self.looks_at((section, name)):
                yield name, one

    # -- calls ---------------------------------------------------------------------------------------------------

    def _answer(self, call: str) -> Answer:
        called = self._called(call)
        return self._endpoints.answer(call) if called is None else Answer(called[0].output(called[1]), NULL)

    def _input_of(self, call: str) -> Type | None:
        called = self._called(call)
        return None if called is None else called[0].input(called[1])

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
            self._world[name] = Typing(self.others[name], self.others, lambda _: NOWHERE.mark, _world=self._world)
        return self._world.get(name)

    # -- targets -------------------------------------------------------------------------------------------------

    def _walked(self, tree: Tree) -> list[Target | Misfit]:
        place = self._places.get(tree.path, _ANYWHERE)
        return Targets(self._all).of(tree.node, place.wanted, self.mark(tree.path), place.present)

    @cached_property
    def _places(self) -> dict[Path_, Place]:
        """What the places of the file take, as far as it is known."""
        places = Places(self._endpoints, self._input_of)
        found = chain(
            *(places.of_message(*one) for one in self._looked_at("messages", self.integration.messages)),
            *(places.of_flow(*one) for one in self._looked_at("flows", self.integration.flows)),
            *(places.of_event(name) for name in self.integration.events),
            places.elsewhere(),
        )
        return {path: place for path, place in found if place.wanted.known}

    def _handed_on(self) -> Iterator[Misfit]:
        """What does not fit of a record that is sent as it is, and of what a flow reads."""
        for name, flow, passing in self._passed():
            path: Path_ = ("flows", name)
            if flow.read is not None and flow.read.value is None and flow.trigger.event is None:
                yield from self._misfits(passing.page, PAGE, (*path, "read", "call"), "records")
            for key, found in passing.calls.items():
                yield from self._misfits(found, PAGE, (*path, "read", "details", key, "call"), key)
            if flow.hold is not None and flow.hold.refresh:
                wanted = self._input_of(flow.hold.refresh)
                yield from self._misfits(passing.taken, wanted or ANY, (*path, "hold", "refresh"))
            if flow.input is None:
                yield from self._misfits(passing.sent, self._input_of(flow.send) or ANY, (*path, "send"))

    def _misfits(self, given: Type, wanted: Type, path: Path_, target: str = "") -> Iterator[Misfit]:
        stands: Literal["send", "flow"] = "send" if path[-1] == "send" else "flow"
        for gap in gaps(given, wanted):
            yield Misfit(gap, self.mark(path), below(target, gap.path), not gap.path, stands=stands)
