"""The types inside one message: what each step's name stands for, and what is in reach at each place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.expression.ast import Ast
from engine.expression.expressions import Query
from engine.inference.expression import infer
from engine.inference.mapping import MappingTypes
from engine.inference.narrowing import assume
from engine.inference.scope import Scope
from engine.mapping import Node
from engine.spec.messages import Message, Step
from engine.types import ANY, INTEGER, NULL, TEXT, List, Null, Type, element_of, list_of, map_of, object_of

_PERHAPS = Null(unsure=True)
_FAILURE = object_of({"text": TEXT, "cause": TEXT})


@dataclass(frozen=True)
class Answer:
    """What a call gives.

    Attributes:
        reply: the body.
        records: the records of an endpoint that names them, else null.
    """

    reply: Type
    records: Type

    @property
    def result(self) -> Type:
        """What a step's name stands for without `value`: the records, else the reply."""
        return self.records if self.records.of(List) else self.reply


@dataclass(frozen=True)
class MessageTypes:
    """Goes through a message as `engine.runtime.messages.run` does.

    Attributes:
        mappings: infers what stands in it.
        start: settings, exchange, input.
        answer: what a call gives.
    """

    mappings: MappingTypes
    start: Mapping[str, Type]
    answer: Callable[[str], Answer]

    def reply(self, message: Message) -> Type:
        """The type of a message's reply, everything in the message visited."""
        scope = Scope(self.start)
        afterwards = Scope(self.start)
        for step in message.steps:
            result = self._step(step, afterwards if step.always else scope)
            scope = _after(step, result, scope)
            if step.save:
                afterwards = afterwards.having(**{step.save: scope.names.get(step.save, ANY).or_null(_PERHAPS)})
        found = self._node(message.reply, scope)
        self._node(message.failed, scope)
        self._node(message.fallback, afterwards.having(error=_FAILURE))
        if message.cache is not None:
            self._node(message.cache.key, Scope(self.start))
        return found

    def _node(self, node: Node | None, scope: Scope) -> Type:
        return NULL if node is None else self.mappings.of(node, scope)

    # -- steps ---------------------------------------------------------------------------------------------------

    def _step(self, step: Step, scope: Scope) -> Type:
        """What a step gives when it is not skipped."""
        if step.when is not None:
            self._node(step.when, scope)
            scope = assume(step.when.tree, scope, True)
        if step.call is None:
            self._node(step.refuse, scope)
            return self._node(step.value, scope)
        if step.each is not None:
            source = self._node(step.each, scope)
            scope = scope.having(**{step.item: element_of(source), "number": INTEGER})
        return self._called(step, step.call, scope)

    def _called(self, step: Step, call: str, scope: Scope) -> Type:
        for places in (step.path, step.query, step.headers):
            for node in places.values():
                self._node(node, scope)
        self._node(step.body, scope)
        answer = self.answer(call)
        inside = answered(scope, answer)
        if step.repeat is not None:
            until: Query | None = step.repeat.until  # none in a file that is being written
            self._node(until, inside)
            inside = inside if until is None else assume(until.tree, inside, True)
            answer = Answer(inside.names["reply"], inside.names["records"])
        result = answer.result if step.value is None else self._node(step.value, inside)
        return result if step.each is None else list_of(result)


def answered(scope: Scope, answer: Answer) -> Scope:
    """What is in reach of the `value` of a call."""
    headers = map_of(TEXT).or_null(_PERHAPS)
    return scope.having(reply=answer.reply, records=answer.records, status=INTEGER, headers=headers)


def _after(step: Step, result: Type, scope: Scope) -> Scope:
    """The scope behind a step."""
    condition: Ast | None = step.when.tree if step.when is not None else None
    if step.refuse is not None and condition is not None and not step.optional:
        return assume(condition, scope, False)
    if not step.save:
        return scope
    known = scope.names.get(step.unless or "")
    if known is not None:
        result = result | known.something
    if step.optional:
        result = result.or_null()
    if condition is None:
        behind = scope.having(**{step.save: result})
        if step.call is None and not step.optional and isinstance(step.value, Query):
            return behind.meaning(step.save, step.value.tree)
        return behind
    skipped = scope.having(**{step.save: result.or_null()})
    return replace(skipped, conditions={**skipped.conditions, step.save: (condition, result)})


def records_of(records: Any, reply: Type, settings: Type) -> Type:
    """The records of an endpoint: always a list, of one if `records` names a single object."""
    if records is None:
        return NULL
    if records.tree["type"] == "literal":  # what stands for one that could not be read
        return list_of(ANY)
    found = infer(records.tree, Scope({"settings": settings, "reply": reply}))
    if found.is_any:
        return list_of(ANY)
    single = Type(tuple(shape for shape in found.something.shapes if not isinstance(shape, List)))
    return list_of(element_of(Type(found.of(List))) | single)
