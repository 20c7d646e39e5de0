"""The language server: what editors ask is answered by `engine.editor`, in the words of their protocol."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from engine.checks import rules
from engine.editor.actions import actions, mended
from engine.editor.completion import completions
from engine.editor.definition import definition
from engine.editor.file import File
from engine.editor.findings import underlined
from engine.editor.hover import hover
from engine.editor.signature import signature
from engine.editor.symbols import symbols
from engine.editor.text import Position, Span
from engine.editor.usages import usages
from engine.editor.workspace import Workspace
from engine.lsp.convert import (
    completion_item,
    diagnostic,
    document_symbol,
    fix_all,
    hover_of,
    location,
    quick_fix,
    signature_help,
)

PAUSE = 0.15
"""Seconds of silence after a keystroke before the file is checked."""


class Server(LanguageServer):
    """Remembers the open files, and which of them wait for a check."""

    def __init__(self, pause: float = PAUSE) -> None:
        super().__init__("engine", version("engine"), text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.files = Workspace()
        self.pause = pause
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._uris: dict[Path, str] = {}

    def file(self, uri: str) -> File:
        """A file as its editor holds it now."""
        path = Path(to_fs_path(uri) or uri)
        self._uris[path] = uri
        return self.files.put(path, self.workspace.get_text_document(uri).source)

    def at(self, params: Any) -> tuple[File, int]:
        """The file and the index a request is about."""
        file = self.file(params.text_document.uri)
        return file, file.text.index(Position(params.position.line, params.position.character))

    def check(self, uri: str) -> None:
        """Say what is wrong in a file, and in the open files that use it."""
        file = self.file(uri)
        self._publish(uri, file)
        for user in self.files.again(file.path):
            self._publish(self._uris[user.path], user)

    def check_folder(self, uri: str) -> None:
        """Say what is wrong in the open files beside one that was saved; it may be a file of schemas."""
        self.file(uri)
        for file in self.files.refresh(Path(to_fs_path(uri) or uri)):
            self._publish(self._uris[file.path], file)

    def check_soon(self, uri: str) -> None:
        """Check when no keystroke has come for a while."""

        async def wait() -> None:
            await asyncio.sleep(self.pause)
            self.check(uri)

        self.forget(uri)
        self._waiting[uri] = asyncio.get_running_loop().create_task(wait())

    def forget(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def close(self, uri: str) -> None:
        self.forget(uri)
        self.files.close(Path(to_fs_path(uri) or uri))
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def _publish(self, uri: str, file: File) -> None:
        found = [diagnostic(file.text, one) for one in underlined(file)] if file.is_integration else []
        number = self.workspace.get_text_document(uri).version
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, number))


def server(pause: float = PAUSE) -> Server:
    """A server, ready to be started."""
    _spare_the_collector()
    made = Server(pause)
    _notices(made)
    _requests(made)
    return made


def _spare_the_collector() -> None:
    """Every check builds some hundred thousand objects and lets go of those before: as Python is set, its search for
    circles takes as long as the check itself. So it is made more rarely, and not among what stays for good."""
    rules()
    gc.freeze()
    gc.set_threshold(50_000, 5, 5)


def _notices(made: Server) -> None:
    @made.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        server.check_soon(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        server.forget(params.text_document.uri)
        server.check_folder(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)


def _requests(made: Server) -> None:
    @made.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", "=", " ", "&", "$", "("])
    )
    def complete(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
        file, index = server.at(params)
        offered = completions(file, index) if file.is_integration else []
        items = [completion_item(file.text, item) for item in offered]
        return lsp.CompletionList(is_incomplete=False, items=items)

    @made.feature(lsp.TEXT_DOCUMENT_HOVER)
    def explain(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        file, index = server.at(params)
        found = hover(file, index)
        return hover_of(file.text, found) if found else None

    @made.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=["(", ","]))
    def help_with_call(server: Server, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        found = signature(*server.at(params))
        return signature_help(found) if found else None

    @made.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def act(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri, file = params.text_document.uri, server.file(params.text_document.uri)
        if not file.is_integration:
            return []
        wanted = params.context.only or [lsp.CodeActionKind.QuickFix]
        offered: list[lsp.CodeAction] = []
        if _is_wanted(lsp.CodeActionKind.QuickFix, wanted):
            span = Span(
                *(file.text.index(Position(at.line, at.character)) for at in (params.range.start, params.range.end))
            )
            offered += [quick_fix(uri, file.text, action) for action in actions(file, span)]
        if _is_wanted(lsp.CodeActionKind.SourceFixAll, wanted):
            edits = mended(file)
            offered += [fix_all(uri, file.text, edits)] if edits else []
        return offered

    @made.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def define(server: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
        found = definition(*server.at(params))
        return location(found) if found else None

    @made.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def find(server: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
        file, index = server.at(params)
        declared = params.context.include_declaration
        return [location(one) for one in usages(file, index, server.files.folder(file.path), declared=declared)]

    @made.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outline(server: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        file = server.file(params.text_document.uri)
        return [document_symbol(file.text, symbol) for symbol in symbols(file)]


def _is_wanted(kind: str, wanted: Sequence[str]) -> bool:
    """Whether a kind of action is asked for; `source` asks for `source.fixAll` too."""
    return any((kind + ".").startswith(one + ".") for one in wanted)
