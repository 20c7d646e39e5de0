"""The kinds of plug-in. A kind is a folder; a part is one class in one file of it, chosen in YAML by `type`.

class Basic(Auth):                     # engine/auth/basic.py: nothing else names this file
    type: Literal["basic"]
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.abc import InspectLoader
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from engine.diagnostics import shown
from engine.parts.part import Part
from engine.parts.reading import Reading, given
from engine.parts.suggest import did_you_mean, suggest

_PLANNED = {
    "engine.protocols": ("sftp",),
    "engine.auth": ("hmac", "wsse"),
    "engine.files.formats": ("fixed_width", "x12"),
}
"""Types of the language; those without a file are not run yet."""

_DECLARES = "type: Literal["
"""What the file of a part says."""


@cache
def discover(package: str) -> dict[str, type[Part]]:
    """The parts of a folder, by their `type`, sorted."""
    found: dict[str, type[Part]] = {}
    for name in _homes(package):
        module = importlib.import_module(name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Part) and value.__module__ == module.__name__:
                field = value.model_fields.get("type")
                for name in get_args(field.annotation) if field else ():
                    found[name] = value
    return dict(sorted(found.items()))


def _homes(package: str) -> Iterator[str]:
    """The modules of a folder that declare parts. What a part does when it is opened stands beside it, and is imported
    then: checking a file needs no HTTP client."""
    for entry in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        found = entry.module_finder.find_spec(entry.name, None)
        source = found.loader.get_source(entry.name) if found and isinstance(found.loader, InspectLoader) else None
        if source is None or _DECLARES in source:
            yield entry.name


class OneOf:
    """Annotation of a field: one of the parts of a folder, told apart by `type`.

    auth: Annotated[Auth, OneOf("engine.auth")]

    Args:
        package: the folder.
        short: whether the type alone may stand for a part without further keys: `format: xml`.
    """

    def __init__(self, package: str, *, short: bool = False) -> None:
        self.package = package
        self.short = short

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        parts = discover(self.package)
        union = core_schema.tagged_union_schema(
            {name: handler.generate_schema(part) for name, part in parts.items()}, discriminator="type"
        )
        return core_schema.with_info_wrap_validator_function(
            lambda value, inner, info: self._choose(value, inner, info, parts), union
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler(schema)
        return {"anyOf": [{"enum": list(discover(self.package))}, whole]} if self.short else whole

    def _choose(self, value: Any, inner: Any, info: ValidationInfo, parts: dict[str, type[Part]]) -> Any:
        if isinstance(value, Part):
            return value
        if self.short and isinstance(value, str):
            value = {"type": value}
        if isinstance(value, dict):
            error = self._unknown(value.get("type"), parts)
            if error is not None:
                details = InitErrorDetails(type=error, loc=(), input=value)
                failure = ValidationError.from_exception_data("type", [details])
                if not isinstance(info.context, Reading) or not info.context.report(Part, value, failure):
                    raise error
                chosen = value.get("type")
                near = suggest(chosen, parts) if isinstance(chosen, str) else None
                if near is None:
                    return None
                value["type"] = near
        else:
            words = {"given": given(value), "hint": "write `type: …` and its keys below"}
            raise PydanticCustomError("wrong-value", "keys are wanted here, this is {given}", words)
        return inner(value)

    def _unknown(self, chosen: Any, parts: dict[str, type[Part]]) -> PydanticCustomError | None:
        if chosen is None:
            return PydanticCustomError("missing-key", '"type" is missing here', {"hint": f"one of: {', '.join(parts)}"})
        if isinstance(chosen, str) and chosen in parts:
            return None
        known = f"one of: {', '.join(parts)}"
        if chosen in _PLANNED.get(self.package, ()):
            words = {"chosen": str(chosen), "hint": known}
            return PydanticCustomError("unknown-type", "this engine does not run the type {chosen} yet", words)
        if not isinstance(chosen, str):
            return PydanticCustomError("unknown-type", "a type is one word", {"hint": known})
        words = {"chosen": shown(chosen), "hint": did_you_mean(suggest(chosen, parts)) + known}
        return PydanticCustomError("unknown-type", "there is no type {chosen}", words)
