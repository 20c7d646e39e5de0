"""The context of one reading of a file: where the classes of the language report what they find."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from engine.diagnostics import Diagnostic
from engine.document import Document, Path_
from engine.parts.suggest import suggest


@dataclass
class Reading:
    """Collects findings while pydantic builds the classes of one document."""

    document: Document | None = None
    found: list[Diagnostic] = field(default_factory=list)

    def say(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.found:
            self.found.append(diagnostic)

    def report(self, data: Any, error: ValidationError) -> bool:
        """Turn pydantic's errors about `data` into findings; False if `data` is not from the document."""
        path = self.document.path_of(data) if self.document else None
        if self.document is None or path is None:
            return False
        for detail in error.errors(include_url=False):
            finding = _finding(self.document, path, detail)
            if finding is not None:
                self.say(finding)
        return True


def reading(info: ValidationInfo) -> Reading:
    """The reading a validator belongs to; outside of a file, findings become errors at once."""
    return info.context if isinstance(info.context, Reading) else _Strict()


class _Strict(Reading):
    def say(self, diagnostic: Diagnostic) -> None:
        raise ValueError(str(diagnostic))


def _finding(document: Document, above: Path_, error: ErrorDetails) -> Diagnostic | None:
    below, missing = _locate(_at(document.data, above), error["loc"])
    path = (*above, *below)
    context = error.get("ctx", {})
    hint = str(context.get("hint", ""))
    if error["type"] == "missing":
        if _was_misspelled(_at(document.data, path), missing):
            return None
        return Diagnostic(document.key_mark(path), "missing-key", f'"{missing}" is missing here', f"add `{missing}: …`")
    if error["type"] == "missing-key":
        return Diagnostic(document.key_mark(path), "missing-key", error["msg"], hint)
    if error["type"] == "unknown-type":
        return Diagnostic(document.mark((*path, "type")), "unknown-type", error["msg"], hint)
    message, remedy = _words(error)
    return Diagnostic(document.mark(path), "wrong-value", message, hint or remedy)


def _at(data: Any, path: Path_) -> Any:
    found: Any = data
    for step in path:
        found = found[step]
    return found


def _locate(data: Any, loc: tuple[int | str, ...]) -> tuple[Path_, str]:
    """The part of pydantic's location that exists in the file (tags of unions do not), and what is left of it."""
    path: list[str | int] = []
    left = ""
    for step in loc:
        if (isinstance(data, dict) and isinstance(step, str) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = cast(Any, data)[step]
            path.append(step)
            left = ""
        else:
            left = str(step)
    return tuple(path), left


def _was_misspelled(data: Any, missing: str) -> bool:
    """Whether a key beside is a misspelling of the missing one: that is said there already."""
    return isinstance(data, dict) and any(suggest(str(key), [missing]) == missing for key in data if key != missing)


def _words(error: ErrorDetails) -> tuple[str, str]:
    """Pydantic's message in our words, and the remedy."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    what = (
        "nothing"
        if given is None
        else "a mapping"
        if isinstance(given, dict)
        else "a list"
        if isinstance(given, list)
        else f'"{given}"'
    )
    if kind == "literal_error":
        return f"{what} cannot stand here", f"one of: {context['expected']}".replace("'", "").replace(" or ", ", ")
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"keys are wanted here, this is {what}", "write `key: value` lines below"
    if kind in ("list_type", "tuple_type"):
        return f"a list is wanted here, this is {what}", "write [a, b] or lines that begin with -"
    if kind == "string_pattern_mismatch":
        return f"{what} is no name", "names have small letters, digits and _, and begin with a letter"
    return error["msg"], ""
