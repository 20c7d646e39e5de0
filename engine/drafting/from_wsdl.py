"""A first integration from a WSDL: every operation an endpoint, and a message that passes it on field by field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from engine.drafting.draft import Draft, Message, Undescribed, named
from engine.drafting.mappings import Mappings
from engine.http.addresses import is_https
from engine.openapi import NoSchema
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
    address = next((one.address for one in operations.values() if one.address), "")
    secure = is_https(address)
    note = "" if secure or not address else f"the WSDL says {address}: use https, or say under `insecure:` why not"
    endpoints: dict[str, dict[str, Any]] = {}
    messages: dict[str, Message] = {}
    notes = {"settings.url": note} if note else {}
    for operation in operations.values():
        key = named(operation.name, {*endpoints, *RESERVED})
        about = {"description": operation.documentation} if operation.documentation else {}
        reads = _READS.match(key) is not None
        endpoints[key] = {**about, "operation": operation.name, **({"effect": "read"} if reads else {})}
        if reads:
            notes[f"endpoints.{key}"] = "effect: by its name; check it"
        messages[key] = _message(folder, file, key, operation)
    default = {"default": address} if secure else {}
    return Draft(
        name=name,
        title=name,
        source=file,
        settings={"url": {"type": "url", **default, "description": "Address of the service"}},
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
