"""`examples:` exchanges with canned replies: test, mock and documentation in one. Everything in them is data."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from engine.exchange import Outcome
from engine.mapping.read import data
from engine.parts.part import Part
from engine.parts.reading import reading
from engine.parts.scalars import Duration, Text, Whole


def _data(value: Any, info: ValidationInfo) -> Any:
    return data(value, reading(info).say)


Data = Annotated[Any, BeforeValidator(_data)]
"""A tree as it stands: no expression in it."""

Failure = Literal["connect", "timeout", "reset", "tls", "dns", "garbage"]
Kind = Literal["refused", "invalid", "unreachable", "mapping", "stopped"]


class CannedReply(Part):
    """What the other side answers."""

    noun = "a canned reply"
    inside = "body"

    status: Annotated[Whole, Field(description="the protocol's status", examples=[404])] = 200
    headers: Annotated[
        dict[Text, Text], Field(description="headers it carries", examples=[{"Content-Type": "application/json"}])
    ] = Field(default_factory=dict)
    body: Annotated[
        Data,
        Field(
            description="data, which is written in the endpoint's format; or text, which stands as it is",
            examples=[{"price": 4.5}],
        ),
    ] = None


class Sent(Part):
    """What must be sent: only the given parts are compared, those exactly (of headers, only the named ones)."""

    noun = "what is sent"
    inside = "body"

    path: Annotated[Data, Field(description="values of the path's {placeholders}", examples=[{"sku": "EMT-05"}])] = None
    query: Annotated[
        Data,
        Field(
            description="all parameters, but those of paging and of auth only where named",
            examples=[{"customer": "C-1"}],
        ),
    ] = None
    headers: Annotated[
        Data, Field(description="headers, those named here", examples=[{"Accept": "application/json"}])
    ] = None
    body: Annotated[Data, Field(description="the whole body", examples=[{"items": [{"sku": "EMT-05"}]}])] = None


class ExampleCall(Part):
    """One call the message makes, and what it gets."""

    noun = "a call of an example"

    call: Annotated[
        Text, Field(description="connection.endpoint, or a message of another integration", examples=["erp.price"])
    ]
    sent: Annotated[
        Sent | None, Field(description="what must be sent; default: anything", examples=[{"path": {"sku": "EMT-05"}}])
    ] = None
    reply: Annotated[
        CannedReply | None,
        Field(
            description="what is answered; default: 200 without a body",
            examples=[{"status": 200, "body": {"price": 4.5}}],
        ),
    ] = None
    failed: Annotated[
        Data,
        Field(
            description="of the message that a flow sends, answered as a whole: the records it could not deliver",
            examples=[[{"index": 1, "error": "The item is unknown"}]],
        ),
    ] = None
    fails: Annotated[Failure | None, Field(description="no answer comes, for this cause", examples=["timeout"])] = None
    delay: Annotated[Duration | None, Field(description="how long the answer takes", examples=["2s"])] = None


class Problem(Part):
    """How the message fails."""

    noun = "an expected error"

    kind: Annotated[
        Kind,
        Field(
            description="what kind of failure: refused, invalid, unreachable, mapping, stopped", examples=["refused"]
        ),
    ]
    text: Annotated[Data, Field(description="its words; default: any", examples=["The item is unknown"])] = None
    code: Annotated[Data, Field(description="the other side's code; default: any", examples=["E404"])] = None


class Rehearsed(Part):
    """What examples have in common: when they happen, with which settings, and what is called."""

    noun = "an example"

    title: Annotated[Text, Field(description="what it shows", examples=["two items, one unknown"])]
    settings: Annotated[
        Data,
        Field(
            description="settings it needs; the others have their defaults, or stand-ins",
            examples=[{"company": "NORTH"}],
        ),
    ] = None
    at: Annotated[
        Text | None,
        Field(description="when it happens, ISO 8601; what `exchange.at` gives", examples=["2026-03-01T12:00:00Z"]),
    ] = None
    calls: Annotated[
        tuple[ExampleCall, ...],
        Field(
            description="the calls it makes, in order; logins answer by themselves",
            examples=[[{"call": "erp.price", "reply": {"body": {"price": 4.5}}}]],
        ),
    ] = ()


class Example(Rehearsed):
    """One exchange of a message: what comes in, what is called, what comes out."""

    noun = "an example"

    input: Annotated[Data, Field(description="the message's input", examples=[{"sku": "EMT-05"}])] = None
    reply: Annotated[
        Data,
        Field(
            description="the whole reply; matchers such as {$any: text} may stand in it",
            examples=[{"sku": "EMT-05", "unit_price": 4.5}],
        ),
    ] = None
    error: Annotated[
        Problem | None,
        Field(
            description="how it fails, in place of `reply`",
            examples=[{"kind": "refused", "text": "The item is unknown"}],
        ),
    ] = None
    failed: Annotated[
        Data,
        Field(
            description="of a batch: the records that failed", examples=[[{"index": 1, "error": "The item is unknown"}]]
        ),
    ] = None


class Sending(Part):
    """One message that a flow sends: only the given parts are compared, those exactly."""

    noun = "a sent message"

    keys: Annotated[
        Data, Field(description="the keys of the records it carries, in their order", examples=[["EMT-05", "EMT-10"]])
    ] = None
    input: Annotated[
        Data,
        Field(
            description="the message's whole input; matchers such as {$any: text} may stand in it",
            examples=[{"items": [{"sku": "EMT-05"}]}],
        ),
    ] = None


class FlowExample(Rehearsed):
    """Records on their way through a flow: how it begins, what is called, what is sent, what becomes of them."""

    noun = "an example of a flow"

    event: Annotated[
        Data, Field(description="what is posted, of a flow that begins with an event", examples=[{"order_no": "7"}])
    ] = None
    headers: Annotated[Data, Field(description="headers of what is posted", examples=[{"Webhook-Id": "evt_1"}])] = None
    cursor: Annotated[
        Data,
        Field(
            description="how far the flow has read before; default: nothing yet, it begins at `read.cursor.start`",
            examples=[{"changed": "2026-03-01T00:00:00"}],
        ),
    ] = None
    record: Annotated[
        Data,
        Field(description="one record, as if it had been read; no reading is done", examples=[{"item_id": "EMT-05"}]),
    ] = None
    sends: Annotated[
        tuple[Sending, ...],
        Field(
            description="the messages it sends, in order; default: not compared",
            examples=[[{"keys": ["EMT-05"], "input": {"items": [{"sku": "EMT-05", "quantity": 12}]}}]],
        ),
    ] = ()
    outcome: Annotated[
        Outcome | None,
        Field(
            description="what becomes of the records, of several the worst: skipped, unchanged, done, sent (it waits "
            "for an answer), held, again (to be tried again), discarded, parked; default: done, of a flow with "
            "`confirm` sent, with `error` or `failed` whatever it is",
            examples=["held"],
        ),
    ] = None
    failed: Annotated[
        Data,
        Field(
            description="the records that are parked or to be tried again, by key",
            examples=[[{"key": "EMT-10", "error": "The item is unknown"}]],
        ),
    ] = None
    error: Annotated[
        Problem | None,
        Field(
            description="how the last record that failed does so, or the reading, or the taking in of the event",
            examples=[{"kind": "refused", "text": "The item is unknown"}],
        ),
    ] = None
    next_cursor: Annotated[
        Data,
        Field(description="how far the flow has read now", examples=[{"changed": "2026-03-01T12:00:00"}]),
    ] = None
