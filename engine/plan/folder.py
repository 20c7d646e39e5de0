"""The integrations of a folder, as plans that know each other."""

from __future__ import annotations

from pathlib import Path

from engine.checks.files import Source, files, findings, neighbours, read_file
from engine.diagnostics import Diagnostic, Mark
from engine.errors import SpecError
from engine.expression.ast import SyntaxFault
from engine.plan.compile import compile_plan
from engine.plan.plan import Plan


def load_sources(*paths: str | Path) -> list[Source]:
    """Every file of folders (or single files), read and checked: each has its document and its integration.

    Raises:
        SpecError: one has an error; all findings of all files are in it.
    """
    sources = list({file.resolve(): read_file(file) for path in paths for file in files(path)}.values())
    found = [
        finding
        for source in sources
        for finding in findings(source, neighbours(source, sources))
        if finding.severity == "error"
    ]
    if found or not sources:
        where = Mark(", ".join(map(str, paths)), 1, 1)
        raise SpecError(
            found or [Diagnostic(where, "no-files", "there is no .yaml file in this folder", "name another")]
        )
    return sources


def load_plans(path: str | Path) -> dict[str, Plan]:
    """Every integration of a folder (or one file), compiled, by name.

    Raises:
        SpecError: one has an error; all findings of all files are in it.
    """
    plans = [compiled(source) for source in load_sources(path)]
    return {plan.name: plan for plan in plans}


def compiled(source: Source) -> Plan:
    """The plan of a file that has no error.

    Raises:
        SpecError: an expression in it is nested too deep to be compiled.
    """
    assert source.integration is not None
    try:
        return compile_plan(source.integration)
    except SyntaxFault as fault:
        mark = Mark(str(source.path), 1, 1)
        raise SpecError([Diagnostic(mark, "too-deep", fault.message, fault.hint)]) from None
