"""The types inside flows and events: what is read, what is in reach at each place, what is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.calls import CallSpec
from engine.expression.expressions import Query
from engine.inference.mapping import Findings, MappingTypes
from engine.inference.messages import Answer, answered
from engine.inference.narrowing import assume
from engine.inference.scope import Scope
from engine.mapping import Node
from engine.spec.events import Event
from engine.spec.flows import Cursor, Flow, Read
from engine.types import (
    ANY,
    INTEGER,
    NULL,
    TEXT,
    List,
    Null,
    Object,
    Text,
    Type,
    element_of,
    list_of,
    map_of,
    object_of,
    union,
)

_FILE = object_of({"name": TEXT, "line": INTEGER, "path": TEXT}).or_null(Null(unsure=True))


@dataclass(frozen=True)
class Passing:
    """What passes through a flow.

    Attributes:
        record: one record as it is read, whole; without a read, the event.
        page: what a reading gives, which must be a list; any after an event.
        plain: a record without its details.
        calls: what the calls of `details` give, by name; lists too.
        taken: the record behind `when`, which `hold.refresh` is asked with.
        sent: the record as it is sent: refreshed, behind `hold`.
    """

    record: Type
    page: Type = ANY
    plain: Type = ANY
    calls: Mapping[str, Type] = field(default_factory=dict)
    taken: Type = ANY
    sent: Type = ANY


@dataclass(frozen=True)
class EventTypes:
    """Goes through an event as `engine.runtime.intake.events` does."""

    mappings: MappingTypes
    settings: Type

    def of(self, event: Event, body: Type) -> Type:
        """The event as flows see it, everything in it visited.

        Args:
            body: what is posted.
        """
        scope = Scope({"settings": self.settings, "body": body, "headers": map_of(TEXT)})
        if event.when is not None:
            self.mappings.of(event.when, scope)
            scope = assume(event.when.tree, scope, True)
        if event.id is not None:
            self.mappings.of(event.id, scope)
        return scope.names["body"] if event.map is None else self.mappings.of(event.map, scope)


@dataclass(frozen=True)
class FlowTypes:
    """Goes through a flow as `engine.runtime.intake.reading` and `engine.runtime.delivering.attempt` do.

    Attributes:
        mappings: infers what stands in it.
        start: settings, exchange.
        answer: what a call gives.
        event: what an event is, by its name.
    """

    mappings: MappingTypes
    start: Mapping[str, Type]
    answer: Callable[[str], Answer]
    event: Callable[[str], Type]

    def of(self, flow: Flow) -> Passing:
        """What passes through a flow, everything in it visited but `confirm`."""
        scope = Scope(self.start)
        if flow.trigger.event:
            scope = scope.having(event=self._event(flow))
            self._node(flow.key, scope)
        passing = self._read(flow, scope)
        scope = scope.having(record=passing.record, file=_FILE)
        if flow.trigger.event and flow.read is None:
            scope = scope.meaning("record", {"type": "field", "value": "event", "children": []})
        if flow.when is not None:
            self._node(flow.when, scope)
            scope = assume(flow.when.tree, scope, True)
        if not flow.trigger.event:
            self._node(flow.key, scope)
        taken = scope.names["record"]
        scope = self._held(flow, scope)
        for query in flow.changed:
            self._node(query, scope)
        sent = scope.names["record"]
        self._node(flow.input, scope.having(records=list_of(sent, 1)) if flow.batch else scope)
        return replace(passing, taken=taken, sent=sent)

    def confirm(self, flow: Flow, record: Type) -> None:
        """Visits `confirm`; `record` is that of the flow that answers."""
        if flow.confirm is None:
            return
        scope = Scope(self.start).having(record=record)
        self._node(flow.confirm.refused, scope)
        if flow.confirm.refused is not None:
            scope = assume(flow.confirm.refused.tree, scope, True)
        self._node(flow.confirm.error, scope)

    def _node(self, node: Node | None, scope: Scope) -> Type:
        return NULL if node is None else self.mappings.of(node, scope)

    def _event(self, flow: Flow) -> Type:
        """What began it, perhaps completed by later events."""
        found = self.event(flow.trigger.event or "")
        for name in flow.hold.merge if flow.hold else ():
            found = completed(found, self.event(name))
        return found

    def _held(self, flow: Flow, scope: Scope) -> Scope:
        """The scope behind `hold`."""
        if flow.hold is None:
            return scope
        if flow.hold.refresh:
            scope = scope.having(record=self.answer(flow.hold.refresh).reply)
        until: Query | None = flow.hold.until  # none in a file that is being written
        self._node(until, scope)
        return scope if until is None else assume(until.tree, scope, True)

    # -- reading -------------------------------------------------------------------------------------------------

    def _read(self, flow: Flow, scope: Scope) -> Passing:
        if flow.trigger.event:
            if flow.read is None:
                return Passing(scope.names["event"])
            return self._with_details(flow.read, _one(self._answered(flow.read, scope)), scope)
        if flow.read is None:
            return Passing(ANY)
        cursor = NULL if flow.read.cursor is None else self._quietly(flow.read, flow.read.cursor, scope)
        passing = self._page(flow.read, scope.having(cursor=cursor, started=TEXT))
        if flow.read.cursor is not None:
            self._cursor(flow.read.cursor, passing.record)
        return passing

    def _quietly(self, read: Read, cursor: Cursor, scope: Scope) -> Type:
        """What `cursor` is. It comes from the records, which may come through it: so first nothing is known of it."""
        quiet = replace(self, mappings=MappingTypes(Findings()))
        records = quiet._page(read, scope.having(cursor=ANY, started=TEXT))
        return quiet._cursor(cursor, records.record)

    def _page(self, read: Read, scope: Scope) -> Passing:
        page = self._answered(read, scope)
        return replace(self._with_details(read, _element(page), scope), page=page)

    def _with_details(self, read: Read, plain: Type, scope: Scope) -> Passing:
        """Records with what belongs to them."""
        record = plain
        calls: dict[str, Type] = {}
        for name, details in read.details.items():
            self._call(details, scope.having(records=list_of(plain, 1)))
            calls[name] = self.answer(details.call).result
            record = _with(record, name, list_of(_element(calls[name])))
        return Passing(record, plain=plain, calls=calls)

    def _answered(self, read: Read, scope: Scope) -> Type:
        self._call(read, scope)
        answer = self.answer(read.call)
        return answer.result if read.value is None else self._node(read.value, answered(scope, answer))

    def _call(self, call: CallSpec, scope: Scope) -> None:
        for places in (call.path, call.query, call.headers):
            for node in places.values():
                self._node(node, scope)
        self._node(call.body, scope)

    def _cursor(self, cursor: Cursor, record: Type) -> Type:
        """How far a flow has read: where it begins, or behind a record."""
        over = Scope({"settings": self.start["settings"]})
        start = {name: self._node(node, over) for name, node in cursor.start.items()}
        behind = {name: self._node(node, over.having(record=record)) for name, node in cursor.next.items()}
        found = {name: union(one[name] for one in (start, behind) if name in one) for name in {**start, **behind}}
        if cursor.overlap is not None:
            found = {name: _any_text(held) for name, held in found.items()}
        return object_of(found, start.keys() ^ behind.keys())


def _one(found: Type) -> Type:
    """The record that is read after an event: of a list, the first; never null."""
    if found.is_any:
        return ANY
    single = Type(tuple(shape for shape in found.something.shapes if not isinstance(shape, List)))
    return single | element_of(found).something


def _element(page: Type) -> Type:
    """A record of a page; any, if it is no list, which is told."""
    return element_of(page) if page.of(List) else ANY


def _with(record: Type, name: str, held: Type) -> Type:
    """A record with what belongs to it."""
    if record.is_any:
        return Type((Object({name: held}, frozenset({name}), ANY, loose=True),))
    return Type(tuple(shape.with_field(name, held, required=True) for shape in record.of(Object)))


def _any_text(held: Type) -> Type:
    """The same with any text: an overlap moves times."""
    return Type(tuple(Text() if isinstance(shape, Text) else shape for shape in held.shapes), held.known)


def completed(first: Type, later: Type) -> Type:
    """An event, perhaps with the fields of a later one, which wins. Objects in both are merged, so no more is known."""
    if not len(first.shapes) == len(later.shapes) == len(first.of(Object)) == len(later.of(Object)) == 1:
        return ANY
    a, b = first.of(Object)[0], later.of(Object)[0]

    def held(name: str) -> Type:
        found = [side.fields.get(name, side.rest) for side in (a, b)]
        known = [one for one in found if one is not None]
        return ANY if all(one.of(Object) for one in known) and len(known) > 1 else union(known)

    rest = None if a.rest is None and b.rest is None else ANY
    fields = {name: held(name) for name in {**a.fields, **b.fields}}
    return Type((Object(fields, a.required, rest, a.loose or b.loose, a.source),))
