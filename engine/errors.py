"""The errors of the engine. Each says whether trying again can help.

Nothing else leaves the engine: foreign exceptions are translated where they arise (`Session.send`, the loader).

    EngineError
    ├── SpecError        the file is wrong: its findings say where and what to write
    ├── SettingMissing   an environment lacks settings: all of them, and where to set them
    ├── MappingError     a mapping met data it cannot map
    ├── Refused          the other side (or a `refuse` step) said no
    │   └── InvalidInput the caller's input does not fit its schema
    ├── Unreachable      no answer came
    └── Stopped          the engine is shutting down, or a time limit of ours ended the work
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.diagnostics import Diagnostic, Mark


class EngineError(Exception):
    """Base of all errors that leave the engine.

    Attributes:
        may_help: whether the same attempt, made later, can end differently.
    """

    may_help: bool = False


class SpecError(EngineError):
    """An integration file cannot be used; `diagnostics` holds every finding (at least one)."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class SettingMissing(EngineError):
    """Settings are missing or do not fit their type; `problems` has one sentence for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("the settings do not fit:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = tuple(problems)


class Fault(Exception):
    """What a function or operator says of data it cannot work with.

    Compiled mappings turn it into a `MappingError` by adding the place; it never leaves them.

    Attributes:
        value: the offending value; shown only after redaction.
    """

    def __init__(self, message: str, value: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.value = value


class MappingError(EngineError):
    """A mapping met data it cannot map.

    Attributes:
        message: what is wrong, without the data itself.
        mark: the place of the expression in the YAML file, None for an expression that came from no file.
        target: the field being built, such as `items[].unit_price`; empty for a lone expression.
        value: the offending value as a short text, already redacted.
    """

    def __init__(self, message: str, mark: Mark | None = None, target: str = "", value: str = "") -> None:
        place = f"{mark}: " if mark else ""
        field = f" (building {target})" if target else ""
        data = f"; the data was {value}" if value else ""
        super().__init__(f"{place}{message}{field}{data}")
        self.message = message
        self.mark = mark
        self.target = target
        self.value = value


class Refused(EngineError):
    """The other side understood and said no.

    Attributes:
        text: its own words.
        code: a stable code of the other side, empty if it gave none.
        temporary: whether a repeat may help.
        status: the protocol's status, None where there is none.
        retry_after: seconds it asked us to wait, None if it did not say.
    """

    def __init__(
        self,
        text: str,
        *,
        code: str = "",
        temporary: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.temporary = temporary
        self.may_help = temporary
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class Violation:
    """One way in which a value does not fit its schema: `path` such as `items[0].quantity`, and what is wrong."""

    path: str
    message: str


class InvalidInput(Refused):
    """The caller's input does not fit, as a rule its schema; `violations` lists every misfit."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(
            "the input does not fit its schema: " + "; ".join(f"{v.path or 'input'}: {v.message}" for v in violations)
        )
        self.violations = tuple(violations)


class Unreachable(EngineError):
    """No usable answer came: connect, timeout, reset, or an answer that cannot be read.

    Attributes:
        cause: a stable word: `connect`, `timeout`, `reset`, `tls`, `dns`, `garbage`, `too_large`, `redirect`, `offline`, `busy`.
        may_have_happened: whether the call may have been carried out by the other side.
        retry_after: seconds after which a try makes sense, None if unknown.
    """

    may_help = True

    def __init__(self, text: str, *, cause: str, may_have_happened: bool, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.cause = cause
        self.may_have_happened = may_have_happened
        self.retry_after = retry_after


class Stopped(EngineError):
    """The work was ended by us: shutdown, or the exchange's own time limit."""

    may_help = True
