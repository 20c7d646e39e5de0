"""Writing a file so that it appears whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal


class Exists(Exception):
    """A file of that name is there already."""


def write(path: Path, content: bytes, exists: Literal["keep", "replace", "refuse"]) -> bool:
    """Write beside its place, flush to the disk, rename; False: one that was there is kept.

    Raises:
        Exists: one is there, and none may be.
        OSError: it cannot be written.
    """
    if exists != "replace" and path.exists():
        if exists == "keep":
            return False
        raise Exists(path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if exists == "replace":
        os.replace(beside, path)
        return True
    try:
        os.link(beside, path)  # unlike a rename, it does not replace one that came meanwhile
    except FileExistsError:
        if exists == "refuse":
            raise Exists(path.name) from None
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True
