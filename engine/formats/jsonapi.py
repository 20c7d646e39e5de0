"""JSON:API documents as plain values: attributes and resolved relationships side by side."""

from typing import Any, Literal

from engine.formats.format import Format, Undecodable
from engine.formats.json import dumps, read

MAX_DEPTH = 6
MAX_RESOURCES = 500_000


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
        return resolved(read(content, charset))


def resolved(document: Any) -> Any:
    """A document whose `data` holds plain values; what is not JSON:API stays as it is.

    Raises:
        Undecodable: its relationships lead to more resources than fit, or are no relationships.
    """
    if not isinstance(document, dict) or "data" not in document:
        return document
    try:
        included = {_identity(resource): resource for resource in document.get("included") or []}
        return {**document, "data": _Resolver(included).related(document["data"])}
    except (TypeError, AttributeError):
        raise Undecodable("it is no JSON:API document") from None


class _Resolver:
    """Puts resources where relationships name them, as often as they are named, within a bound."""

    def __init__(self, included: dict[Any, Any]) -> None:
        self._included = included
        self._left = MAX_RESOURCES

    def related(self, data: Any) -> Any:
        """Primary data: one resource, a list of them, or null."""
        return [self._plain(resource, ()) for resource in data] if isinstance(data, list) else self._plain(data, ())

    def _plain(self, resource: Any, above: tuple[Any, ...]) -> Any:
        if not isinstance(resource, dict):
            return resource
        me = _identity(resource)
        value: dict[str, Any] = {"type": me[0], "id": me[1], **(resource.get("attributes") or {})}
        for name, relation in (resource.get("relationships") or {}).items():
            if isinstance(relation, dict) and "data" in relation:
                value[name] = self._named(relation["data"], (*above, me))
        if "meta" in resource:
            value.setdefault("meta", resource["meta"])
        return value

    def _named(self, data: Any, above: tuple[Any, ...]) -> Any:
        """What a relationship names; a resource that encloses it, or too deep, stays its `{type, id}`."""
        if isinstance(data, list):
            return [self._named(element, above) for element in data]
        if not isinstance(data, dict):
            return data
        self._left -= 1
        if self._left < 0:
            raise Undecodable(f"its relationships lead to more than {MAX_RESOURCES:,} resources")
        target = _identity(data)
        if target in self._included and target not in above and len(above) < MAX_DEPTH:
            return self._plain(self._included[target], above)
        return {"type": target[0], "id": target[1]}


def _identity(resource: Any) -> tuple[Any, Any]:
    return resource.get("type"), resource.get("id")
