"""From the items of `engine.editor` to those of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lsprotocol import types as lsp

from engine.editor.actions import Action, Edit
from engine.editor.completion import Item
from engine.editor.definition import Place
from engine.editor.findings import Underlined
from engine.editor.hover import Hover
from engine.editor.signature import Signature
from engine.editor.symbols import Symbol
from engine.editor.text import Span, Text

_ITEM_KINDS = {
    "key": lsp.CompletionItemKind.Property,
    "word": lsp.CompletionItemKind.EnumMember,
    "example": lsp.CompletionItemKind.Value,
    "reference": lsp.CompletionItemKind.Reference,
    "name": lsp.CompletionItemKind.Variable,
    "field": lsp.CompletionItemKind.Field,
    "function": lsp.CompletionItemKind.Function,
}
_SYMBOL_KINDS = {
    "section": lsp.SymbolKind.Namespace,
    "setting": lsp.SymbolKind.Constant,
    "connection": lsp.SymbolKind.Interface,
    "endpoint": lsp.SymbolKind.Method,
    "schema": lsp.SymbolKind.Struct,
    "event": lsp.SymbolKind.Event,
    "message": lsp.SymbolKind.Function,
    "flow": lsp.SymbolKind.Operator,
}
_SEVERITIES = {"error": lsp.DiagnosticSeverity.Error, "warning": lsp.DiagnosticSeverity.Warning}


def range_of(text: Text, span: Span) -> lsp.Range:
    """A span in lines and UTF-16 units."""
    start, end = text.position(span.start), text.position(span.end)
    return lsp.Range(lsp.Position(start.line, start.character), lsp.Position(end.line, end.character))


def diagnostic(text: Text, found: Underlined) -> lsp.Diagnostic:
    return lsp.Diagnostic(
        range=range_of(text, found.span),
        message=found.text,
        severity=_SEVERITIES[found.finding.severity],
        code=found.finding.rule,
        source="engine",
        tags=_tags(found.finding.rule),
    )


def _tags(rule: str) -> list[lsp.DiagnosticTag] | None:
    """What is never used is shown pale, what is deprecated struck through."""
    if rule.startswith("unused-"):
        return [lsp.DiagnosticTag.Unnecessary]
    return [lsp.DiagnosticTag.Deprecated] if rule.startswith("deprecated-") else None


def quick_fix(uri: str, text: Text, action: Action) -> lsp.CodeAction:
    return lsp.CodeAction(
        title=action.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(text, action.about)],
        edit=workspace_edit(uri, text, action.edits),
        is_preferred=action.preferred,
    )


def fix_all(uri: str, text: Text, edits: Sequence[Edit]) -> lsp.CodeAction:
    edit = workspace_edit(uri, text, edits)
    return lsp.CodeAction("Mend what has one remedy", kind=lsp.CodeActionKind.SourceFixAll, edit=edit)


def workspace_edit(uri: str, text: Text, edits: Sequence[Edit]) -> lsp.WorkspaceEdit:
    return lsp.WorkspaceEdit({uri: [lsp.TextEdit(range_of(text, edit.span), edit.text) for edit in edits]})


def completion_item(text: Text, item: Item) -> lsp.CompletionItem:
    return lsp.CompletionItem(
        label=item.label,
        kind=_ITEM_KINDS[item.kind],
        detail=item.detail or None,
        documentation=_markdown(item.documentation) if item.documentation else None,
        sort_text=f"{'0' if item.first else '1'}{item.label}",
        filter_text=item.label,
        text_edit=lsp.TextEdit(range_of(text, item.span), item.insert),
    )


def hover_of(text: Text, found: Hover) -> lsp.Hover:
    return lsp.Hover(_markdown(found.markdown), range_of(text, found.span))


def signature_help(found: Signature) -> lsp.SignatureHelp:
    parameters = [lsp.ParameterInformation(name) for name in found.parameters]
    shown = lsp.SignatureInformation(found.label, _markdown(found.documentation), parameters)
    return lsp.SignatureHelp([shown], active_signature=0, active_parameter=found.active)


def location(uri: str, found: Place) -> lsp.Location:
    return lsp.Location(uri, range_of(found.text, found.span))


def rename_edit(uri: Callable[[Path], str], places: Iterable[Place], name: str) -> lsp.WorkspaceEdit:
    """A name in place of what stands at some places, of files that `uri` names."""
    changes: dict[str, list[lsp.TextEdit]] = {}
    for place in places:
        changes.setdefault(uri(place.path), []).append(lsp.TextEdit(range_of(place.text, place.span), name))
    return lsp.WorkspaceEdit(changes)


def document_symbol(text: Text, symbol: Symbol) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=symbol.name,
        kind=_SYMBOL_KINDS[symbol.kind],
        range=range_of(text, symbol.span),
        selection_range=range_of(text, symbol.name_span),
        detail=symbol.detail or None,
        children=[document_symbol(text, inner) for inner in symbol.inner],
    )


def _markdown(text: str) -> lsp.MarkupContent:
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
