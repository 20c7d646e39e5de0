"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

from engine.errors import EngineError, InvalidInput, MappingError, Refused, Stopped, Unreachable
from engine.redaction import Redactor

TITLES = {
    400: "The request cannot be read",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    413: "The request is too large",
    415: "The request is not JSON",
    422: "The input does not fit",
    500: "The mapping failed",
    502: "The system refused",
    503: "The system cannot be reached",
    504: "The system did not answer in time",
}


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem document; `more` are extension members, null ones left out."""
    kind = more.pop("kind", TITLES[status].lower().replace(" ", "-").strip("?"))
    extra = {name: value for name, value in more.items() if value is not None}
    return {"type": f"urn:engine:problem:{kind}", "title": TITLES[status], "status": status, "detail": detail, **extra}


def of_error(error: EngineError, exchange: str, redactor: Redactor) -> dict[str, Any]:
    """The problem of a failed exchange; `exchange` is its id, for `engine log`."""
    if isinstance(error, InvalidInput):
        paths = [{"path": violation.path, "message": violation.message} for violation in error.violations]
        return problem(422, "the input does not fit its schema", kind="invalid-input", errors=paths, exchange=exchange)
    if isinstance(error, Refused):
        words = redactor.text(error.text)
        return problem(
            502,
            words,
            kind="refused",
            code=error.code or None,
            temporary=error.temporary,
            upstream_status=error.status,
            exchange=exchange,
        )
    if isinstance(error, Unreachable):
        status = 504 if error.cause == "timeout" else 503
        return problem(
            status,
            redactor.text(error.text),
            kind="unreachable",
            cause=error.cause,
            may_have_happened=error.may_have_happened,
            exchange=exchange,
        )
    if isinstance(error, MappingError):
        return problem(500, redactor.text(str(error)), kind="mapping", exchange=exchange)
    return problem(
        503 if isinstance(error, Stopped) else 500, redactor.text(str(error)), kind="stopped", exchange=exchange
    )
