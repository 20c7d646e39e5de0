"""Files that another system puts into a folder, read record by record."""

from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.files.endpoints.endpoint import FileEndpoint
from engine.parts.fields import S, Schema
from engine.parts.part import Part
from engine.parts.scalars import Duration, Natural, Text, text, wrong


def _inside(value: Any) -> str:
    """A path below the folder."""
    found = text(value)
    parts = PurePath(found).parts
    if PurePath(found).is_absolute() or ".." in parts:
        raise wrong(f'"{found}" leads out of the folder', "write a path inside it, such as archive")
    if not parts:
        raise wrong(f'"{found}" is the folder itself', "write a path inside it, such as archive")
    return found


def _names(value: Any) -> str:
    """Which names match; a folder is no part of a name."""
    found = text(value)
    if "/" in found or "\\" in found or not found:
        raise wrong(f'"{found}" matches no name of a file', "write a name; where the files are, `folder` says")
    return found


Inside = Annotated[str, BeforeValidator(_inside)]


class Ready(Part):
    """When a file is whole: those who write it do not say so otherwise."""

    noun = "ready"

    quiet: Annotated[
        S[Duration] | None, Field(description="nothing was written to it for so long", examples=["30s"])
    ] = None
    marker: Annotated[
        Text | None,
        Field(
            description="a file of this name stands beside it. {name} is its own: that one goes with it; without {name} it "
            "stands for all files that were written before it, and stays",
            examples=["{name}.ready"],
        ),
    ] = None


class ReadFiles(FileEndpoint):
    """Files to be read by a flow: `{type: read, match: "products_*.csv", format: {type: csv, columns: {…}}}`.

    Each is archived when all its records are accepted, and never imported twice; an interrupted import goes on where it
    was. Rows that cannot be read stand in `error/NAME.rejected` with their lines. gz and zip are opened.
    """

    noun = "an endpoint that reads files"

    type: Literal["read"]
    match: Annotated[
        str,
        BeforeValidator(_names),
        Field(description="which files, by name, with * and ?", examples=["products_*.csv"]),
    ]
    ready: Annotated[
        Ready, Field(description="when a file is whole; default: quiet for 10s", examples=[{"quiet": "30s"}])
    ] = Field(default_factory=Ready)
    order: Annotated[
        Literal["name", "time"], Field(description="which file comes first: by name, or the oldest", examples=["name"])
    ] = "name"
    archive: Annotated[Inside, Field(description="where files go that are done", examples=["archive"])] = "archive"
    error: Annotated[
        Inside, Field(description="where files go that are broken, and rows that cannot be read", examples=["error"])
    ] = "error"
    tolerate: Annotated[
        S[Natural], Field(description="bad rows after which a file counts as broken", examples=[100])
    ] = 1000
    reply: Annotated[Schema, Field(description="the schema of a record", examples=["product"])] = None

    @property
    def placeholders(self) -> frozenset[str]:
        """A call fills nothing in: the files are chosen by `match`."""
        return frozenset()

    @property
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        return "read"
