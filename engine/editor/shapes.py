"""What the names of expressions hold, as far as schemas and settings say: the fields an editor can offer behind a dot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.editor.workspace import View
from engine.protocols.rest import Endpoint, RestConnection
from engine.schemas import Schemas
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step
from engine.spec.settings import Setting


@dataclass(frozen=True)
class Shape:
    """What is known of a value: JSON Schemas that hold for it, and what their references lead to."""

    schemas: tuple[Mapping[str, Any], ...] = ()
    whole: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def fields(self) -> dict[str, Shape]:
        """The fields of an object, by name."""
        found: dict[str, Shape] = {}
        for schema in self._flat():
            for name, inner in schema.get("properties", {}).items():
                found.setdefault(name, Shape((inner,), self.whole) if isinstance(inner, dict) else UNKNOWN)
        return found

    @property
    def element(self) -> Shape:
        """An element of a list."""
        inner = tuple(schema["items"] for schema in self._flat() if isinstance(schema.get("items"), dict))
        return Shape(inner, self.whole) if inner else UNKNOWN

    @property
    def description(self) -> str:
        return next((str(schema["description"]) for schema in self._flat() if "description" in schema), "")

    def __str__(self) -> str:
        """Such as `text`, `list of object`, `number or null`; empty if nothing is known."""
        kinds: dict[str, None] = {}
        for schema in self._flat():
            written = schema.get("type", ())
            for kind in [written] if isinstance(written, str) else written:
                element = str(self.element) if kind == "array" else ""
                kinds[f"list of {element}" if element else _WORDS.get(kind, kind)] = None
        return " or ".join(kinds)

    def _flat(self) -> Iterator[Mapping[str, Any]]:
        """The schemas without references and choices."""
        waiting, seen = list(self.schemas), 0
        while waiting and seen < 200:
            schema, seen = waiting.pop(0), seen + 1
            yield schema
            reference = schema.get("$ref")
            if isinstance(reference, str):
                target = self._target(reference)
                waiting += [target] if isinstance(target, dict) else []
            for choice in ("allOf", "anyOf", "oneOf"):
                waiting += [inner for inner in schema.get(choice, ()) if isinstance(inner, dict)]

    def _target(self, reference: str) -> Any:
        found: Any = self.whole
        for step in reference.removeprefix("#").strip("/").split("/"):
            found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        return found


UNKNOWN = Shape()
TEXT, NUMBER = Shape(({"type": "string"},)), Shape(({"type": "integer"},))
EXCHANGE = Shape(
    (
        {
            "type": "object",
            "description": "this exchange, the same over all attempts",
            "properties": {
                "id": {"type": "string", "description": "the engine's id of it"},
                "key": {"type": "string", "description": "the caller's Idempotency-Key, else the id"},
                "number": {"type": "integer", "description": "counts exchanges"},
                "at": {"type": "string", "description": "when it began, ISO 8601"},
                "attempt": {"type": "integer", "description": "1 at the first attempt"},
            },
        },
    )
)

_WORDS = {"string": "text", "array": "list", "integer": "whole number"}
_OF_SETTING = {"integer": "integer", "number": "number", "boolean": "boolean", "map": "object"} | dict.fromkeys(
    ("list", "emails", "networks"), "array"
)


def settings_of(integration: Integration) -> Shape:
    """`settings`."""
    fields = {name: _setting(setting) for name, setting in integration.settings.items() if setting is not None}
    return Shape(({"type": "object", "properties": fields},))


def _setting(setting: Setting) -> dict[str, Any]:
    default = "" if setting.default is None else f"; default: {setting.default}"
    words = f"{setting.description or 'a setting'} ({setting.type}{default})"
    found: dict[str, Any] = {"type": _OF_SETTING.get(setting.type, "string"), "description": words}
    if setting.type == "map" and isinstance(setting.default, dict):
        found["properties"] = {key: {} for key in setting.default}
    return found


def of_schema(integration: Integration, reference: Any) -> Shape:
    """What a schema describes: a name, or JSON Schema in place. One that cannot be read describes nothing."""
    if reference is None:
        return UNKNOWN
    try:
        whole = Schemas(integration.schemas, integration.folder).whole(reference)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return UNKNOWN
    return Shape((whole,), whole)


def input_of(integration: Integration, message: Message) -> Shape:
    """`input` of a message."""
    return of_schema(integration, message.input)


def reply_of(view: View, step: Step) -> Shape:
    """`reply` of a step's call."""
    first, dot, second = (step.call or "").partition(".")
    integration = view.integration
    connection = integration.connections.get(first)
    if isinstance(connection, RestConnection):
        endpoint = connection.endpoints.get(second)
        return of_endpoint(integration, connection, endpoint) if endpoint is not None else UNKNOWN
    owner = view.other(first) if dot else None
    if owner is not None and owner.integration is not None:
        integration = owner.integration
    message = integration.messages.get(second if dot else first)
    return of_schema(integration, message.output) if message is not None else UNKNOWN


def of_endpoint(integration: Integration, connection: RestConnection, endpoint: Endpoint) -> Shape:
    """`reply` of an endpoint."""
    return of_schema(integration, endpoint.reply if endpoint.reply is not None else connection.reply)


def result_of(view: View, step: Step) -> Shape:
    """What the name of a step stands for; nothing is known where `value` or `records` compute it."""
    if step.value is not None or _has_records(view.integration, step):
        return UNKNOWN
    reply = reply_of(view, step)
    return listed(reply) if step.each is not None else reply


def listed(element: Shape) -> Shape:
    """A list of something."""
    items = {"allOf": list(element.schemas)} if element.schemas else {}
    return Shape(({"type": "array", "items": items},), element.whole)


def _has_records(integration: Integration, step: Step) -> bool:
    first, _, second = (step.call or "").partition(".")
    connection = integration.connections.get(first)
    endpoint = connection.endpoints.get(second) if isinstance(connection, RestConnection) else None
    return endpoint is not None and endpoint.records is not None
