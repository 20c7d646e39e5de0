"""`type: files`: a folder that another system puts files into, or takes them from. `files_session` is its behaviour."""

from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.calls import Session
from engine.files.endpoints.endpoint import FileEndpoint
from engine.files.endpoints.read import ReadFiles
from engine.files.endpoints.write import WriteFile
from engine.files.formats.record_format import RecordFormat
from engine.parts.fields import S
from engine.parts.registry import OneOf
from engine.parts.scalars import Name, Zone, text, wrong
from engine.protocols.connection import Connection, Opening


def _from_the_root(value: Any) -> str:
    found = text(value)
    if not (PurePosixPath(found).is_absolute() or PureWindowsPath(found).is_absolute()):
        words = f'"{found}" depends on where the engine is started'
        raise wrong(words, f"write the whole path, such as /srv/{found.lstrip('./') or 'erp'}")
    return found


class FilesConnection(Connection):
    """A folder of this machine, or one that is mounted."""

    noun = "a files connection"
    needless = dict.fromkeys(
        ("auth", "insecure", "limits", "retry", "timeout", "tls", "tunnel"),
        "a folder is reached over no network: remove it",
    )

    type: Literal["files"]
    folder: Annotated[
        S[Annotated[str, BeforeValidator(_from_the_root)]],
        Field(description="the folder, from the root on", examples=["=settings.folder"]),
    ]
    zone: Annotated[S[Zone], Field(description="of times in files that have no offset", examples=["Europe/Berlin"])] = (
        "UTC"
    )
    endpoints: Annotated[
        dict[Name, Annotated[FileEndpoint, OneOf("engine.files.endpoints")]],
        Field(
            description="what is read and written, by name",
            examples=[{"products": {"type": "read", "match": "products_*.jsonl", "format": "json_lines"}}],
        ),
    ]

    def request_schema(self, endpoint: str) -> Any:
        found = self.endpoints.get(endpoint)
        if not isinstance(found, WriteFile):
            return None
        format: RecordFormat | None = found.format  # none in a file that is being written
        return found.request or (format.written_schema() if format is not None else None)

    def reply_schema(self, endpoint: str) -> Any:
        found = self.endpoints.get(endpoint)
        if not isinstance(found, ReadFiles):
            return None
        format: RecordFormat | None = found.format  # none in a file that is being written
        record = {"$ref": found.reply} if isinstance(found.reply, str) else found.reply
        record = record or (format.record_schema() if format is not None else None)
        return record and {"type": "array", "items": record}

    def open(self, opening: Opening) -> Session:
        from engine.protocols.files_session import FilesSession

        return FilesSession(self, opening)
