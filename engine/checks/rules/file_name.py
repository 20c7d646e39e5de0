"""`name` is the file's name, because it is part of every URL, of settings, and of `uses` in other files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic


def check(subject: Subject) -> Iterator[Diagnostic]:
    file, name = PurePath(subject.document.file), subject.integration.name
    if name and file.suffix in (".yaml", ".yml") and file.stem != name:
        yield Diagnostic(
            subject.mark("name"),
            "file-name",
            f'the file is called "{file.stem}", the integration "{name}"',
            "give both one name",
        )
