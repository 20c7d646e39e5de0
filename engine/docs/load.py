"""Integrations of a folder, to be told about."""

from __future__ import annotations

from pathlib import Path

from engine.checks.files import neighbours
from engine.docs.subject import Subject
from engine.plan.folder import load_sources


def load_subjects(path: str | Path) -> dict[str, Subject]:
    """Every integration of a folder (or one file), by name.

    Raises:
        SpecError: one has an error; all findings of all files are in it.
    """
    sources = load_sources(path)
    found: dict[str, Subject] = {}
    for source in sources:
        assert source.integration is not None
        assert source.document is not None
        text = source.path.read_text(encoding="utf-8-sig")
        subject = Subject(source.integration, source.document, neighbours(source, sources), text)
        found[source.integration.name] = subject
    return found
