"""The files of a folder that wait to be read: which are whole, which comes first, where they go when they are done."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from engine.files.endpoints.read import ReadFiles
from engine.files.formats.record_format import Broken

QUIET = 10.0
"""Seconds for which a file was not written to before it counts as whole, where nothing else is said."""
CHUNK = 1024 * 1024
ENCRYPTED = 0x1
"""The flag of a file in a zip that says so."""


def waiting(folder: Path, asked: ReadFiles) -> list[Path]:
    """The files that are whole, the first to be read first.

    Raises:
        OSError: the folder cannot be read.
    """
    found = [entry for entry in os.scandir(folder) if entry.is_file() and fnmatch.fnmatchcase(entry.name, asked.match)]
    whole = [entry for entry in found if not entry.name.endswith(".tmp") and _is_whole(folder, entry, asked)]
    if asked.order == "time":
        whole.sort(key=lambda entry: (entry.stat().st_mtime, entry.name))
    else:
        whole.sort(key=lambda entry: entry.name)
    return [Path(entry.path) for entry in whole]


def _is_whole(folder: Path, entry: os.DirEntry[str], asked: ReadFiles) -> bool:
    marker = asked.ready.marker
    if marker is not None and not _is_marked(folder, entry, marker):
        return False
    quiet = asked.ready.quiet if asked.ready.quiet is not None else 0.0 if marker is not None else QUIET
    return time.time() - entry.stat().st_mtime >= float(quiet)


def _is_marked(folder: Path, entry: os.DirEntry[str], marker: str) -> bool:
    """Whether the marker of a file is there; one without a name is there for files that were written before it."""
    try:
        marked = (folder / marker.replace("{name}", entry.name)).stat()
    except FileNotFoundError:
        return False
    return "{name}" in marker or (entry.name != marker and entry.stat().st_mtime <= marked.st_mtime)


def fingerprint(path: Path) -> str:
    """What a file holds, in 32 letters: the same content has the same."""
    found = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


@contextmanager
def unpacked(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file as it is read: its content, of gz and zip unpacked; and the file itself, whose place tells how far it is.

    Raises:
        Broken: a zip does not hold one file that can be opened.
    """
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=raw) as content:
                yield cast(BinaryIO, content), raw
        elif path.suffix == ".zip":
            with _archive(raw) as archive:
                names = [one for one in archive.infolist() if not one.is_dir()]
                if len(names) != 1:
                    raise Broken(f"it holds {len(names)} files, and one is wanted")
                if names[0].flag_bits & ENCRYPTED:
                    raise Broken("it is encrypted; put it there without a password")
                with archive.open(names[0]) as inner:
                    yield cast(BinaryIO, inner), raw
        else:
            yield raw, raw


def _archive(raw: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(raw)
    except zipfile.BadZipFile as error:
        raise Broken(f"it is no zip: {error}") from None


def put_away(path: Path, folder: Path, marker: str | None) -> Path:
    """Move a file, beside others of its name; a marker of its own is gone then.

    Raises:
        OSError: it cannot be moved.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    os.replace(path, target)
    if marker is not None and "{name}" in marker:
        (path.parent / marker.replace("{name}", path.name)).unlink(missing_ok=True)
    return target
