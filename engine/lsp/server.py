"""The language server: the files of an editor, and one question after the other about them."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from engine.checks import rules
from engine.editor.file import File
from engine.editor.findings import underlined
from engine.editor.text import Position
from engine.editor.workspace import Workspace
from engine.lsp.convert import diagnostic

T = TypeVar("T")
Told = list[tuple[Path, list[lsp.Diagnostic]]]

PAUSE = 0.15
"""Seconds of silence after a keystroke before the file is checked."""


class Server(LanguageServer):
    """Remembers the open files, and which of them wait for a check.

    What takes long is done in a thread of its own, in turn; meanwhile messages are read. So a request that the editor
    takes back before its turn, and a check that a further keystroke makes idle, are never begun.
    """

    def __init__(self, pause: float = PAUSE) -> None:
        # the whole text each time: pygls takes some signs for ends of lines that are none for an editor
        super().__init__("engine", version("engine"), text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.files = Workspace()
        self.pause = pause
        self._turn = ThreadPoolExecutor(1)
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._uris: dict[Path, str] = {}

    def shutdown(self) -> None:
        self._turn.shutdown(cancel_futures=True)
        super().shutdown()  # type: ignore[no-untyped-call]

    # -- questions -------------------------------------------------------------------------------------------------------

    async def ask(self, uri: str, question: Callable[[File], T]) -> T | None:
        """Ask about a file as its editor holds it when it asks; None if it is none of ours."""
        path, content = self._path(uri), self.workspace.get_text_document(uri).source

        def answer() -> T | None:
            file = self.files.put(path, content)
            return question(file) if file.is_integration else None

        return await self._in_turn(answer)

    async def ask_at(self, params: Any, question: Callable[[File, int], T]) -> T | None:
        """Ask about a place."""
        at = Position(params.position.line, params.position.character)
        return await self.ask(params.text_document.uri, lambda file: question(file, file.text.index(at)))

    def uri(self, path: Path) -> str:
        """How the editor names a file."""
        return self._uris.get(path) or path.absolute().as_uri()

    # -- findings --------------------------------------------------------------------------------------------------------

    def check_soon(self, uri: str, pause: float | None = None) -> None:
        """Say what is wrong in a file, and in the open files that use it, when no keystroke has come for a while."""

        async def check() -> None:
            await asyncio.sleep(self.pause if pause is None else pause)
            path, content = self._path(uri), self.workspace.get_text_document(uri).source
            told = await self._in_turn(lambda: _told([self.files.put(path, content), *self.files.again(path)]))
            del self._waiting[uri]
            self._publish(told)

        self.forget(uri)
        self._waiting[uri] = asyncio.get_running_loop().create_task(check())

    async def check_beside(self, uris: Iterable[str]) -> None:
        """Say what is wrong in the open files beside those that were saved, made, renamed or deleted."""
        paths = set(map(self._path, uris))
        for path in self._uris.keys() & paths:
            self.forget(self._uris[path])
            content = self.workspace.get_text_document(self._uris[path]).source
            await self._in_turn(lambda path=path, content=content: self.files.put(path, content))  # type: ignore[misc]
        for path in {path.parent: path for path in paths}.values():
            self._publish(await self._in_turn(lambda path=path: _told(self.files.refresh(path))))  # type: ignore[misc]

    def forget(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def open(self, uri: str) -> None:
        """A file is open from now on."""
        self._uris[self._path(uri)] = uri
        self.check_soon(uri, pause=0)

    async def close(self, uri: str) -> None:
        """A file is no longer open: others see what is saved of it."""
        self.forget(uri)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))
        path = self._path(uri)
        self._uris.pop(path, None)
        await self._in_turn(lambda: self.files.close(path))
        await self.check_beside([uri])

    def _publish(self, told: Told) -> None:
        """Those that wait for a check, or are closed, are left out."""
        for path, found in told:
            uri = self._uris.get(path)
            if uri is not None and uri not in self._waiting:
                number = self.workspace.get_text_document(uri).version
                self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, number))

    def _path(self, uri: str) -> Path:
        return Path(to_fs_path(uri) or uri)

    async def _in_turn(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._turn, work)


def _told(files: Iterable[File]) -> Told:
    return [
        (file.path, [diagnostic(file.text, one) for one in underlined(file)] if file.is_integration else [])
        for file in files
    ]


def spare_the_collector() -> None:
    """Every check builds some hundred thousand objects and lets go of those before: as Python is set, its search for
    circles takes as long as the check itself. So it is made more rarely, and not among what stays for good."""
    rules()
    gc.freeze()
    gc.set_threshold(50_000, 5, 5)


def be_quiet() -> None:
    """What pygls says of messages that it does not know is no error of anybody, and editors show it as one."""
    logging.getLogger("pygls").setLevel(logging.ERROR)
