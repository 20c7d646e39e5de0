"""`$name;scope$` refers to a parameter of another configuration; here settings and expressions do that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_

LOCAL = True

_REFERENCE = re.compile(r"\$([A-Za-z][\w.-]*);([\w.-]*)\$")


def check(subject: Subject) -> Iterator[Diagnostic]:
    if not _REFERENCE.search(subject.document.extent.source.text):
        return
    for path, value in _texts(subject, subject.document.data, ()):
        found = _REFERENCE.search(value)
        if found is not None:
            name = re.sub(r"[^a-z0-9]+", "_", found[1].rpartition(".")[2].lower()).strip("_")
            whole = found[0] == value
            written = f"=settings.{name}" if whole else f'"{value.replace(found[0], f"{{{{ settings.{name} }}}}")}"'
            words = f"{found[0]} is a parameter of another configuration, sent here as it stands"
            hint = f"declare it under `settings:` and write {written}"
            yield Diagnostic(subject.mark(*path), "old-reference", words, hint)


def _texts(subject: Subject, value: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    """The texts of a file that may hold such a reference."""
    if isinstance(value, str):
        if "$" in value and ";" in value:
            yield path, value
        return
    if len(path) == 2 and not subject.looks_at(path):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from _texts(subject, inner, (*path, key))
