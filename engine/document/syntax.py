"""What is wrong in a file that YAML cannot read, in words an integrator can use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from engine.diagnostics import Diagnostic, Mark
from engine.document.place import Source

RULE = "yaml-syntax"
_OPENS, _CLOSES = "([{", ")]}"
_BRACKET = re.compile(r"[()\[\]{}]")
_VALUE_IN_FLOW = re.compile(r"(?:[{,]\s*[^\s:,{}\[\]\"']+: |[\[,]\s*)(?==|/|https?:)")
"""Where an expression, a path or an address begins in flow style: what often holds a bracket or comma."""
_QUERY_WITH_COLON = re.compile(r"^(?:\s*-)*\s*[^\s:]+: =.*: ")

_WORDS = (
    ("cannot start any token", "a value cannot begin with {sign}", "put it in quotes"),
    ("found character '\\t'", "a tab cannot stand here", "indent with spaces"),
    ("could not find expected ':'", "this line is no `key: value`", "write a colon and a blank behind the key"),
    ("expected <block end>", "this line does not fit the indentation above", "begin it under the keys it belongs to"),
    ("unknown escape character", "there is no such escape", "write \\\\ for a backslash, or use single quotes"),
    ("expected alphabetic or numeric", "a name must follow & or *", "a text that begins with & or * stands in quotes"),
    ("sequence entries are not allowed", "a list cannot begin here", "begin the list on a new line"),
    ("block collections are not allowed", "a list or mapping cannot begin here", "begin it on a new line"),
    ("tag handle", "this is no YAML tag", "begin an expression with `=`; text that begins with ! stands in quotes"),
    ("expected the node content", "a value is missing here", "remove the comma or bracket, or write the value"),
)
"""A piece of the parser's message, what to say, what to write."""


def explain(error: MarkedYAMLError, source: Source) -> list[Diagnostic]:
    """Findings for text that is not YAML: expressions that YAML cut, else the place where it stopped."""
    at = error.problem_mark or error.context_mark
    mark = source.mark(min(at.index, len(source.text))) if at else Mark(source.file, 1, 1)
    begun = source.mark(error.context_mark.index) if error.context_mark else mark
    for line in dict.fromkeys((mark.line, begun.line)):
        cut = next(_cut(source, line), None)
        if cut:
            others = (found for number in range(1, len(source.starts)) for found in _cut(source, number))
            return [_cut_there(found, source) for found in dict.fromkeys((cut, *others))]
    return [_finding(error, mark, begun, source)]


def unreadable(error: Exception, source: Source) -> Diagnostic:
    """A finding for text that has characters YAML does not allow."""
    if isinstance(error, ReaderError):
        sign = error.character if isinstance(error.character, int) else ord(error.character)
        words = f"the character U+{sign:04X} cannot stand in a file"
        return Diagnostic(source.mark(error.position), "not-text", words, "remove it; save the file as UTF-8 text")
    first = (str(error).splitlines() or ["it cannot be read"])[0]
    return Diagnostic(Mark(source.file, 1, 1), RULE, f"this is not YAML: {first}", "save it as UTF-8 text")


def _finding(error: MarkedYAMLError, mark: Mark, begun: Mark, source: Source) -> Diagnostic:
    problem, context = error.problem or "", error.context or ""
    before = source.line(mark.line)[: mark.column - 1]
    if "\t" in before.replace(before.lstrip(), "") or "'\\t'" in problem:
        return Diagnostic(mark, RULE, "a tab cannot indent YAML", "indent with spaces")
    if "quoted scalar" in context and "stream" in problem:
        return Diagnostic(begun, RULE, "the quote opened here is not closed", "close it, or write \\\" or '' inside")
    if "flow mapping" in context or "flow sequence" in context:
        sign = "{" if "mapping" in context else "["
        hint = f"close it with {_CLOSES[_OPENS.index(sign)]}, or write the comma that is missing"
        return Diagnostic(begun if begun.line != mark.line else mark, RULE, f"the {sign} is not closed", hint)
    if "mapping values are not allowed" in problem:
        return _colon(mark, before, source)
    if re.search(r":\s+\{\{", source.line(begun.line) + source.line(mark.line)):
        return Diagnostic(
            mark, RULE, "YAML reads `{{ }}` as a mapping here", "a Template that begins with {{ stands in quotes"
        )
    for piece, message, hint in _WORDS:
        if piece in problem:
            place = begun if "expected ':'" in piece else mark
            sign = source.line(mark.line)[mark.column - 1 : mark.column]
            return Diagnostic(place, RULE, message.format(sign=sign), hint)
    return Diagnostic(mark, RULE, problem.strip() or "this is not YAML", "check the indentation and quotes here")


def _colon(mark: Mark, before: str, source: Source) -> Diagnostic:
    query = _QUERY_WITH_COLON.match(source.line(mark.line))
    if query:
        return was_cut(Mark(mark.file, mark.line, before.find(": =") + 3), "colon", source)
    if ": " in before:
        return Diagnostic(mark, RULE, "a second `: ` stands in this line", "put the value in quotes")
    return Diagnostic(
        mark, RULE, "this key does not fit the indentation above", "begin it under the keys it belongs to"
    )


def _cut_there(mark: Mark, source: Source) -> Diagnostic:
    is_query = source.line(mark.line).startswith("=", mark.column - 1)
    return was_cut(mark, "comma or bracket", source, "expression" if is_query else "text")


def was_cut(mark: Mark, where: str, source: Source, what: str = "expression") -> Diagnostic:
    """A finding about an expression or text that YAML ended too early, which quotes mend."""
    words, whole = f"YAML cut this {what} at its {where}", whole_of(mark, source)
    quote = next((sign for sign in "\"'" if sign not in whole and not (sign == '"' and "\\" in whole)), "")
    fix = f"{quote}{whole}{quote}" if whole and quote else None
    end = Mark(mark.file, mark.line, mark.column + len(whole)) if whole else None
    return Diagnostic(mark, "cut-expression", words, "put it in quotes", end=end, fix=fix)


def whole_of(mark: Mark, source: Source) -> str:
    """A value in flow style, to the comma or bracket behind it; empty if it does not end in its line."""
    depth, text = 0, source.line(mark.line)[mark.column - 1 :]
    for part in _PARTS.finditer(text):
        sign = part[0]
        if depth == 0 and sign in ",]}":
            return text[: part.start()].rstrip()
        depth += (sign in _OPENS) - (sign in _CLOSES)
    return ""


_PARTS = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|`[^`]*`|.", re.DOTALL)


def _cut(source: Source, line: int) -> Iterator[Mark]:
    """The expressions, paths and addresses of a line that stand in flow style and hold what ends a value there."""
    text = source.line(line)
    for found in _VALUE_IN_FLOW.finditer(text):
        begin = found.end()
        if left_open(text[:begin], quotes=True) > 0 and _ends_inside(text[begin:]):
            yield Mark(source.file, line, begin + 1)


def _ends_inside(expression: str) -> bool:
    """Whether YAML's flow style ends an expression before its end."""
    depth = 0
    for sign in expression:
        if sign in "[{" or (sign == "," and depth):
            return True
        if sign in "]},":
            return False
        depth += (sign == "(") - (sign == ")")
    return False


def left_open(text: str, quotes: bool = False) -> int:
    """How many brackets a text opens and does not close; `quotes`: not counting what stands in quotes."""
    if quotes:
        text = re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
    if not _BRACKET.search(text):
        return 0
    return sum(text.count(sign) for sign in _OPENS) - sum(text.count(sign) for sign in _CLOSES)
