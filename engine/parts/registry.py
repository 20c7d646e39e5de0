"""A part that is chosen by its `type`, from the parts of a kind."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from engine.diagnostics import shown
from engine.parts.kinds import KINDS, types
from engine.parts.part import Part
from engine.parts.reading import Reading, given
from engine.parts.suggest import did_you_mean, suggest

_PLANNED = {
    "engine.protocols": ("sftp",),
    "engine.auth": ("hmac", "wsse"),
    "engine.files.formats": ("fixed_width", "x12"),
}
"""Types of the language; those without a file are not run yet."""


@cache
def part(kind: str, type_: str) -> type[Part]:
    """The part of a type, imported when the first is met."""
    module = importlib.import_module(f"{kind}.{type_}")
    own = (value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__)
    parts = (value for value in own if issubclass(value, Part) and "type" in value.model_fields)
    return next(value for value in parts if get_args(value.model_fields["type"].annotation) == (type_,))


class OneOf:
    """Annotation of a field: one of the parts of a kind, told apart by `type`.

    auth: Annotated[Auth, OneOf("engine.auth")]

    Args:
        kind: its folder.
        short: whether the type alone may stand for a part without further keys: `format: xml`.
    """

    def __init__(self, kind: str, *, short: bool = False) -> None:
        self.kind = kind
        self.short = short
        KINDS.add(kind)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        parts = {name: TypeAdapter(part(self.kind, name)).core_schema for name in types(self.kind)}
        whole = handler(core_schema.tagged_union_schema(parts, discriminator="type"))
        return {"anyOf": [{"enum": list(parts)}, whole]} if self.short else whole

    def _read(self, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, Part):
            return value
        if self.short and isinstance(value, str):
            value = {"type": value}
        if not isinstance(value, dict):
            words = {"given": given(value), "hint": "write `type: …` and its keys below"}
            raise PydanticCustomError("wrong-value", "keys are wanted here, this is {given}", words)
        known = types(self.kind)
        error = self._unknown(value.get("type"), known)
        if error is not None:
            details = InitErrorDetails(type=error, loc=(), input=value)
            failure = ValidationError.from_exception_data("type", [details])
            if not isinstance(info.context, Reading) or not info.context.report(Part, value, failure):
                raise error
            chosen = value.get("type")
            near = suggest(chosen, known) if isinstance(chosen, str) else None
            if near is None:
                return None
            value["type"] = near
        return part(self.kind, value["type"]).model_validate(value, context=info.context)

    def _unknown(self, chosen: Any, known: tuple[str, ...]) -> PydanticCustomError | None:
        if isinstance(chosen, str) and chosen in known:
            return None
        hint = f"one of: {', '.join(known)}"
        if chosen is None:
            return PydanticCustomError("missing-key", '"type" is missing here', {"hint": hint})
        if not isinstance(chosen, str):
            return PydanticCustomError("unknown-type", "a type is one word", {"hint": hint})
        if chosen in _PLANNED.get(self.kind, ()):
            words = {"chosen": str(chosen), "hint": hint}
            return PydanticCustomError("unknown-type", "this engine does not run the type {chosen} yet", words)
        words = {"chosen": shown(chosen), "hint": did_you_mean(suggest(chosen, known)) + hint}
        return PydanticCustomError("unknown-type", "there is no type {chosen}", words)
