"""The kinds of plug-in. A kind is a folder; a part is one class in one file of it, chosen in YAML by `type`.

class Basic(Auth):                     # engine/auth/basic.py: nothing else names this file
    type: Literal["basic"]
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine.parts.part import Part
from engine.parts.reading import Reading
from engine.parts.suggest import suggest


@cache
def discover(package: str) -> dict[str, type[Part]]:
    """The parts of a folder, by their `type`, sorted."""
    found: dict[str, type[Part]] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        for value in vars(importlib.import_module(f"{package}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Part) and "type" in value.model_fields:
                for name in get_args(value.model_fields["type"].annotation):
                    found[name] = value
    return dict(sorted(found.items()))


class OneOf:
    """Annotation of a field: one of the parts of a folder, told apart by `type`.

    auth: Annotated[Auth, OneOf("engine.auth")]
    """

    def __init__(self, package: str) -> None:
        self.package = package

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        parts = discover(self.package)
        union = core_schema.tagged_union_schema(
            {name: handler.generate_schema(part) for name, part in parts.items()}, discriminator="type"
        )
        return core_schema.with_info_wrap_validator_function(
            lambda value, inner, info: self._choose(value, inner, info, parts), union
        )

    def _choose(self, value: Any, inner: Any, info: ValidationInfo, parts: dict[str, type[Part]]) -> Any:
        if isinstance(value, Part):
            return value
        if isinstance(value, dict):
            error = _unknown(value.get("type"), parts)
            if error is not None:
                failure = ValidationError.from_exception_data("type", [{"type": error, "loc": (), "input": value}])
                if isinstance(info.context, Reading) and info.context.report(value, failure):
                    return None
                raise error
        return inner(value)


def _unknown(chosen: Any, parts: dict[str, type[Part]]) -> PydanticCustomError | None:
    if chosen is None:
        return PydanticCustomError("missing-key", '"type" is missing', {"hint": f"one of: {', '.join(parts)}"})
    if chosen in parts:
        return None
    near = suggest(str(chosen), parts)
    hint = f'did you mean "{near}"? ' if near else ""
    words = {"chosen": str(chosen), "hint": f"{hint}one of: {', '.join(parts)}"}
    return PydanticCustomError("unknown-type", 'there is no type "{chosen}"', words)
