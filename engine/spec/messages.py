"""`messages:` business exchanges, request → reply."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine.parts.fields import Query, S, Tree, Value
from engine.parts.part import Part
from engine.parts.scalars import Duration, Flag, Name, OwnName, Text
from engine.spec.examples import Example


class Repeat(Part):
    """Call again until done; the limit reached is a failure that a later try may cure."""

    noun = "a repeat"

    until: Annotated[Query, Field(description="true ends the repeating; over reply records status headers")]
    every: Annotated[S[Duration], Field(description="wait between two calls")] = 2.0
    limit: Annotated[S[Duration], Field(description="longest time for all")] = 300.0


class Step(Part):
    """One step: a `call`, a computed `value`, or a `refuse`."""

    noun = "a step"

    call: Annotated[
        Text | None, Field(description="connection.endpoint, or a message by its name (its input is `body`)")
    ] = None
    save: Annotated[OwnName | None, Field(description="name of the result; without it nothing is kept")] = None
    value: Annotated[
        Tree | None,
        Field(description="what the name stands for, over reply records status headers; default: records, else reply"),
    ] = None
    when: Annotated[Query | None, Field(description="false: the step is skipped, its name is null")] = None
    unless: Annotated[
        Text | None,
        Field(description="an earlier step: if its result is not null, no call is made and its result is taken"),
    ] = None
    each: Annotated[Query | None, Field(description="one call per element, in order; the result is a list")] = None
    item: Annotated[Name, Field(description="what the element of `each` is called")] = "item"
    path: Annotated[dict[Text, Value], Field(description="values of the path's {placeholders}")] = Field(
        default_factory=dict
    )
    query: Annotated[dict[Text, Tree], Field(description="parameters; null leaves one out, a list repeats it")] = Field(
        default_factory=dict
    )
    headers: Annotated[dict[Text, Value], Field(description="headers; null leaves one out")] = Field(
        default_factory=dict
    )
    body: Annotated[Tree | None, Field(description="what is sent; for a message, its input")] = None
    repeat: Annotated[Repeat | None, Field(description="call again until done")] = None
    refuse: Annotated[Value | None, Field(description="refuse the message with this text")] = None
    temporary: Annotated[Flag, Field(description="with `refuse`: a later try may help")] = False
    always: Annotated[Flag, Field(description="runs also after a failure")] = False
    optional: Annotated[Flag, Field(description="its own failure spoils nothing")] = False
    timeout: Annotated[S[Duration] | None, Field(description="longest time for one call")] = None


class Cache(Part):
    """Answers that are kept."""

    noun = "a cache"

    keep: Annotated[S[Duration], Field(description="answered without asking for so long")]
    offline: Annotated[
        S[Duration] | None, Field(description="how old an answer may be while the system is away; default: keep")
    ] = None
    key: Annotated[Tree | None, Field(description="what tells answers apart; default: the whole input")] = None


class Message(Part):
    """One business exchange, callable in real time."""

    noun = "a message"

    description: Annotated[Text | None, Field(description="what it does, for the shop developer")] = None
    enabled: Annotated[S[Flag], Field(description="whether it can be called")] = True
    input: Annotated[
        Any, Field(description="schema of the input: commerce.…, a name under schemas, or JSON Schema in place")
    ] = None
    output: Annotated[Any, Field(description="schema of the reply")] = None
    steps: Annotated[tuple[Step, ...], Field(description="what is done, in order")] = ()
    reply: Annotated[Tree | None, Field(description="what the caller gets")] = None
    failed: Annotated[
        Tree | None, Field(description="of a batch: list of {index, error, temporary} over its records")
    ] = None
    timeout: Annotated[S[Duration], Field(description="longest time for all steps together, in real time")] = 30.0
    cache: Annotated[Cache | None, Field(description="answers that are kept")] = None
    fallback: Annotated[
        Tree | None, Field(description="the answer while the system is away and no kept one is young enough")
    ] = None
    examples: Annotated[
        tuple[Example, ...], Field(description="exchanges with canned replies: test, mock and documentation")
    ] = ()
