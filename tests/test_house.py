"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
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


def told(node: ast.AST, heading: str) -> set[str]:
    """The names that a docstring tells of below a heading."""
    text = ast.get_docstring(node) if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) else None
    below = re.search(rf"^{heading}:\n((?: +.*\n?|\n)*)", text or "", re.MULTILINE)
    names = re.findall(r"^ {4}(\w+(?:, \w+)*):", below[1], re.MULTILINE) if below else []
    return {name for group in names for name in group.split(", ")}


def attributes(node: ast.ClassDef) -> set[str]:
    """What a class says it has, and what its methods set."""
    found = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            found.add(part.target.id)
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(part.name)
    return found


def test_docstrings_tell_of_attributes_and_arguments_that_are_there() -> None:
    lies = []
    for path in (ROOT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                missing = told(node, "Attributes") - attributes(node)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                missing = told(node, "Args") - {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
            else:
                continue
            lies += [f"{path.relative_to(ROOT)}: {node.name} has no {name}" for name in sorted(missing)]

    assert lies == []


def test_the_pinned_versions_name_no_host() -> None:
    lines = (ROOT / "constraints.txt").read_text().split()

    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.+!-]+", line)] == []


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_every_command_of_make_exists(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0
