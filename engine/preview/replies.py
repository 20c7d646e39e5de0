"""What the calls of a preview get: replies that are given, those of an example, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.spec.examples import CannedReply, Example
from engine.spec.integration import Integration
from engine.spec.messages import Message

_KEYS = frozenset({"call", "status", "headers", "body"})


class ReplyNeeded(BaseException):
    """The next step depends on a reply that nobody gave: the preview ends, and nothing treats it as a failure."""

    def __init__(self, call: str) -> None:
        super().__init__(call)
        self.call = call


class Replies:
    """Replies in order.

    Args:
        given: for the calls of all steps, in the order they are made; empty takes those of examples.
        examples: of each integration, the examples whose replies count.
    """

    def __init__(self, given: Iterable[CannedReply], examples: Mapping[str, Iterable[Example]]) -> None:
        self._given = list(given)
        self._by_call: dict[tuple[str, str], list[CannedReply]] = {}
        for integration, chosen in examples.items():
            for example in chosen:
                for call in example.calls:
                    if call.fails is None:
                        reply = call.reply or CannedReply()
                        self._by_call.setdefault((integration, call.call), []).append(reply)
        self._in_order = bool(self._given)

    def take(self, integration: str, call: str) -> CannedReply:
        """The reply to the next call.

        Raises:
            ReplyNeeded: there is none.
        """
        waiting = self._given if self._in_order else self._by_call.get((integration, call), [])
        if not waiting:
            raise ReplyNeeded(call if "." in call else f"{integration}.{call}")
        return waiting.pop(0)


def read_replies(value: Any) -> list[CannedReply]:
    """Replies as they are given: a list of `{status, headers, body}`.

    Raises:
        ValueError: they are something else.
    """
    if not isinstance(value, list):
        raise ValueError("write a list of replies: [{status: 200, body: …}], in the order of the calls")
    return [_reply(number, one) for number, one in enumerate(value, 1)]


def _reply(number: int, value: Any) -> CannedReply:
    if not isinstance(value, dict) or value.keys() - _KEYS:
        raise ValueError(
            f"reply {number}: write {{status: 200, headers: {{}}, body: …}}; status and headers may be left out"
        )
    status, headers = value.get("status", 200), value.get("headers") or {}
    if type(status) is not int or not 100 <= status <= 599:
        raise ValueError(f"reply {number}: status is a number such as 200")
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in headers.values()):
        raise ValueError(f"reply {number}: headers are names with text")
    return CannedReply.model_construct(status=status, headers=headers, body=value.get("body"))


def fitting(message: Message, value: Any) -> Example | None:
    """The example whose replies fit: that with the same input, else the first that succeeds."""
    same = (example for example in message.examples if example.input == value)
    good = (example for example in message.examples if example.error is None)
    return next(same, None) or next(good, None)


def all_examples(integration: Integration) -> list[Example]:
    return [example for message in integration.messages.values() for example in message.examples]
