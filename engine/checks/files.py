"""Checking files and folders: load, read, run every rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.checks import Subject, check
from engine.checks.ignores import without_ignored
from engine.diagnostics import Diagnostic, Mark
from engine.document import Document, decode, load
from engine.errors import SpecError
from engine.spec.integration import Integration
from engine.spec.load import read

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Source:
    """One file, read as far as it could be; `found` holds what the reading found."""

    path: Path
    document: Document | None
    integration: Integration | None
    found: tuple[Diagnostic, ...]


def files(path: str | Path) -> list[Path]:
    """The integration files a path stands for: itself, or those of a folder, sorted; OpenAPI files are none."""
    root = Path(path)
    return sorted(filter(_is_integration, root.iterdir())) if root.is_dir() else [root]


def _is_integration(file: Path) -> bool:
    return file.suffix in SUFFIXES and not file.stem.endswith(".openapi") and file.is_file()


def read_file(path: Path, raw: bytes | None = None) -> Source:
    """Load and read one file; never raises for what stands in it.

    Args:
        raw: its content, where it is not the one on the disk.
    """
    try:
        document = load(path) if raw is None else decode(raw, str(path))
        integration, found = read(document)
    except SpecError as error:
        return Source(path, None, None, error.diagnostics)
    return Source(path, document, integration, tuple(found))


def validate(path: str | Path) -> list[Diagnostic]:
    """Every finding about a file, or about the files of a folder, in the order of the files.

    Works offline and needs no settings. Integrations named under `uses` are read from the same folder.
    """
    sources = [read_file(file) for file in files(path)]
    if not sources:
        return [
            Diagnostic(
                Mark(str(path), 1, 1),
                "no-files",
                "there is no .yaml file in this folder",
                "name a file, or another folder",
            )
        ]
    return [finding for source in sources for finding in findings(source, neighbours(source, sources))]


def validate_content(path: str | Path, raw: bytes) -> list[Diagnostic]:
    """Every finding about a file, if it held this."""
    source = read_file(Path(path), raw)
    return findings(source, neighbours(source, ()))


def findings(source: Source, others: Mapping[str, Integration]) -> list[Diagnostic]:
    """All findings about one file, by place."""
    if source.document is None or source.integration is None:
        return sorted(source.found, key=_order)
    return findings_of(Subject(source.document, source.integration, others), source.found)


def findings_of(subject: Subject, read: Iterable[Diagnostic]) -> list[Diagnostic]:
    """All findings about one file that could be read, by place.

    Args:
        read: what the reading found.
    """
    document = subject.document
    found = map(document.extent.ended, _one_per_cause(read, check(subject)))
    return sorted(_unused_last(without_ignored(document, found)), key=_order)


def _order(finding: Diagnostic) -> tuple[Mark, str]:
    return finding.mark, finding.rule


def _one_per_cause(read: Iterable[Diagnostic], checked: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without what follows from something else at the same place: a check from what could not be read, a name out of
    reach from its other mistakes. What stands behind an alias is said once, at its anchor."""
    found: dict[tuple[Mark, str, str], Diagnostic] = {}
    told = {finding.mark for finding in read}
    ranked = sorted(checked, key=lambda finding: finding.rule == "out-of-reach")
    for finding in (*read, *(finding for finding in ranked if finding.mark not in told)):
        before = finding.rule == "out-of-reach" and any(key[0] == finding.mark for key in found)
        if not before:
            found.setdefault((finding.mark, finding.rule, finding.message), finding)
    return list(found.values())


def _unused_last(found: list[Diagnostic]) -> list[Diagnostic]:
    """Without what is unused, as long as there is an error: what should use it may be what is wrong."""
    wrong = any(finding.severity == "error" for finding in found)
    return [finding for finding in found if not (wrong and finding.rule.startswith("unused-"))]


def neighbours(source: Source, known: Iterable[Source]) -> dict[str, Integration]:
    """The integrations a file may use, by name: those already read, and files beside it."""
    found = {other.path.stem: other.integration for other in known if other.integration is not None}
    uses = source.integration.uses.values() if source.integration else ()
    for name in uses:
        beside = next(
            (
                source.path.with_name(name + suffix)
                for suffix in SUFFIXES
                if source.path.with_name(name + suffix).is_file()
            ),
            None,
        )
        if name not in found and beside is not None:
            integration = read_file(beside).integration
            if integration is not None:
                found[name] = integration
    return {name: integration for name, integration in found.items() if integration is not None}
