"""The server that a bench talks to, as a process of its own: `python -m bench.NAME --serve` prints its port, and serves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def served(bench: str) -> Iterator[int]:
    """The server of a bench, such as `bench.soap`; gives its port."""
    with subprocess.Popen([sys.executable, "-m", bench, "--serve"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
