"""JSON:API documents as plain values: attributes and resolved relationships side by side."""

from __future__ import annotations

from typing import Any, Literal

from engine.formats.format import Format
from engine.formats.json import dumps, loads

MAX_DEPTH = 6


class JsonApi(Format):
    """JSON:API (jsonapi.org). Reading: `record.lineItems[].productSku`, `record.customer.externalId`.

    Writing sends the document as mapped.
    """

    noun = "the JSON:API format"
    content_type = "application/vnd.api+json"

    type: Literal["jsonapi"] = "jsonapi"

    def encode(self, value: Any) -> bytes:
        return dumps(value)

    def decode(self, content: bytes, charset: str) -> Any:
        return resolved(loads(content))


def resolved(document: Any) -> Any:
    """A document whose `data` holds plain values; what is not JSON:API stays as it is."""
    if not isinstance(document, dict) or "data" not in document:
        return document
    included = {
        (resource.get("type"), resource.get("id")): resource
        for resource in document.get("included") or []
        if isinstance(resource, dict)
    }
    data = document["data"]
    plain = (
        [_plain(resource, included, ()) for resource in data] if isinstance(data, list) else _plain(data, included, ())
    )
    return {**document, "data": plain}


def _plain(resource: Any, included: dict[Any, Any], above: tuple[Any, ...]) -> Any:
    """One resource; a relationship to a resource that encloses it, or too deep, stays its `{type, id}`."""
    if not isinstance(resource, dict):
        return resource
    me = (resource.get("type"), resource.get("id"))
    value: dict[str, Any] = {"type": me[0], "id": me[1], **(resource.get("attributes") or {})}
    for name, relation in (resource.get("relationships") or {}).items():
        if isinstance(relation, dict) and "data" in relation:
            value[name] = _related(relation["data"], included, (*above, me))
    if "meta" in resource:
        value.setdefault("meta", resource["meta"])
    return value


def _related(data: Any, included: dict[Any, Any], above: tuple[Any, ...]) -> Any:
    if isinstance(data, list):
        return [_related(element, included, above) for element in data]
    if not isinstance(data, dict):
        return data
    target = (data.get("type"), data.get("id"))
    if target in included and target not in above and len(above) < MAX_DEPTH:
        return _plain(included[target], included, above)
    return {"type": target[0], "id": target[1]}
