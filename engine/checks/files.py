"""Checking files and folders: load, read, run every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from os.path import isdir, isfile
from pathlib import Path

from engine.checks import Kept, Subject, check, rules
from engine.checks.ignores import without_ignored
from engine.checks.spread import spread
from engine.diagnostics import Diagnostic, Mark
from engine.document import Document, decode, load
from engine.errors import SpecError
from engine.spec.integration import Integration
from engine.spec.load import read

SUFFIXES = (".yaml", ".yml")

ENTRIES = ("messages", "flows")
"""The keys of an integration whose entries are read, and checked, for themselves."""

EXAMPLES = "examples"
"""What stands in an entry, and is nothing to those who use the integration."""

HELD = 16
"""So many files are held at a time, for those that use them: a folder of any number takes no more memory."""


@dataclass(frozen=True)
class Source:
    """One file, read as far as it could be; `found` holds what the reading found."""

    path: Path
    document: Document | None
    integration: Integration | None
    found: tuple[Diagnostic, ...]

    @property
    def left(self) -> Source:
        """The same, once the file has got another text."""
        return replace(self, document=self.document.left if self.document else None)


def files(path: str | Path) -> list[Path]:
    """The integration files a path stands for: itself, or those of a folder, sorted; OpenAPI files are none, also where
    a shell names every file of a folder."""
    root = Path(path)
    if isdir(root):
        return sorted(filter(_is_integration, root.iterdir()))
    return [] if _is_openapi(root) else [root]


def _is_integration(file: Path) -> bool:
    return file.suffix in SUFFIXES and not _is_openapi(file) and isfile(file)


def _is_openapi(file: Path) -> bool:
    return file.suffix in SUFFIXES and file.stem.endswith(".openapi")


def read_file(path: Path, raw: bytes | None = None, before: Source | None = None, short_of: str = "") -> Source:
    """Load and read one file; never raises for what stands in it.

    Args:
        raw: its content, where it is not the one on the disk.
        before: an earlier text of it; what is as it was is not read again.
        short_of: the last key of its entries, which need not be read.
    """
    known = before.document if before else None
    try:
        document = load(path, ENTRIES, short_of) if raw is None else decode(raw, str(path), ENTRIES, known, short_of)
        integration, found = read(document)
    except SpecError as error:
        return Source(path, None, None, error.diagnostics)
    return Source(path, document, integration, tuple(found))


def read_used(path: Path) -> Source:
    """Load and read a file that others use, as far as it matters to them; whole, if something is wrong in it."""
    short = read_file(path, short_of=EXAMPLES)
    return read_file(path) if short.found else short


def validate(*paths: str | Path, cores: int = 1) -> list[Diagnostic]:
    """Every finding about files, or about the files of folders, in their order; each file is checked once.

    Works offline and needs no settings. Integrations named under `uses` are read from the same folder.

    Args:
        cores: so many processes share the files; more than one only where there are no threads.
    """
    read, read_short = lru_cache(HELD)(read_file), lru_cache(HELD)(read_used)

    def found_in(file: Path) -> list[Diagnostic]:
        return findings(
            read(file), Beside(file.parent, lambda used: read(used) if used in wanted else read_short(used))
        )

    listed = {Path(path): files(path) for path in paths}
    wanted = list(dict.fromkeys(file for found in listed.values() for file in found))
    told = [_no_files(path) for path, found in listed.items() if not found and (isdir(path) or not wanted)]
    if cores > 1 and len(wanted) > 1:  # before the workers begin, so that it is done once
        rules()
        Integration.model_rebuild()
    return [*told, *(finding for found in spread(found_in, wanted, _size, cores) for finding in found)]


def _size(file: Path) -> int:
    return file.stat().st_size if isfile(file) else 0


def _no_files(path: Path) -> Diagnostic:
    if _is_openapi(path) and not isdir(path):
        words, hint = "an OpenAPI file is checked with the integrations that name it", "name one of them, or the folder"
    else:
        words, hint = "there is no .yaml file in this folder", "name a file, or another folder"
    return Diagnostic(Mark(str(path), 1, 1), "no-files", words, hint)


def validate_content(path: str | Path, raw: bytes) -> list[Diagnostic]:
    """Every finding about a file, if it held this."""
    source = read_file(Path(path), raw)
    return findings(source, neighbours(source))


def findings(source: Source, others: Mapping[str, Integration], kept: Kept | None = None) -> list[Diagnostic]:
    """All findings about one file, by place.

    Args:
        kept: what was found in it before, where it is checked again and again.
    """
    if source.document is None or source.integration is None:
        return sorted(source.found, key=_order)
    return findings_of(Subject(source.document, source.integration, others), source.found, kept)


def findings_of(subject: Subject, read: Iterable[Diagnostic], kept: Kept | None = None) -> list[Diagnostic]:
    """All findings about one file that could be read, by place.

    Args:
        read: what the reading found.
        kept: as in `findings`.
    """
    document = subject.document
    found = map(document.extent.ended, one_per_cause(read, check(subject, kept)))
    return sorted(_unused_last(without_ignored(document, found)), key=_order)


def _order(finding: Diagnostic) -> tuple[Mark, str]:
    return finding.mark, finding.rule


def one_per_cause(read: Iterable[Diagnostic], checked: Iterable[Diagnostic]) -> list[Diagnostic]:
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


class Beside(Mapping[str, Integration]):
    """The integrations of a folder, by the names of their files; each is read when it is asked for, as few are.

    Args:
        read: reads a file, or knows it already.
    """

    def __init__(self, folder: Path, read: Callable[[Path], Source]) -> None:
        self._folder = folder
        self._read = read
        self._known: dict[str, Integration | None] = {}

    def __getitem__(self, name: str) -> Integration:
        if name not in self._known:
            named = (self._folder / f"{name}{suffix}" for suffix in SUFFIXES)
            file = next(filter(_is_integration, named), None)
            self._known[name] = self._read(file).integration if file else None
        found = self._known[name]
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(file.stem for file in files(self._folder)) if self._folder.is_dir() else ())

    def __len__(self) -> int:
        return len(list(iter(self)))


def neighbours(source: Source, known: Iterable[Source] = ()) -> Mapping[str, Integration]:
    """The integrations that a file may use: those already read, and files beside it."""
    by_path = {other.path: other for other in known}
    return Beside(source.path.parent, lambda file: by_path.get(file) or read_file(file))
