"""A store from outside: what it holds, a process that writes it, a lock on it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

from engine.journal import Filter, Limits, Search
from engine.redaction import Redactor

NOTHING = Redactor()
QUICK = Limits(collect=0.001, retry=(0.05, 0.1), closing=0.3)


def running(script: str, url: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    return subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True, env=environment)


def kept(url: str, filter: Filter | None = None) -> list[str]:
    search = Search.open(url)
    try:
        return [entry.id for entry in search.entries(filter or Filter())]
    finally:
        search.close()


class locked:
    """Another process holds the write lock."""

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *error: object) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()
