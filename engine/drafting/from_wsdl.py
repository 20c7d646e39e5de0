"""A first integration from a WSDL: every operation an endpoint, and a message that passes it on field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.drafting.draft import Draft, Message, Undescribed, named
from engine.drafting.mappings import Mappings
from engine.http.addresses import is_https
from engine.openapi.schemas import NoSchema
from engine.parts.scalars import RESERVED
from engine.schemas import Schemas
from engine.wsdl.files import operations_of
from engine.wsdl.read import Unusable
from engine.wsdl.shape import Operation

_READS = re.compile(r"(get|read|list|find|search|select|query|fetch|check|calculate)(_|$)")


def draft(name: str, folder: Path, file: str) -> Draft:
    """The draft of an integration.

    Args:
        file: the WSDL, in the folder.

    Raises:
        Undescribed: the WSDL cannot be used, or has no operations.
    """
    try:
        versions = operations_of(folder, file)
    except (NoSchema, Unusable) as error:
        raise Undescribed(error.message, error.hint) from None
    version = next((version for version, found in versions.items() if found), None)
    if version is None:
        raise Undescribed(f"{file} has no SOAP services", "REST is described by an OpenAPI file: --openapi")
    operations = versions[version]
    settings, notes, urls = _addresses(operations)
    endpoints: dict[str, dict[str, Any]] = {}
    messages: dict[str, Message] = {}
    for operation in operations.values():
        key = named(operation.name, {*endpoints, *RESERVED})
        about = {"description": operation.documentation} if operation.documentation else {}
        reads = _READS.match(key) is not None
        url = urls.get(operation.address, "url")
        lives = {} if url == "url" else {"url": f"=settings.{url}"}
        endpoints[key] = {**about, "operation": operation.name, **lives, **({"effect": "read"} if reads else {})}
        if reads:
            notes[f"endpoints.{key}"] = "effect: by its name; check it"
        messages[key] = _message(folder, file, key, operation)
    return Draft(
        name=name,
        title=name,
        source=file,
        settings=settings,
        connection={
            "type": "soap",
            "url": "=settings.url",
            "wsdl": file,
            **({} if version == "soap11" else {"version": version}),
        },
        endpoints=endpoints,
        messages=messages,
        notes=notes,
    )


def _addresses(
    operations: Mapping[str, Operation],
) -> tuple[dict[str, dict[str, Any]], dict[str, str], dict[str, str]]:
    """A setting for each address that operations have, what a person must look at there, and the settings by address."""
    settings: dict[str, dict[str, Any]] = {}
    notes: dict[str, str] = {}
    urls: dict[str, str] = {}
    for address in dict.fromkeys(one.address for one in operations.values() if one.address) or [""]:
        name = f"url_{len(settings) + 1}" if settings else "url"
        of = [one.name for one in operations.values() if one.address == address]
        whose = "the service" if not settings else ", ".join(of)
        default = {"default": address} if is_https(address) else {}
        settings[name] = {"type": "url", **default, "description": f"Address of {whose}"}
        urls[address] = name
        if address and not default:
            notes[f"settings.{name}"] = f"the WSDL says {address}: use https, or say under `insecure:` why not"
    return settings, notes, urls


def _message(folder: Path, file: str, endpoint: str, operation: Operation) -> Message:
    schemas = Schemas({}, folder)
    asked, answered = (f"{file}#/{operation.name}/{which}" for which in ("request", "reply"))
    has_request, has_reply = operation.request.body is not None, operation.reply.body is not None
    mappings = Mappings(schemas, "")
    return Message(
        description=operation.documentation or operation.name,
        endpoint=endpoint,
        call={"body": mappings.of({"$ref": asked}, "input")} if has_request else {},
        input=asked if has_request else None,
        output=answered if has_reply else None,
        reply=mappings.of({"$ref": answered}, "answer") if has_reply else "=answer",
    )
