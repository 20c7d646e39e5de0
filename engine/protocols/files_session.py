"""A files connection, opened: records come page by page, files are written whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.calls import ABSENT, Call, Reply
from engine.errors import Fault, MappingError, Refused, Unreachable
from engine.exchange import Trace
from engine.expression.operations import printed
from engine.files.disk import ToRead, ToWrite
from engine.files.endpoints.read import ReadFiles
from engine.files.endpoints.write import PLACEHOLDER, WriteFile
from engine.files.reach import look_at
from engine.observation import Observation
from engine.parts.resolve import resolved
from engine.protocols.connection import Opening

if TYPE_CHECKING:
    from engine.protocols.files import FilesConnection


class FilesSession:
    """Implements `engine.calls.Session` over a folder.

    Raises:
        SettingMissing: the folder is no whole path, in a setting.
    """

    def __init__(self, connection: FilesConnection, opening: Opening) -> None:
        found: FilesConnection = resolved(connection, opening.scope)
        self._name = opening.name
        self._found = found
        self._redactor = opening.redactor
        self._disk = opening.disk(opening.name, found.folder)

    async def send(self, call: Call, trace: Trace) -> Reply:
        """Write a file; see `engine.calls.Session.send`. Reading is for flows: a message cannot say what became of it."""
        endpoint = self._found.endpoints[call.endpoint]
        if not isinstance(endpoint, WriteFile):
            raise Refused(f"{self._name}.{call.endpoint} is read by flows, not by messages", code="flows-only")
        task = self._to_write(endpoint, call)
        trace.mark(180, task.sent)
        try:
            written = await self._disk.write(task)
        except (Refused, Unreachable) as error:
            raise self._redactor.error(error) from None
        trace.mark(220, {"written": written})
        return Reply(200, {}, {"path": task.path, "written": written}, None)

    async def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        """Read files page by page; see `engine.calls.Session.pages`."""
        endpoint = self._found.endpoints[call.endpoint]
        if not isinstance(endpoint, ReadFiles):
            yield await self.send(call, trace)
            return
        trace.mark(180, {})
        count = 0
        try:
            async for page in self._disk.pages(
                ToRead(call.endpoint, endpoint, call.position, self._found.zone, call.dry)
            ):
                count += len(page.records)
                records: list[Any] = list(page.records)
                yield Reply(200, {}, records, records, page.reached.kept(), page.share, page.aside)
        except (Refused, Unreachable) as error:
            raise self._redactor.error(error) from None
        trace.mark(220, {"records": count})

    def is_paged(self, endpoint: str) -> bool:
        return False

    def by_cursor(self, endpoint: str, count: int) -> bool:
        return False

    async def observe(self) -> AsyncIterator[Observation]:
        """Look at the folder; see `engine.observation.Observable`."""
        endpoints = self._found.endpoints.values()
        for seen in await asyncio.to_thread(list, look_at(Path(self._found.folder), endpoints)):
            yield seen

    async def aclose(self) -> None:
        """Nothing is kept open."""

    def __repr__(self) -> str:
        return f"<FilesSession {self._name}>"

    def _to_write(self, endpoint: WriteFile, call: Call) -> ToWrite:
        body = None if call.body is ABSENT else call.body
        try:
            path = _filled(endpoint.path, call.path)
            content = endpoint.format.written(body, self._found.zone)
        except Fault as fault:
            raise MappingError(f"{self._name}.{call.endpoint}: {fault.message}") from None
        return ToWrite(call.endpoint, path, content, endpoint.exists, {"path": dict(call.path), "body": body})


def _filled(path: str, values: Mapping[str, Any]) -> str:
    def segment(name: str) -> str:
        value = values.get(name)
        text = "" if value is None else printed(value)
        if not text or text in (".", "..") or any(one in text for one in "/\\\0") or not text.isprintable():
            raise Fault(f"`path.{name}` is no part of the name of a file")
        return text

    return PLACEHOLDER.sub(lambda match: segment(match[1]), path)
