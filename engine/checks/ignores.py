"""`# engine: ignore[rule] reason`: a finding that is accepted, at the end of its line or alone on the line above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.checks.explained import explanation, names
from engine.diagnostics import Diagnostic, Mark, Severity, shown
from engine.document import Document
from engine.parts.suggest import did_you_mean, suggest

_COMMENT = re.compile(r"#\s*engine:\s*ignore(?P<rules>\[[^\]]*\])?(?P<reason>.*)")
_NAME = re.compile(r"[^\s,\[\]]+")
_FORM = "write `# engine: ignore[rule] reason`"


@dataclass(frozen=True)
class Ignore:
    """One rule that a comment silences in one line.

    Attributes:
        mark: where the rule's name stands.
    """

    mark: Mark
    rule: str
    line: int


def without_ignored(document: Document, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings that no comment silences, and those about the comments themselves."""
    about: list[Diagnostic] = []
    ignores = {(ignore.rule, ignore.line): ignore for ignore in _ignores(document, about)}
    used = set()
    kept = []
    for finding in found:
        key = (finding.rule, finding.line)
        if key in ignores:
            used.add(key)
        else:
            kept.append(finding)
    for key, ignore in ignores.items():
        if key not in used:
            words = f"there is no {ignore.rule} in line {ignore.line}"
            about.append(_of_name(ignore.mark, ignore.rule, "unused-ignore", words, "remove the comment", "warning"))
    return kept + [document.extent.ended(finding) for finding in about]


def _ignores(document: Document, about: list[Diagnostic]) -> Iterator[Ignore]:
    for mark, comment in document.extent.comments(_COMMENT):
        listed = list(_NAME.finditer(comment["rules"] or ""))
        if not listed:
            about.append(Diagnostic(mark, "ignore-without-rule", "this comment names no rule to ignore", _FORM))
        elif not comment["reason"].strip(" :-–—"):
            words = "this comment does not say why"
            about.append(Diagnostic(mark, "ignore-without-reason", words, "write the reason behind the ]"))
        for name in listed:
            at = Mark(mark.file, mark.line, mark.column + comment.start("rules") + name.start())
            wrong = _not_to_ignore(name[0], at)
            if wrong:
                about.append(wrong)
            else:
                yield Ignore(at, name[0], _line(document, mark))


def _not_to_ignore(rule: str, mark: Mark) -> Diagnostic | None:
    if rule not in names():
        hint = did_you_mean(suggest(rule, names())).strip() or "`engine explain` lists them"
        return _of_name(mark, rule, "unknown-rule", f"there is no rule {shown(rule)}", hint)
    if not explanation(rule).ignorable:
        words = f"{rule} cannot be ignored: the file could not be run as it is meant"
        return _of_name(mark, rule, "cannot-ignore", words, "mend what it says, and remove the comment")
    return None


def _line(document: Document, mark: Mark) -> int:
    """The line a comment speaks of: its own; if it stands alone, the next that holds more than a comment."""
    line = document.extent.source.line
    if line(mark.line)[: mark.column - 1].strip():
        return mark.line
    last = len(document.extent.source.starts)
    below = (number for number in range(mark.line + 1, last) if line(number).strip())
    return next((number for number in below if not line(number).lstrip().startswith("#")), mark.line)


def _of_name(mark: Mark, name: str, rule: str, message: str, hint: str, severity: Severity = "error") -> Diagnostic:
    """A finding about the name of a rule, from its first letter to its last."""
    return Diagnostic(mark, rule, message, hint, severity, end=Mark(mark.file, mark.line, mark.column + len(name)))
