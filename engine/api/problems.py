"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.errors import (
    EngineError,
    InvalidInput,
    MappingError,
    Refused,
    SettingMissing,
    Stopped,
    Unreachable,
    Violation,
)
from engine.redaction import Redactor

KINDS = {
    "unreadable": (400, "The request cannot be read"),
    "unknown-client": (401, "Who are you?"),
    "cannot-tell": (503, "Who you are cannot be told now"),
    "forbidden": (403, "Not allowed"),
    "not-found": (404, "Not found"),
    "wrong-method": (405, "Method not allowed"),
    "too-slow": (408, "The request came too slowly"),
    "too-large": (413, "The request is too large"),
    "not-json": (415, "The request is not JSON"),
    "invalid-input": (422, "The input does not fit"),
    "mapping": (500, "The mapping failed"),
    "settings": (500, "The engine's settings do not fit"),
    "defect": (500, "The engine failed"),
    "refused": (502, "The system refused"),
    "unreadable-answer": (502, "The system's answer cannot be read"),
    "unreachable": (503, "The system cannot be reached"),
    "stopping": (503, "The engine is stopping"),
    "timeout": (504, "The system did not answer in time"),
}


_UNREACHABLE = {"timeout": "timeout", "garbage": "unreadable-answer", "too_large": "unreadable-answer"}


def problem(kind: str, detail: str, **more: Any) -> dict[str, Any]:
    """A problem document; `more` are extension members, null ones left out."""
    status, title = KINDS[kind]
    extra = {name: value for name, value in more.items() if value is not None}
    return {"type": f"urn:engine:problem:{kind}", "title": title, "status": status, "detail": detail, **extra}


def of_error(error: EngineError, exchange: str, redactor: Redactor) -> dict[str, Any]:
    """The problem of a failed exchange; `exchange` is its id, for `engine log`."""
    if isinstance(error, InvalidInput):
        paths = [{"path": violation.path, "message": violation.message} for violation in error.violations]
        return problem("invalid-input", _misfit(error.violations), errors=paths, exchange=exchange)
    words = redactor.text(error.text if isinstance(error, (Refused, Unreachable)) else str(error))
    if isinstance(error, Refused):
        return problem(
            "refused",
            words,
            code=redactor.text(error.code) or None,
            temporary=error.temporary,
            upstream_status=error.status,
            exchange=exchange,
        )
    if isinstance(error, Unreachable):
        kind = _UNREACHABLE.get(error.cause, "unreachable")
        return problem(kind, words, cause=error.cause, may_have_happened=error.may_have_happened, exchange=exchange)
    return problem(_kind(error), words, exchange=exchange)


def _misfit(violations: Sequence[Violation]) -> str:
    """The first misfit in words: who logs `detail` alone is to know what to mend."""
    first, more = violations[0], len(violations) - 1
    rest = f" (and {more} more, in `errors`)" if more else ""
    words = f"{first.path}: {first.message}" if first.path else f"it {first.message}"
    return f"the input does not fit: {words}{rest}"


def _kind(error: EngineError) -> str:
    kinds = {MappingError: "mapping", SettingMissing: "settings", Stopped: "stopping"}
    return next((kind for error_type, kind in kinds.items() if isinstance(error, error_type)), "defect")
