"""Integrations of a folder, to be told about."""

from __future__ import annotations

from pathlib import Path

from engine.checks.files import Source, neighbours
from engine.docs.subject import Subject, TypeOf
from engine.expression.expressions import Expression
from engine.inference import Typing, typing
from engine.plan.folder import load_sources


def load_subjects(path: str | Path) -> dict[str, Subject]:
    """Every integration of a folder (or one file), by name.

    Raises:
        SpecError: one has an error; all findings of all files are in it.
    """
    sources = load_sources(path)
    return {source.path.stem: _subject(source, sources) for source in sources}


def _subject(source: Source, sources: list[Source]) -> Subject:
    assert source.integration is not None
    assert source.document is not None
    others = neighbours(source, sources)
    text = source.path.read_text(encoding="utf-8-sig")
    types = typing(source.integration, others)
    return Subject(source.integration, source.document, others, text, _by(types))


def _by(types: Typing) -> TypeOf:
    """The types of expressions as text; what is not known says nothing."""

    def type_of(expression: Expression) -> str:
        found = types.given(expression)
        return str(found) if found.known else ""

    return type_of
