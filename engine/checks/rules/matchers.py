"""Matchers in examples are spelled right, and hold what they can match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.mapping.read import data
from engine.spec import matchers
from engine.spec.examples import Rehearsed

LOCAL = True

_MATCHED = (("reply",), ("sends",), ("failed",), ("error", "text"), ("error", "code"), ("next_cursor",))


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, example in subject.parts:
        if isinstance(example, Rehearsed):
            for number, _ in enumerate(example.calls):
                yield from _matchers(subject, (*path, "calls", number, "sent"))
            for below in _MATCHED:
                yield from _matchers(subject, (*path, *below))


def _matchers(subject: Subject, path: Path_) -> Iterator[Diagnostic]:
    """What is wrong with the matchers below a path of the file."""
    found: Any = subject.document.data if subject.holds(path) else {}
    for step in path if subject.holds(path) else ():
        found = found[step]
    yield from _in_value(subject, found, path)


def _in_value(subject: Subject, value: Any, path: Path_) -> Iterator[Diagnostic]:
    if isinstance(value, dict):
        yield from _in_object(subject, value, path)
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from _in_value(subject, inner, (*path, key))


def _in_object(subject: Subject, value: dict[str, Any], path: Path_) -> Iterator[Diagnostic]:
    if not any(key.startswith("$") for key in value):
        return
    meant = matchers.meant(value)
    if meant:
        wrong, near = meant
        words = (
            f"`{wrong}` is no matcher" if wrong not in matchers.BESIDE.values() else f"`{wrong}` stands beside `{near}`"
        )
        hint = f'did you mean "{near}"? there is: {", ".join(matchers.MATCHERS)}'
        yield Diagnostic(subject.key(*path, wrong), "unknown-matcher", words, hint)
        return
    fault = matchers.fault(data(value))
    if fault:
        name = next(iter(value))
        yield Diagnostic(subject.mark(*path, name), "wrong-matcher", *fault)
