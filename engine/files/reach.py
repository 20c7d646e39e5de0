"""Whether a folder can be used: it is there, and we may do in it what the endpoints do. Nothing is written."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.files.endpoints.endpoint import FileEndpoint
from engine.files.endpoints.read import ReadFiles
from engine.files.endpoints.write import WriteFile
from engine.observation import Observation

_ALLOW = "let the user of the engine do so, or check the folder of the connection"


def look_at(folder: Path, endpoints: Iterable[FileEndpoint]) -> Iterator[Observation]:
    """Look at a folder, then at those in it that files are moved to and written to."""
    seen = _usable(folder)
    yield seen
    if seen.state == "failed":
        return
    inner: dict[str, None] = {}
    for endpoint in endpoints:
        if isinstance(endpoint, ReadFiles):
            inner |= {endpoint.archive: None, endpoint.error: None}
        elif isinstance(endpoint, WriteFile):
            inner |= {str(parent): None for parent in _fixed(Path(endpoint.path))}
    for name in inner:
        yield _usable(folder / name) if (folder / name).exists() else _to_be_made(folder, name)


def _fixed(path: Path) -> list[Path]:
    """The folder that files are written to, as far as its name is no call's matter; none for the connection's own."""
    known = list(itertools.takewhile(lambda part: "{" not in part, path.parent.parts))
    return [Path(*known)] if known else []


def _usable(folder: Path) -> Observation:
    what = f"folder {folder}"
    if not folder.is_dir():
        told = "it is no folder" if folder.exists() else "there is no such folder"
        return Observation(what, "failed", told, "make it, mount it, or check the folder of the connection")
    if not os.access(folder, os.R_OK | os.X_OK):
        return Observation(what, "failed", "we may not read it", _ALLOW)
    if not os.access(folder, os.W_OK):
        return Observation(what, "failed", "we may not write into it, nor move files out of it", _ALLOW)
    return Observation(what, "ok", "it can be read and written")


def _to_be_made(folder: Path, name: str) -> Observation:
    """A folder that is made when the first file goes there."""
    there = folder / name
    while not there.exists():
        there = there.parent
    what = f"folder {folder / name}"
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Observation(what, "ok", "it will be made when it is needed")
    return Observation(what, "failed", f"it is not there, and we may not make it in {there}", _ALLOW)
