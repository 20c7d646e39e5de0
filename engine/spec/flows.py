"""`flows:` when and from where records travel, and what becomes of those that fail."""

from typing import Annotated, Literal

from pydantic import Field

from engine.calls import CallSpec
from engine.parts.fields import Query, S, Tree, Value
from engine.parts.part import Part
from engine.parts.scalars import Backoff, Duration, Flag, Name, Natural, OwnName, Range, Text, Zone
from engine.parts.times import Cron
from engine.spec.examples import FlowExample


class Trigger(Part):
    """What begins a flow: exactly one of its keys (`zone` beside `cron`)."""

    noun = "a trigger"

    every: Annotated[S[Duration] | None, Field(description="again and again, such as 1m", examples=["1m"])] = None
    cron: Annotated[
        S[Cron] | None,
        Field(description="at these times, such as 30 2 * * * for half past two", examples=["30 2 * * *"]),
    ] = None
    zone: Annotated[
        S[Zone] | None, Field(description="of `cron`; default: the integration's", examples=["America/Chicago"])
    ] = None
    event: Annotated[Name | None, Field(description="when this event is posted", examples=["order_placed"])] = None
    after: Annotated[Name | None, Field(description="when this flow has read all there was", examples=["products"])] = (
        None
    )
    manual: Annotated[Flag, Field(description="only by `engine run` and `engine migrate`", examples=[True])] = False


class Cursor(Part):
    """How far a flow has read; it moves when the records it covers are safe."""

    noun = "a cursor"

    start: Annotated[
        dict[Text, Value],
        Field(description="where the first run begins, over settings", examples=[{"changed": "1990-01-01T00:00:00"}]),
    ]
    next: Annotated[
        dict[Text, Value],
        Field(
            description="where to go on, over `record`: the last one read", examples=[{"changed": "=record.changed"}]
        ),
    ]
    overlap: Annotated[
        S[Duration] | None,
        Field(description="read so much again at every run: what was saved late is found", examples=["5m"]),
    ] = None


class Details(CallSpec):
    """What belongs to the records of a page: `{lines: {call: erp.lines, query: {…: =records[].no}, match: no}}`."""

    noun = "details"

    match: Annotated[
        Text, Field(description="the field that is equal in a record and in what belongs to it", examples=["order_no"])
    ]


class Read(CallSpec):
    """From where the records come: a list in pages; after an event, the whole record."""

    noun = "a read"

    cursor: Annotated[
        Cursor | None,
        Field(
            description="how far a flow has read; default: it reads everything",
            examples=[{"start": {"changed": "1990-01-01T00:00:00"}, "next": {"changed": "=record.changed"}}],
        ),
    ] = None
    value: Annotated[
        Tree | None,
        Field(
            description="the records (after an event, the record), over reply records; default: records, else reply",
            examples=["=reply.value"],
        ),
    ] = None
    details: Annotated[
        dict[OwnName, Details],
        Field(
            description="read for each page (after an event, for the record), and put into its records by name",
            examples=[
                {"lines": {"call": "erp.lines", "query": {"orders": "=records[].order_no"}, "match": "order_no"}}
            ],
        ),
    ] = Field(default_factory=dict)


class Hold(Part):
    """Wait until; what waits is seen to wait."""

    noun = "a hold"

    until: Annotated[Query, Field(description="true: it goes; over record event", examples=["=record.payment.done"])]
    merge: Annotated[
        tuple[Name, ...],
        Field(
            description="events that complete a waiting record of the same key, whichever is first",
            examples=[["payment_acknowledged"]],
        ),
    ] = ()
    refresh: Annotated[
        Text | None,
        Field(
            description="a message asked each time before `until`; its input is the record", examples=["order_state"]
        ),
    ] = None
    every: Annotated[S[Duration], Field(description="how often it is looked at again", examples=["5m"])] = 60.0
    limit: Annotated[S[Duration] | None, Field(description="longest wait; then it is parked", examples=["3d"])] = None


class Delivery(Part):
    """What becomes of a record whose delivery fails."""

    noun = "a delivery"

    attempts: Annotated[S[Natural], Field(description="how often it is tried", examples=[20])] = 8
    backoff: Annotated[
        S[Backoff], Field(description="the first wait and the longest, such as 5s..1h", examples=["5s..1h"])
    ] = Range(5.0, 3600.0)
    then: Annotated[
        Literal["park", "discard"],
        Field(description="after the last attempt; parked waits for a person", examples=["park"]),
    ] = "park"
    keep: Annotated[
        Literal["all", "latest"],
        Field(description="latest: a newer record of the key replaces one that still waits", examples=["latest"]),
    ] = "all"


class Confirm(Part):
    """Sent is not done: another flow's records answer, by equal key."""

    noun = "a confirm"

    flow: Annotated[Name, Field(description="the flow whose records answer", examples=["order_results"])]
    refused: Annotated[
        Query | None,
        Field(description="whether an answer is a no, over its `record`", examples=["=record.status == 'E'"]),
    ] = None
    error: Annotated[
        Value | None, Field(description="the other side's words, over its `record`", examples=["=record.message"])
    ] = None
    within: Annotated[
        S[Duration], Field(description="how long an answer may take before people are told", examples=["4h"])
    ] = 86_400.0


class Flow(Part):
    """Records that travel by themselves: on a schedule, or after an event."""

    noun = "a flow"

    description: Annotated[
        Text | None, Field(description="what travels, and where to", examples=["Stock levels, ERP to shop"])
    ] = None
    enabled: Annotated[S[Flag], Field(description="whether it runs", examples=["=settings.send_stock"])] = True
    trigger: Annotated[Trigger, Field(description="what begins it", examples=[{"every": "1m"}])]
    read: Annotated[
        Read | None,
        Field(description="from where the records come; default: the event", examples=[{"call": "erp.stock"}]),
    ] = None
    when: Annotated[
        Query | None, Field(description="false: this record is skipped for good", examples=["=record.sellable"])
    ] = None
    hold: Annotated[
        Hold | None,
        Field(description="wait until it may go", examples=[{"until": "=record.payment.done", "limit": "3d"}]),
    ] = None
    changed: Annotated[
        tuple[Query, ...],
        Field(
            description="sent only if these differ from what was delivered last of the key",
            examples=[["=record.quantity"]],
        ),
    ] = ()
    key: Annotated[
        Value | None,
        Field(
            description="records of one key go one at a time, in order; default: in any order", examples=["=record.sku"]
        ),
    ] = None
    batch: Annotated[
        S[Natural] | None, Field(description="up to so many records in one message, as `records`", examples=[100])
    ] = None
    send: Annotated[
        Text,
        Field(
            description="the message: its name, or that of one of an integration in use", examples=["shop.update_stock"]
        ),
    ]
    input: Annotated[
        Tree | None,
        Field(
            description="the message's input, over record (records) event; default: the record itself",
            examples=[{"sku": "=record.item_id"}],
        ),
    ] = None
    delivery: Annotated[
        Delivery, Field(description="attempts, and what then", examples=[{"attempts": 8, "backoff": "5s..1h"}])
    ] = Field(default_factory=Delivery)
    confirm: Annotated[
        Confirm | None,
        Field(description="another flow's records answer", examples=[{"flow": "order_results", "within": "4h"}]),
    ] = None
    examples: Annotated[
        tuple[FlowExample, ...],
        Field(
            description="records on their way, with canned replies: test and documentation",
            examples=[
                [
                    {
                        "title": "one item",
                        "record": {"item_id": "EMT-05", "qty": 12},
                        "sends": [{"keys": ["EMT-05"], "input": {"sku": "EMT-05", "quantity": 12}}],
                    }
                ]
            ],
        ),
    ] = ()
