"""What an editor can do about findings: write what has one remedy, or accept a finding by a comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.checks.explained import explanation
from engine.checks.files import findings, read_file
from engine.checks.fixes import fixed
from engine.diagnostics import shown
from engine.editor.file import File
from engine.editor.findings import Underlined, underlined
from engine.editor.text import Span


@dataclass(frozen=True)
class Edit:
    """What takes the place of a span."""

    span: Span
    text: str


@dataclass(frozen=True)
class Action:
    """Something that can be done.

    Attributes:
        about: the finding that it ends.
        preferred: whether it is the remedy, rather than a way around.
    """

    title: str
    edits: tuple[Edit, ...]
    about: Underlined
    preferred: bool


def actions(file: File, span: Span) -> list[Action]:
    """What can be done about the findings in a span of a file."""
    near = [one for one in underlined(file) if one.span.start <= span.end and span.start <= one.span.end]
    return [action for one in near for action in (*_fix(file, one), *_ignore(file, one))]


def mended(file: File) -> list[Edit]:
    """The edits of `engine validate --fix`: everything with exactly one remedy, where nothing else comes to be wrong."""
    content = file.text.content
    raw = content.encode("utf-8", "surrogatepass")
    after = fixed(raw, lambda changed: findings(read_file(file.path, changed), file.integrations))
    return list(_changes(content, after.decode("utf-8", "surrogatepass")))


def _fix(file: File, found: Underlined) -> Iterator[Action]:
    finding = found.finding
    if finding.fix is not None and finding.end is not None:
        span = Span(file.text.of_mark(finding.mark), file.text.of_mark(finding.end))
        yield Action(f"Write {shown(finding.fix)}", (Edit(span, finding.fix),), found, preferred=True)


def _ignore(file: File, found: Underlined) -> Iterator[Action]:
    """A comment on the line above; its reason is left to be written, and missing until it is."""
    rule = found.finding.rule
    if file.view is None or not explanation(rule).ignorable:
        return
    line = file.text.line_span(found.span.start)
    if file.view.document.extent.is_inside(line.start):
        return  # a comment there would be text
    content = file.text.content
    written = content[line.start : line.end]
    indent = written[: len(written) - len(written.lstrip(" "))]
    end = "\r\n" if content.startswith("\r\n", line.end) else "\n"
    edit = Edit(Span(line.start, line.start), f"{indent}# engine: ignore[{rule}] {end}")
    yield Action(f"Ignore {rule} here, with a reason", (edit,), found, preferred=False)


def _changes(before: str, after: str) -> Iterator[Edit]:
    """The lines that differ."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    for kind, begin, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Edit(Span(starts[begin], starts[end]), "".join(new[first:last]))
