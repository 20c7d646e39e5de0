"""Golden files: compared byte for byte, written anew with UPDATE_GOLDEN=1; read what changes as an integrator would."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> str:
    """What a golden file holds."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode())
    return path.read_bytes().decode()
