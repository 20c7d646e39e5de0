"""What a files connection does on the disk, in worker threads; a canned one stands in its place in tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from engine.errors import Refused, Unreachable
from engine.files.endpoints.read import ReadFiles
from engine.files.importing import FileBroken, Importing, Page, ReadSoFar
from engine.files.writing import Exists, write


@dataclass(frozen=True)
class ToRead:
    """Files to be read, from a position on; `sent` is what an example compares. `dry`: they are only looked at."""

    endpoint: str
    asked: ReadFiles
    position: Any
    zone: str
    dry: bool = False
    sent: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToWrite:
    """A file to be written; `sent` is what an example compares."""

    endpoint: str
    path: str
    content: bytes = field(repr=False)
    exists: Literal["keep", "replace", "refuse"]
    sent: Mapping[str, Any]


class Disk(Protocol):
    """Where files are read and written."""

    def pages(self, task: ToRead) -> AsyncIterator[Page]:
        """Records page by page; the next page is asked for when the one before is safe.

        Raises:
            Refused: a file is broken.
            Unreachable: the folder cannot be used.
        """

    async def write(self, task: ToWrite) -> bool:
        """Write a file; False: one that was there is kept.

        Raises:
            Refused: one is there, and none may be.
            Unreachable: the folder cannot be used.
        """


class RealDisk:
    """A folder of this machine, or one that is mounted."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    async def pages(self, task: ToRead) -> AsyncIterator[Page]:
        pages = Importing(self._folder, task.asked, task.zone, task.dry, ReadSoFar.of(task.position)).pages()
        try:
            while (page := await asyncio.to_thread(next, pages, None)) is not None:
                yield page
        except FileBroken as error:
            raise Refused(str(error), code="broken-file") from None
        except OSError as error:
            raise self._unusable(error) from error
        finally:
            await asyncio.to_thread(pages.close)  # type: ignore[attr-defined]  # a generator has it

    async def write(self, task: ToWrite) -> bool:
        try:
            return await asyncio.to_thread(write, self._folder / task.path, task.content, task.exists)
        except Exists as error:
            raise Refused(f"{error} is there already", code="exists") from None
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> Unreachable:
        where = error.filename or self._folder
        return Unreachable(f"{where}: {error.strerror or error}", cause="folder", may_have_happened=False)
