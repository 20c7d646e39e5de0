"""Example values of a mapping's fields, out of the examples that stand beside messages and flows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from engine.errors import Fault
from engine.formats.json import dumps
from engine.spec.examples import Example
from engine.spec.flows import Flow
from engine.spec.messages import Message, Step

LONGEST = 60

_STEP = re.compile(r"([^.\[\]]+)|\[(\d*)\]")


def of_reply(message: Message, target: str) -> str:
    """The value of a field of the reply."""
    return _first(example.reply for example in message.examples).get(target)


def of_request(message: Message, step: Step, part: str, target: str) -> str:
    """The value of a field that a step sends; `part` is path, query, headers or body."""
    sent = (
        getattr(call.sent, part)
        for example in message.examples
        for call in example.calls
        if call.call == step.call and call.sent is not None
    )
    return _first(sent).get(target)


def of_reading(flow: Flow, call: str, part: str, target: str) -> str:
    """The value of a field that a flow asks for; `part` is path, query, headers or body."""
    return _first(_sent(flow, call, part)).get(target)


def of_sending(flow: Flow, target: str) -> str:
    """The value of a field of what a flow sends."""
    sent = (sending.input for example in flow.examples for sending in example.sends)
    return _first([*sent, *_sent(flow, flow.send, "body")]).get(target)


def posted(flows: Iterable[Flow]) -> Any:
    """The event that begins the first example of flows in which something is sent; None if there is none."""
    return next((example.event for flow in flows for example in flow.examples if example.sends), None)


def _sent(flow: Flow, call: str, part: str) -> Iterator[Any]:
    for example in flow.examples:
        for one in example.calls:
            if one.call == call and one.sent is not None:
                yield getattr(one.sent, part)


def whole(message: Message) -> Example | None:
    """The example that shows the message best: the first that succeeds."""
    return next((example for example in message.examples if example.error is None), None)


class _Values:
    """Several payloads; the first that has a field gives its value."""

    def __init__(self, payloads: list[Any]) -> None:
        self._payloads = payloads

    def get(self, target: str) -> str:
        for payload in self._payloads:
            value = _found(payload, target)
            if value is not None and not _is_matcher(value):
                return _text(value)
        return ""


def _first(payloads: Any) -> _Values:
    return _Values([payload for payload in payloads if payload is not None])


def _found(value: Any, target: str) -> Any:
    """The value at a target such as `items[].sku`; of a list, of its first element; None if there is none."""
    for name, place in _STEP.findall(target):
        if name and isinstance(value, dict):
            value = value.get(name)
        elif not name and isinstance(value, list) and value:
            index = int(place or 1) - 1
            value = value[index] if index < len(value) else None
        else:
            return None
    return value


def _is_matcher(value: Any) -> bool:
    """Whether an example leaves a value open: `{$any: text}`."""
    return isinstance(value, dict) and bool(value) and all(key.startswith("$") for key in value)


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return ""
    try:
        text = value if isinstance(value, str) else dumps(value).decode()
    except Fault:
        return ""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
