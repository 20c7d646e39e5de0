"""`events:` what may be posted to us. A webhook is an event whose client signs."""

import warnings
from typing import Annotated

from pydantic import Field

from engine.parts.fields import Query, Reach, Schema, Tree, Value
from engine.parts.part import Part
from engine.parts.scalars import Text

OF_POST = Reach(frozenset({"settings", "body", "headers"}))


with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # pydantic had a method of the name `schema`

    class Event(Part):
        """One kind of event that may be posted: `POST /v1/{integration}/events/{event}`."""

        noun = "an event"

        description: Annotated[
            Text | None,
            Field(description="what has happened, for the shop developer", examples=["An order was placed"]),
        ] = None
        schema: Annotated[
            Schema,
            Field(
                description="schema of what is posted: commerce.…, a name under schemas, or JSON Schema",
                examples=["commerce.order"],
            ),
        ] = None
        map: Annotated[
            Tree | None,
            OF_POST,
            Field(
                description="the event as flows see it, over body headers; default: the body",
                examples=[{"no": "=body.order.no"}],
            ),
        ] = None
        when: Annotated[
            Query | None,
            OF_POST,
            Field(
                description="false: it is answered, and nothing follows", examples=["=body.topic == 'order.created'"]
            ),
        ] = None
        id: Annotated[
            Value | None,
            OF_POST,
            Field(
                description="what the sender calls it: accepted once, refused without; default: the Idempotency-Key header",
                examples=["=headers.webhook_id"],
            ),
        ] = None
