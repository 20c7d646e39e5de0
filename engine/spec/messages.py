"""`messages:` business exchanges, request → reply."""

from typing import Annotated

from pydantic import Field

from engine.parts.fields import Query, S, Schema, Tree, Value
from engine.parts.part import Part
from engine.parts.scalars import Duration, Flag, Name, OwnName, Text
from engine.spec.examples import Example


class Repeat(Part):
    """Call again until done; the limit reached is a failure that a later try may cure."""

    noun = "a repeat"

    until: Annotated[
        Query,
        Field(
            description="true ends the repeating; over reply records status headers",
            examples=["=reply.state == 'done'"],
        ),
    ]
    every: Annotated[S[Duration], Field(description="wait between two calls", examples=["2s"])] = 2.0
    limit: Annotated[S[Duration], Field(description="longest time for all", examples=["5m"])] = 300.0


class Step(Part):
    """One step: a `call`, a computed `value`, or a `refuse`."""

    noun = "a step"

    call: Annotated[
        Text | None,
        Field(
            description="connection.endpoint, or a message by its name (its input is `body`)", examples=["erp.price"]
        ),
    ] = None
    save: Annotated[
        OwnName | None, Field(description="name of the result; without it nothing is kept", examples=["found"])
    ] = None
    value: Annotated[
        Tree | None,
        Field(
            description="what the name stands for, over reply records status headers; default: records, else reply",
            examples=["=reply.items[0]"],
        ),
    ] = None
    when: Annotated[
        Query | None, Field(description="false: the step is skipped, its name is null", examples=["=input.customer_id"])
    ] = None
    unless: Annotated[
        Text | None,
        Field(
            description="an earlier step: if its result is not null, no call is made and its result is taken",
            examples=["existing"],
        ),
    ] = None
    each: Annotated[
        Query | None,
        Field(
            description="one call per element, in order; the result is a list", examples=["=chunks(input.items, `100`)"]
        ),
    ] = None
    item: Annotated[Name, Field(description="what the element of `each` is called", examples=["batch"])] = "item"
    path: Annotated[
        dict[Text, Value], Field(description="values of the path's {placeholders}", examples=[{"sku": "=input.sku"}])
    ] = Field(default_factory=dict)
    query: Annotated[
        dict[Text, Tree],
        Field(
            description="parameters; null leaves one out, a list repeats it",
            examples=[{"customer": "=input.customer_id"}],
        ),
    ] = Field(default_factory=dict)
    headers: Annotated[
        dict[Text, Value], Field(description="headers; null leaves one out", examples=[{"X-Key": "=exchange.key"}])
    ] = Field(default_factory=dict)
    body: Annotated[
        Tree | None,
        Field(
            description="what is sent; for a message, its input",
            examples=[
                {
                    "customer": "=input.customer_id",
                    "lines": {"$each": "=input.items", "$map": {"sku": "=item.sku", "quantity": "=item.quantity"}},
                }
            ],
        ),
    ] = None
    repeat: Annotated[
        Repeat | None,
        Field(description="call again until done", examples=[{"until": "=reply.done", "every": "2s", "limit": "5m"}]),
    ] = None
    refuse: Annotated[
        Value | None,
        Field(description="refuse the message with this text", examples=["The order {{ input.no }} has no lines"]),
    ] = None
    temporary: Annotated[Flag, Field(description="with `refuse`: a later try may help", examples=[True])] = False
    always: Annotated[Flag, Field(description="runs also after a failure", examples=[True])] = False
    optional: Annotated[Flag, Field(description="its own failure spoils nothing", examples=[True])] = False
    timeout: Annotated[S[Duration] | None, Field(description="longest time for one call", examples=["5s"])] = None


class Cache(Part):
    """Answers that are kept."""

    noun = "a cache"

    keep: Annotated[S[Duration], Field(description="answered without asking for so long", examples=["30s"])]
    offline: Annotated[
        S[Duration] | None,
        Field(description="how old an answer may be while the system is away; default: keep", examples=["24h"]),
    ] = None
    key: Annotated[
        Tree | None, Field(description="what tells answers apart; default: the whole input", examples=["=input.sku"])
    ] = None


class Message(Part):
    """One business exchange, callable in real time."""

    noun = "a message"

    description: Annotated[
        Text | None,
        Field(
            description="what it does, for the shop developer",
            examples=["Customer-specific prices, in the unit asked for"],
        ),
    ] = None
    enabled: Annotated[S[Flag], Field(description="whether it can be called", examples=["=settings.prices_on"])] = True
    input: Annotated[
        Schema,
        Field(
            description="schema of the input: commerce.…, a name under schemas, a place in an OpenAPI file beside this "
            "one (acme.openapi.yaml#/components/schemas/Price), or JSON Schema in place",
            examples=["commerce.price_request"],
        ),
    ] = None
    output: Annotated[Schema, Field(description="schema of the reply", examples=["commerce.prices"])] = None
    steps: Annotated[
        tuple[Step, ...],
        Field(
            description="what is done, in order",
            examples=[[{"call": "erp.price", "save": "found", "path": {"sku": "=input.sku"}}]],
        ),
    ] = ()
    reply: Annotated[
        Tree | None,
        Field(
            description="what the caller gets",
            examples=[
                {
                    "items": {
                        "$each": "=found.items",
                        "$map": {"sku": "=item.id", "unit_price": "=decimal(item.price, `4`)"},
                    }
                }
            ],
        ),
    ] = None
    failed: Annotated[
        Tree | None,
        Field(
            description="of a batch: list of {index, error, temporary} over its records",
            examples=[{"$each": "=created.errors", "$map": {"index": "=item.line", "error": "=item.text"}}],
        ),
    ] = None
    timeout: Annotated[
        S[Duration], Field(description="longest time for all steps together, in real time", examples=["10s"])
    ] = 30.0
    cache: Annotated[
        Cache | None, Field(description="answers that are kept", examples=[{"keep": "30s", "offline": "24h"}])
    ] = None
    fallback: Annotated[
        Tree | None,
        Field(
            description="the answer while the system is away and no kept one is young enough",
            examples=[{"items": "=input.items"}],
        ),
    ] = None
    examples: Annotated[
        tuple[Example, ...],
        Field(
            description="exchanges with canned replies: test, mock and documentation",
            examples=[
                [
                    {
                        "title": "one item",
                        "input": {"sku": "EMT-05"},
                        "calls": [{"call": "erp.price", "reply": {"body": {"price": 4.5}}}],
                        "reply": {"sku": "EMT-05", "unit_price": 4.5},
                    }
                ]
            ],
        ),
    ] = ()
