"""The API's description: every message, typed by its schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from engine.api.access import Wanted, allowed
from engine.clients.client import Client
from engine.plan import EventPlan
from engine.runtime.live.integration import LiveIntegration, LiveMessage

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "A stable name of the kind of problem"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened; of a refusal, the system's own words"},
        "exchange": {"type": "string", "description": "Id of the exchange, for `engine log ID`"},
        "errors": {"type": "array", "description": "Where the input does not fit", "items": {"type": "object"}},
    },
}

_TAKEN = {
    "type": "object",
    "required": ["exchange"],
    "properties": {
        "exchange": {
            "type": "string",
            "description": "Its id, for `engine log ID`; also in the header Engine-Exchange",
        },
        "known": {"type": "boolean", "description": "true: it was accepted before, and is not again"},
        "ignored": {"type": "boolean", "description": "true: nothing follows from it"},
    },
}

_FAILED = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "index": {"type": "integer", "description": "Which record, from 0; absent: all of them"},
            "error": {"description": "Why"},
            "temporary": {"type": "boolean", "description": "Whether a later try may help"},
        },
    },
}

_ANSWERS = {
    "400": "The request cannot be read",
    "401": "No known client",
    "403": "Not allowed from this network, or not this message",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "The input does not fit its schema; `errors` says where",
    "500": "A mapping failed",
    "502": "The system refused; `detail` has its words",
    "503": "The system cannot be reached",
    "504": "The system did not answer in time",
}


def document(integrations: Iterable[LiveIntegration]) -> dict[str, Any]:
    """OpenAPI 3.1 of the messages of some integrations."""
    schemas: dict[str, Any] = {"Problem": _PROBLEM}
    paths: dict[str, Any] = {}
    tags = []
    schemes: dict[str, Any] = {}
    for live in integrations:
        clients = live.security.clients.values() if live.security is not None else ()
        schemes |= {_way(client): dict(client.scheme) for client in clients}
        tags.append(
            {
                "name": live.name,
                "description": live.plan.integration.description or live.plan.integration.title or live.name,
            }
        )
        for name, message in live.messages.items():
            paths[f"/v1/{live.name}/messages/{name}"] = {"post": _operation(live, name, message, schemas)}
        for name, event in live.events.items():
            paths[f"/v1/{live.name}/events/{name}"] = {"post": _event(live, event, schemas)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Integration engine", "version": _version()},
        "tags": tags,
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": schemes},
    }


def _operation(live: LiveIntegration, name: str, message: LiveMessage, schemas: dict[str, Any]) -> dict[str, Any]:
    plan = message.plan
    title = f"{live.name}_{name}"
    reply = {"application/json": {"schema": _placed(plan.output_schema, f"{title}_output", schemas)}}
    operation = {
        **_about(live, title, name, plan.message.description),
        **_security(live, ("message", name)),
        "parameters": [_key_parameter(_KEY_OF_MESSAGE)],
        "requestBody": _body(_placed(plan.input_schema, f"{title}_input", schemas)),
        "responses": {"200": {"description": "The reply", "content": reply}} | _problems(_ANSWERS),
    }
    if plan.failed is not None:
        partly = {"type": "object", "properties": {"reply": reply["application/json"]["schema"], "failed": _FAILED}}
        operation["responses"]["207"] = {
            "description": "Some records failed; the others are done",
            "content": {"application/json": {"schema": partly}},
        }
    return operation


def _event(live: LiveIntegration, event: EventPlan, schemas: dict[str, Any]) -> dict[str, Any]:
    title = f"{live.name}_{event.name}_event"
    one = _placed(event.schema, title, schemas)
    answers = {status: text for status, text in _ANSWERS.items() if status not in ("502", "504")}
    return {
        **_about(live, title, event.name, event.event.description),
        **_security(live, ("event", event.name)),
        "parameters": [_key_parameter(_KEY_OF_EVENT if event.id is None else _KEY_BESIDE_ID)],
        "requestBody": {**_body(one), "description": "One event; a JSON list is several, accepted all or none"},
        "responses": {
            "202": {
                "description": "It is safe, and will be delivered",
                "headers": {"Location": {"description": _LOCATION, "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"oneOf": [_TAKEN, {"type": "array", "items": _TAKEN}]}}},
            }
        }
        | _problems({**answers, "503": "It cannot be kept now; nothing was accepted, send it again later"}),
    }


_KEY_OF_MESSAGE = (
    "Your key of this exchange, such as the order number: `engine log --key` finds it, "
    "and calls that write and have the same key run one after another"
)
_LOCATION = "Of one event: where operators are shown its delivery while it is open"
_KEY_OF_EVENT = (
    "Your name of this event: sent again with the same one, it is accepted once and answered the same; "
    "without one, each time it is sent is a new event"
)
_KEY_BESIDE_ID = (
    "Your name of this event, where it does not hold its own: sent again with the same one, it is accepted once"
)


def _about(live: LiveIntegration, title: str, name: str, description: str | None) -> dict[str, Any]:
    return {
        "operationId": title,
        "tags": [live.name],
        "summary": name.replace("_", " ").capitalize(),
        "description": description or "",
    }


def _way(client: Client) -> str:
    """What a client's scheme is called: its type, and its header where each has one of its own."""
    kind = str(dict(client)["type"])
    return f"{kind}.{client.scheme['name']}" if client.signs else kind


def _security(live: LiveIntegration, wanted: Wanted) -> dict[str, Any]:
    """How a caller shows who it is: by one of the ways of those who may do this."""
    clients = live.security.clients.values() if live.security is not None else ()
    ways = dict.fromkeys(_way(client) for client in clients if wanted in allowed(client))
    return {"security": [{way: []} for way in ways]} if clients else {}


def _key_parameter(description: str) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": 200}
    return {"name": "Idempotency-Key", "in": "header", "schema": schema, "description": description}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _problems(answers: Mapping[str, str]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": problem} for status, text in answers.items()}


def _placed(schema: Any, title: str, schemas: dict[str, Any]) -> dict[str, Any]:
    """A schema under `components`, its `$defs` beside it; gives the reference to it."""
    if schema is None:
        return {}
    for name, inner in schema.get("$defs", {}).items():
        schemas[_key(title, name)] = _moved(inner, title)
    root = {key: value for key, value in schema.items() if key != "$defs"}
    if set(root) == {"$ref"}:
        reference: dict[str, Any] = _moved(root, title)
        return reference
    schemas[title] = _moved(root, title)
    return {"$ref": f"#/components/schemas/{title}"}


def _key(title: str, name: str) -> str:
    """Canonical schemas keep their names; an integration's own are told apart by the message."""
    return name if name.startswith("commerce.") else f"{title}.{name}"


def _moved(schema: Any, title: str) -> Any:
    if isinstance(schema, list):
        return [_moved(item, title) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _reference(value, title) if key == "$ref" and isinstance(value, str) else _moved(value, title)
        for key, value in schema.items()
    }


def _reference(reference: str, title: str) -> str:
    """Where the target of a reference within a schema stands in the document."""
    if reference.startswith("#/$defs/"):
        return f"#/components/schemas/{_key(title, reference.removeprefix('#/$defs/'))}"
    return f"#/components/schemas/{title}{reference.removeprefix('#')}" if reference.startswith("#") else reference


def _version() -> str:
    try:
        return version("engine")
    except PackageNotFoundError:
        return "0"
