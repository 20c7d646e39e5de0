"""Telling by a call of an endpoint: a chat, a ticket system."""

from typing import Annotated, Literal

from pydantic import Field

from engine.calls import CallSpec
from engine.notices.notify import Notify
from engine.parts.fields import Reach, Tree, Value
from engine.parts.scalars import Text

OF_NOTICE = Reach(frozenset({"settings", "notice"}))


class CallNotify(Notify, CallSpec):
    """A call: `{type: call, call: chat.post, body: {text: "{{ notice.title }}\\n{{ notice.text }}"}}`."""

    noun = "a call entry of notify"

    type: Literal["call"]
    path: Annotated[
        dict[Text, Value],
        OF_NOTICE,
        Field(description="values of the path's {placeholders}", examples=[{"channel": "=settings.channel"}]),
    ] = Field(default_factory=dict)
    query: Annotated[
        dict[Text, Tree],
        OF_NOTICE,
        Field(description="parameters; null leaves one out", examples=[{"severity": "=notice.event"}]),
    ] = Field(default_factory=dict)
    headers: Annotated[
        dict[Text, Value], OF_NOTICE, Field(description="headers", examples=[{"X-Flow": "=notice.flow"}])
    ] = Field(default_factory=dict)
    body: Annotated[
        Tree | None,
        OF_NOTICE,
        Field(description="what is sent", examples=[{"text": "{{ notice.title }}: {{ notice.text }}"}]),
    ] = None
