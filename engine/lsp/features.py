"""What the server offers: questions of editors are answered by `engine.editor`, in the words of their protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from engine.editor.actions import actions, mended
from engine.editor.completion import completions
from engine.editor.definition import definition
from engine.editor.file import File
from engine.editor.hover import hover
from engine.editor.rename import Refused, rename, renamed_at
from engine.editor.signature import signature
from engine.editor.symbols import symbols
from engine.editor.text import Position, Span
from engine.editor.usages import usages
from engine.lsp.convert import (
    completion_item,
    document_symbol,
    fix_all,
    hover_of,
    location,
    quick_fix,
    range_of,
    rename_edit,
    signature_help,
)
from engine.lsp.server import PAUSE, Server, be_quiet, spare_the_collector

WATCHED = "**/*.{yaml,yml,json,wsdl,xsd}"
"""Files that say something about integrations."""


def server(pause: float = PAUSE) -> Server:
    """A server, ready to be started."""
    spare_the_collector()
    be_quiet()
    made = Server(pause)
    _notices(made)
    _writing(made)
    _reading(made)
    _renaming(made)
    return made


def _notices(made: Server) -> None:
    @made.feature(lsp.INITIALIZED)
    async def began(server: Server, params: lsp.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watchers = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(WATCHED)])
            watch = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, watchers)
            await server.client_register_capability_async(lsp.RegistrationParams([watch]))

    @made.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        server.open(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        server.check_soon(params.text_document.uri)

    @made.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        await server.check_beside([params.text_document.uri])

    @made.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        await server.close(params.text_document.uri)

    @made.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_on_disk(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
        await server.check_beside(change.uri for change in params.changes)


def _writing(made: Server) -> None:
    @made.feature(
        lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", "=", " ", "&", "$", "("])
    )
    async def complete(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
        def offered(file: File, index: int) -> list[lsp.CompletionItem]:
            return [completion_item(file.text, item) for item in completions(file, index)]

        return lsp.CompletionList(is_incomplete=False, items=await server.ask_at(params, offered) or [])

    @made.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=["(", ","]))
    async def help_with_call(server: Server, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        found = await server.ask_at(params, signature)
        return signature_help(found) if found else None

    @made.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    async def act(server: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri, wanted = params.text_document.uri, params.context.only or [lsp.CodeActionKind.QuickFix]

        def offered(file: File) -> list[lsp.CodeAction]:
            found: list[lsp.CodeAction] = []
            if _is_wanted(lsp.CodeActionKind.QuickFix, wanted):
                found += [quick_fix(uri, file.text, action) for action in actions(file, _span(file, params.range))]
            if _is_wanted(lsp.CodeActionKind.SourceFixAll, wanted):
                edits = mended(file)
                found += [fix_all(uri, file.text, edits)] if edits else []
            return found

        return await server.ask(uri, offered) or []


def _reading(made: Server) -> None:
    @made.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def explain(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        def told(file: File, index: int) -> lsp.Hover | None:
            found = hover(file, index)
            return hover_of(file.text, found) if found else None

        return await server.ask_at(params, told)

    @made.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def define(server: Server, params: lsp.DefinitionParams) -> lsp.Location | None:
        found = await server.ask_at(params, definition)
        return location(server.uri(found.path), found) if found else None

    @made.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def find(server: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
        def found(file: File, index: int) -> list[lsp.Location]:
            named = usages(file, index, server.files.folder(file.path), declared=params.context.include_declaration)
            return [location(server.uri(one.path), one) for one in named]

        return await server.ask_at(params, found) or []

    @made.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outline(server: Server, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        def outlined(file: File) -> list[lsp.DocumentSymbol]:
            return [document_symbol(file.text, symbol) for symbol in symbols(file)]

        return await server.ask(params.text_document.uri, outlined) or []


def _renaming(made: Server) -> None:
    @made.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def name(server: Server, params: lsp.PrepareRenameParams) -> lsp.Range | None:
        def found(file: File, index: int) -> lsp.Range:
            with _told_as_failed():
                return range_of(file.text, renamed_at(file, index, server.files.folder(file.path)).span)

        return await server.ask_at(params, found)

    @made.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def change(server: Server, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        def changed(file: File, index: int) -> lsp.WorkspaceEdit:
            with _told_as_failed():
                places = rename(file, index, params.new_name, server.files.folder(file.path))
            return rename_edit(server.uri, places, params.new_name)

        return await server.ask_at(params, changed)


@contextmanager
def _told_as_failed() -> Iterator[None]:
    """What is refused is an answer too, which editors show."""
    try:
        yield
    except Refused as refused:
        raise JsonRpcException(str(refused), lsp.LSPErrorCodes.RequestFailed) from None


def _span(file: File, range_: lsp.Range) -> Span:
    start, end = (file.text.index(Position(at.line, at.character)) for at in (range_.start, range_.end))
    return Span(start, end)


def _is_wanted(kind: str, wanted: Sequence[str]) -> bool:
    """Whether a kind of action is asked for; `source` asks for `source.fixAll` too."""
    return any((kind + ".").startswith(one + ".") for one in wanted)
