"""What a message would ask of databases and folders: shown in place of being done, and answered by replies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from engine.examples.rehearsal import Watch
from engine.examples.rows import cells
from engine.files.disk import ToRead, ToWrite
from engine.files.importing import Page
from engine.formats.json import dumps
from engine.plan import Plan
from engine.preview.replies import Replies
from engine.preview.requests import Request


class Stage(Protocol):
    """Where what is asked is kept."""

    plans: Mapping[str, Plan]
    replies: Replies
    requests: list[Request]
    watch: Watch


class ShownTasks:
    """Stands in the place of the databases and folders of one integration."""

    def __init__(self, stage: Stage, integration: str) -> None:
        self._stage = stage
        self._name = integration

    async def run(self, task: Any, timeout: float, said: object = None) -> Any:
        """A task of a database."""
        if ":" in task.endpoint:  # what became of a row is written back by itself
            return True
        return cells(task, self._answer(task.sent))

    async def rows(self, task: Any, timeout: float, said: object = None) -> AsyncIterator[Sequence[Sequence[Any]]]:
        yield await self.run(task, timeout)

    async def pages(self, task: ToRead) -> AsyncIterator[Page]:
        pages: tuple[Page, ...] = ()  # only flows read files, and of those nothing is shown
        for page in pages:
            yield page

    async def write(self, task: ToWrite) -> bool:
        self._answer(task.sent)
        return True

    async def aclose(self) -> None:
        """There is nothing to close."""

    def _answer(self, sent: Mapping[str, Any]) -> Any:
        call = str(self._stage.watch.taken())
        _, endpoint = self._stage.plans[self._name].integration.endpoint_called(call)
        tables = [getattr(endpoint, "table", ""), *(part.table for part in getattr(endpoint, "parts", {}).values())]
        query = {**sent.get("path", {}), **sent.get("query", {})}
        self._stage.requests.append(
            Request(
                integration=self._name,
                call=call,
                method=endpoint.type,
                url=getattr(endpoint, "path", "") or ", ".join(dict.fromkeys(table for table in tables if table)),
                query=tuple((name, dumps(value).decode()) for name, value in query.items()),
                headers=(),
                body=dumps(sent["body"]).decode() if sent.get("body") is not None else "",
                by_itself=False,
            )
        )
        return self._stage.replies.take(self._name, call).body
