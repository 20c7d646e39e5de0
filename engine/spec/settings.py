"""`settings:` what an administrator sets per environment."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from engine.expression.operations import truth
from engine.parts.fields import Deferred, S
from engine.parts.part import Part
from engine.parts.scalars import Flag, Text
from engine.settings import plain
from engine.settings.kinds import WRITTEN

Kind = Literal[
    "text",
    "secret",
    "url",
    "integer",
    "number",
    "boolean",
    "duration",
    "zone",
    "cron",
    "list",
    "emails",
    "networks",
    "map",
]


class Setting(Part):
    """One setting; in the environment `<INTEGRATION>_<SETTING>`, or `…_FILE` with the path of a file that holds it."""

    noun = "a setting"

    type: Annotated[Kind, Field(description="what its value is", examples=["duration"])]
    default: Annotated[
        Any,
        BeforeValidator(plain),
        Field(description="its value if none is set; null: may stay empty", examples=["1m"]),
    ] = None
    required: Annotated[
        S[Flag] | None,
        Field(description="whether it must be set; default: if it has no default", examples=["=settings.tunnel"]),
    ] = None
    choices: Annotated[tuple[Text, ...], Field(description="the values it may have", examples=[["test", "live"]])] = ()
    description: Annotated[
        Text | None, Field(description="what an administrator needs to know", examples=["How often stock is read"])
    ] = None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        reference = handler(schema)
        fits = {kind: {"anyOf": [*written, {"type": "null"}]} for kind, written in WRITTEN.items()}
        handler.resolve_ref_schema(reference)["allOf"] = [
            {
                "if": {"required": ["type"], "properties": {"type": {"const": kind}}},
                "then": {"properties": {"default": one}},
            }
            for kind, one in fits.items()
        ]
        return reference

    def must_be_set(self, settings: Mapping[str, Any]) -> bool:
        """Whether it needs a value, given those of the others."""
        if "default" in self.model_fields_set:
            return False
        if isinstance(self.required, Deferred):
            return truth(self.required.query.compiled({"settings": settings}))
        return self.required is not False
