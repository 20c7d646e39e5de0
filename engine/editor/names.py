"""What the names of expressions mean: those that the engine gives, settings, and what a schema says of a field."""

from __future__ import annotations

from engine.editor.file import View
from engine.types import Type

NAMES = {
    "settings": "what an administrator sets",
    "exchange": "this exchange, the same over all attempts",
    "exchange.id": "the engine's id of it",
    "exchange.key": "the caller's Idempotency-Key, else the id",
    "exchange.number": "counts exchanges",
    "exchange.at": "when it began, ISO 8601",
    "exchange.attempt": "1 at the first attempt",
    "input": "what the message is called with",
    "reply": "the body that came back",
    "records": "the records that came back; of a flow with `batch`, those that go together",
    "status": "the status that came back",
    "headers": "the headers that were just received: lower case, `-` as `_`",
    "token": "what the login has got",
    "item": "the element of `each`",
    "number": "counts the elements, from 1",
    "key": "the key of the element, where `$each` goes through an object",
    "error": "why the message failed: {text, cause}",
    "event": "what was posted",
    "record": "the record on its way",
    "cursor": "how far the flow has read",
    "started": "when this run began",
    "file": "the file a record stands in: {name, line, path}",
    "body": "what was posted, as it came",
}
"""The names that no step, setting or `$let` may take (LANGUAGE §5), and the fields of `exchange`."""


def meaning(view: View, chain: str, given: Type) -> str:
    """What is known for people of a path of names such as `settings.url`; empty if nothing is.

    Args:
        given: its type.
    """
    root, _, rest = chain.partition(".")
    if root == "settings" and rest:
        return _of_setting(view, rest)
    return NAMES.get(chain) or meaning_of(given)


def meaning_of(type_: Type) -> str:
    """What its schema says of a value; empty if nothing."""
    return next((shape.source.description for shape in type_.shapes if shape.source), "")


def _of_setting(view: View, name: str) -> str:
    setting = view.integration.settings.get(name)
    if setting is None:
        return ""
    default = "" if setting.default is None else f"; default: {setting.default}"
    return f"{setting.description or 'a setting'} ({setting.type}{default})"
