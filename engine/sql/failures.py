"""What drivers raise, in the engine's words: Refused, or Unreachable with whether it may have happened.

A transaction that was not asked to commit surely did not happen.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import exc

from engine.errors import Refused, Unreachable
from engine.unreached import why

_CANCELLED = {"57014", "1969", "3024", "1013", "3156", "DPY-4024"}
_BUSY = {"53300", "1040", "1203", "ORA-00018", "ORA-12519"}
_AGAIN = {"40001", "40P01", "55P03", "1213", "1205", "1222", "ORA-00060", "ORA-08177", "1020"}
_AWAY = re.compile(
    r"^(08|57P0|2002$|2003$|2005$|2006$|2013$|2055$|2014$|20009$|20003$|DPY-(4011|6)|ORA-(125|03113|03114))"
)
_LIBPQ = re.compile(
    r'^connection failed: connection to server at "[^"]*"(?: \([^)]*\))?, port \d+ failed: (?:FATAL: )?'
)
_LOGIN = {"28P01", "28000", "1045", "1044", "1698", "18456", "ORA-01017"}


def translated(error: BaseException, where: str, *, committing: bool, connecting: bool) -> Refused | Unreachable:
    """An exception of SQLAlchemy or a driver.

    Args:
        where: `integration.connection`.
        committing: the commit was asked for: nobody knows whether it happened.
        connecting: there was no connection yet.
    """
    original: Any = getattr(error, "orig", None) or error
    code, text = _code(original), _text(original)
    away = connecting or bool(_AWAY.match(code)) or getattr(error, "connection_invalidated", False)
    if code in _LOGIN or (connecting and _is_about_login(text)):
        return Refused(f"{where} does not let us in: {text}", code=code or "login")
    if code in _BUSY:
        return Unreachable(f"{where} takes no more connections: {text}", cause="busy", may_have_happened=False)
    if code in _CANCELLED or "interrupted" in text:
        return Unreachable(f"{where} took too long: {text}", cause="timeout", may_have_happened=committing)
    if "database is locked" in text:
        return Unreachable(f"{where} is locked by others: {text}", cause="busy", may_have_happened=False)
    if code in _AGAIN:
        return Refused(text, code=code, temporary=True)
    if away or (isinstance(error, exc.OperationalError) and not code) or isinstance(error, (OSError, exc.TimeoutError)):
        if not connecting:
            return Unreachable(f"{where} broke off: {text}", cause="reset", may_have_happened=committing)
        cause = _cause(text)
        words = text if cause == "tls" else why(text)
        return Unreachable(f"{where} cannot be reached: {words}", cause=cause, may_have_happened=False)
    return Refused(text, code=code)


def is_there_already(error: BaseException) -> bool:
    """Whether a row of the same key had been written meanwhile."""
    return isinstance(error, exc.IntegrityError)


def may_be_tried_again(error: BaseException) -> bool:
    """Whether a transaction lost against another one, and did nothing."""
    return isinstance(error, exc.DBAPIError) and _code(error.orig) in _AGAIN


def _code(original: Any) -> str:
    """The database's own code: an SQLSTATE, or its number."""
    state = getattr(original, "sqlstate", None)
    if state:
        return str(state)
    first = original.args[0] if getattr(original, "args", None) else ""
    if isinstance(first, int):
        return str(first)
    found = re.search(r"(ORA|DPY)-\d+", str(original))
    return found[0] if found else str(getattr(original, "sqlite_errorname", ""))


def _text(original: Any) -> str:
    """The database's own words, on one line, without the statement."""
    said = getattr(getattr(original, "diag", None), "message_primary", None)
    if not said:
        args: tuple[Any, ...] = getattr(original, "args", ())
        said = args[1] if len(args) > 1 and isinstance(args[0], int) else str(original)
    if isinstance(said, bytes):
        said = said.decode("utf-8", "replace")
    return _LIBPQ.sub("", " ".join(str(said).split()))[:500]


def _is_about_login(text: str) -> bool:
    return re.search(r"authentication failed|access denied|login failed|no password supplied", text, re.I) is not None


def _cause(text: str) -> str:
    if re.search(r"certificate|ssl|tls", text, re.I):
        return "tls"
    if re.search(r"name or service|resolve|getaddrinfo|name resolution", text, re.I):
        return "dns"
    return "timeout" if re.search(r"timed? ?out|timeout", text, re.I) else "connect"
