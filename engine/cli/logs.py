"""Log lines: as text or as JSON, with the exchange they belong to, and without secrets."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TextIO

from engine.exchange import LOGGED

Redact = Callable[[str], str]


class NewestSecrets:
    """Strikes out the secrets of the newest engine of a process, and of the one before, which may not have ended."""

    def __init__(self) -> None:
        self._known: list[Redact] = []

    def add(self, engine: Redact) -> None:
        """Strike out what a new engine does, too."""
        self._known = [engine, *self._known[:1]]

    def __call__(self, text: str) -> str:
        for redact in self._known:
            text = redact(text)
        return text


class TextLines(logging.Formatter):
    """`2026-03-01 12:00:00,000 WARNING engine.worker: …  [exchange 0199… acme.orders]`."""

    def __init__(self, redact: Redact) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        about = LOGGED.get()
        text = super().format(record)
        told = text if about is None else f"{text}  [exchange {about[0]} {about[1]}.{about[2]}]"
        return self._redact(told)


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, and of an exchange its id, integration and message or flow."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        about = LOGGED.get()
        if about is not None:
            line |= dict(zip(("exchange", "integration", "name"), about, strict=True))
        if record.exc_info:
            line["traceback"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class Level(StrEnum):
    """From what on log lines are written."""

    error = "error"
    warning = "warning"
    info = "info"
    debug = "debug"


def write_logs(
    level: Level,
    before: Callable[[], None] = lambda: None,
    lines: Callable[[Redact], logging.Formatter] = TextLines,
) -> NewestSecrets:
    """Write log lines to standard error; gives what is to be told of the engines whose secrets they must not show.

    Args:
        level: of our own lines; of libraries only warnings and worse.
        before: called before each line, to make place for it.
    """
    secrets = NewestSecrets()
    handler = _Lines(before)
    handler.setFormatter(lines(secrets))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("engine").setLevel(level.upper())
    return secrets


class _Lines(logging.StreamHandler[TextIO]):
    def __init__(self, before: Callable[[], None]) -> None:
        super().__init__(sys.stderr)
        self._before = before

    def emit(self, record: logging.LogRecord) -> None:
        self._before()
        super().emit(record)
