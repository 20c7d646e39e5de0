"""What all operations on files have in common."""

from abc import abstractmethod
from typing import Annotated, Literal

from pydantic import Field

from engine.files.formats.record_format import RecordFormat
from engine.parts.part import Part
from engine.parts.registry import OneOf
from engine.parts.scalars import Text


class FileEndpoint(Part):
    """One operation on the files of a folder."""

    noun = "a file endpoint"

    description: Annotated[Text | None, Field(description="for people", examples=["The nightly price list"])] = None
    format: Annotated[
        RecordFormat,
        OneOf("engine.files.formats", short=True),
        Field(
            description="how the files are written", examples=["json_lines", {"type": "xml", "records": "Catalog.Item"}]
        ),
    ]

    @property
    @abstractmethod
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        """What doing it twice does."""
