"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDORS = re.compile(
    r"\bp21|prophet|eclipse|epicor|\boro(commerce)?\b|ibexa|silver\.|\bsage\b|\bx3\b|navision|\bsap\b|stripe|fedex|akeneo|hubspot",
    re.IGNORECASE,
)


def test_no_vendor_is_named_in_the_engine() -> None:
    files = [path for path in (ROOT / "engine").rglob("*") if path.suffix in (".py", ".yaml")]

    named = [f"{path.relative_to(ROOT)}: {match[0]}" for path in files for match in VENDORS.finditer(path.read_text())]

    assert named == []


def test_no_file_of_the_engine_is_long() -> None:
    long = {
        str(path): count
        for path in (ROOT / "engine").rglob("*.py")
        if (count := len(path.read_text().splitlines())) > 320
    }

    assert long == {}


def test_the_pinned_versions_name_no_host() -> None:
    lines = (ROOT / "constraints.txt").read_text().split()

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!-]+", line)] == []


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_every_command_of_make_exists(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
