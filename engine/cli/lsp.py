"""`engine lsp`: the language server for editors."""

from __future__ import annotations


def lsp() -> None:
    """Serve an editor over standard input and output: checks as you type, with what mends them; completion; the type
    of what is pointed at; go to definition, find references, outline.

    Neovim 0.11 and newer:
    `vim.lsp.config('engine', {cmd = {'engine', 'lsp'}, filetypes = {'yaml'}, root_markers = {'integrations'}})`
    and `vim.lsp.enable('engine')`. VS Code: a generic client, such as the extension glspc (Generic LSP Client), with
    `"glspc.server.command": "engine", "glspc.server.commandArguments": ["lsp"], "glspc.server.languageId": ["yaml"]`.
    """
    from engine.lsp.features import server

    server().start_io()
