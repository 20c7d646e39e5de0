"""`settings:` what an administrator sets per environment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.mapping.read import data
from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.scalars import Flag, Text

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


def plain(value: Any) -> Any:
    """A default as plain data: lists and maps of constants, text as it stands."""
    return str(value) if isinstance(value, str) else data(value)


class Setting(Part):
    """One setting; in the environment `<INTEGRATION>_<SETTING>`, or `…_FILE` with the path of a file that holds it."""

    noun = "a setting"

    type: Annotated[Kind, Field(description="what its value is")]
    default: Annotated[
        Any, BeforeValidator(plain), Field(description="its value if none is set; null: may stay empty")
    ] = None
    required: Annotated[S[Flag] | None, Field(description="whether it must be set; default: if it has no default")] = (
        None
    )
    choices: Annotated[tuple[Text, ...], Field(description="the values it may have")] = ()
    description: Annotated[Text | None, Field(description="what an administrator needs to know")] = None

    @property
    def must_be_set(self) -> bool:
        return "default" not in self.model_fields_set and self.required is not False
