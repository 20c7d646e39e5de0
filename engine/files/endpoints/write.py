"""Files that the integration puts into a folder."""

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from engine.files.endpoints.endpoint import FileEndpoint
from engine.files.endpoints.read import Inside
from engine.parts.fields import Schema

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class WriteFile(FileEndpoint):
    """A file to be written: `{type: write, path: "ORDER_{no}.xml", format: {type: xml, records: Order}}`.

    It appears whole or not at all: written beside its place, flushed to the disk, then renamed.
    """

    noun = "an endpoint that writes files"

    type: Literal["write"]
    path: Annotated[
        Inside,
        Field(description="its name, with {placeholders} that a call's `path` fills", examples=["ORDER_{no}.xml"]),
    ]
    exists: Annotated[
        Literal["keep", "replace", "refuse"],
        Field(description="what happens if it is there already", examples=["replace"]),
    ] = "refuse"
    request: Annotated[Schema, Field(description="the schema of what is written", examples=["order"])] = None

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names in the path that a call fills."""
        return frozenset(PLACEHOLDER.findall(self.path))

    @property
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        return "once" if self.exists == "refuse" else "repeatable"
