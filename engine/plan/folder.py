"""The integrations of a folder, as plans that know each other."""

from __future__ import annotations

from pathlib import Path

from engine.checks.files import Source, files, findings, neighbours, read_file
from engine.diagnostics import Diagnostic, Mark
from engine.errors import SpecError
from engine.expression.ast import SyntaxFault
from engine.plan.compile import compile_plan
from engine.plan.plan import Plan


def load_sources(path: str | Path) -> list[Source]:
    """Every file of a folder (or one file), read and checked: each has its document and its integration.

    Raises:
        SpecError: one has an error; all findings of all files are in it.
    """
    sources = [read_file(file) for file in files(path)]
    found = [
        finding
        for source in sources
        for finding in findings(source, neighbours(source, sources))
        if finding.severity == "error"
    ]
    if found or not sources:
        raise SpecError(
            found
            or [Diagnostic(Mark(str(path), 1, 1), "no-files", "there is no .yaml file in this folder", "name another")]
        )
    return sources


def load_plans(path: str | Path) -> dict[str, Plan]:
    """Every integration of a folder (or one file), compiled, by name.

    Raises:
        SpecError: one has an error; all findings of all files are in it.
    """
    plans = {}
    for source in load_sources(path):
        assert source.integration is not None
        try:
            plans[source.integration.name] = compile_plan(source.integration)
        except SyntaxFault as fault:
            mark = Mark(str(source.path), 1, 1)
            raise SpecError([Diagnostic(mark, "too-deep", fault.message, fault.hint)]) from None
    return plans
