"""`engine lsp`: the language server, a thin edge around `engine.editor`."""
