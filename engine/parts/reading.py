"""The context of one reading of a file: where the classes of the language report what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from engine.diagnostics import Diagnostic, shown
from engine.document import Document, Path_, Scalar
from engine.mapping.write import within
from engine.parts.suggest import did_you_mean, meant, misspelled, replacement, suggest

if TYPE_CHECKING:
    from engine.parts.part import Part

P = TypeVar("P", bound="Part")

MAX_MEANT = 200
"""Of so many unknown keys it is looked for what they may mean, and where they may belong; a file with more of them is of
another kind, and looking for each would take long."""


LONGEST = 80
"""Characters of an example or value that a hint repeats."""


@dataclass(frozen=True, eq=False)
class _Made:
    """A part that was made of a mapping of the document."""

    part: Part
    data: dict[str, Any]


@dataclass
class Reading:
    """Collects findings while pydantic builds the classes of one document.

    Attributes:
        found: each finding once.
        told: how much was found; a finding about what aliases repeat counts for each of them.
        _guesses: of what was read as a key that other tools call so, where that stands, and what was found.
    """

    document: Document | None = None
    found: list[Diagnostic] = field(default_factory=list)
    told: int = 0
    _said: set[Diagnostic] = field(default_factory=set)
    _guesses: dict[Path_, Diagnostic] = field(default_factory=dict)
    _unknown: int = 0

    def __post_init__(self) -> None:
        self._said.update(self.found)

    def say(self, diagnostic: Diagnostic) -> None:
        self.told += 1
        if diagnostic not in self._said:
            self._said.add(diagnostic)
            self.found.append(diagnostic)

    def known(self, kind: type[P], data: dict[str, Any]) -> P | None:
        """The part that was made of this mapping before an edit that left it as it was."""
        made = self.document.made.get(id(data)) if self.document else None
        return made.part if isinstance(made, _Made) and type(made.part) is kind else None

    def remember(self, part: Part, data: dict[str, Any], told: int) -> None:
        """A part was made of a mapping. One in which something is wrong is made again after each edit, to say so.

        Args:
            told: how much had been told before.
        """
        if self.document is not None and id(data) in self.document.paths and self.told == told:
            self.document.made[id(data)] = _Made(part, data)

    def keys(self, part: type[Part], data: dict[str, Any]) -> None:
        """Report the keys a part does not have. One that is misspelled is read as what was meant, so that all that
        stands in it is checked and nothing follows from the misspelling."""
        for key in list(data):
            if key in part.model_fields or not isinstance(key, Scalar):
                continue
            self._unknown += 1
            is_one_of_many = self._unknown > MAX_MEANT
            now = part.deprecated.get(key)
            near = now or (None if is_one_of_many else _meant(key, part, data[key]))
            elsewhere = "" if near or is_one_of_many else _home(key, part, data)
            finding = _old_key(key, now) if now else _unknown_key(key, part, near, elsewhere, data)
            self.say(finding)
            if near and near not in data and self.document:
                self.document.meant(data, key, near)
                if not misspelled(key, part.model_fields):
                    self._guesses[(*self.document.paths[id(data)], near)] = finding

    def report(self, part: type[Part], data: Any, error: ValidationError) -> bool:
        """Turn pydantic's errors about the `data` of a part into findings; False if it is not from the document."""
        path = self.document.path_of(data) if self.document else None
        if self.document is None or path is None:
            return False
        for detail in error.errors(include_url=False):
            finding = _finding(self.document, path, detail, part)
            if finding.hint and (*path, *detail["loc"]) in self._guesses:
                self._add_to_guess((*path, *detail["loc"]), finding.hint)
            else:
                self.say(finding)
        return True

    def _add_to_guess(self, path: Path_, remedy: str) -> None:
        """What other tools call otherwise, they write otherwise too: that is one mistake, with both remedies."""
        guess = self._guesses[path]
        whole = replace(guess, hint=guess.hint.replace("allowed:", f"{remedy}; allowed:"))
        self.found[:] = [whole if one == guess else one for one in self.found]
        self._said.add(whole)


def _meant(key: str, part: type[Part], value: Any) -> str | None:
    known = part.model_fields
    if part.inside and isinstance(value, dict):  # where names of one's own stand one level below
        return meant(key, known) or misspelled(key, known)
    return meant(key, known) or (None if part.owners(key) else suggest(key, known))


def _unknown_key(
    key: Scalar, part: type[Part], near: str | None, elsewhere: str, data: Mapping[str, Any]
) -> Diagnostic:
    allowed = f"allowed: {', '.join(sorted(part.model_fields))}"
    fix = near if near and near not in data and near == replacement(key, part.model_fields) else None
    words = f"{part.called()} has no key {shown(key)}"
    return Diagnostic(key.mark, "unknown-key", words, f"{did_you_mean(near)}{elsewhere}{allowed}", fix=fix)


def _old_key(key: Scalar, now: str) -> Diagnostic:
    return Diagnostic(key.mark, "deprecated-key", f"`{key}` is called `{now}` now", f"write {now}", "warning", fix=now)


def _home(key: str, part: type[Part], data: Mapping[str, Any]) -> str:
    """Where a key was perhaps meant to stand: nowhere, at a neighbour, below another key of the part, anywhere."""
    if key in part.needless:
        return f"{part.needless[key]}; "
    near = _elsewhere(part.owners_beside(key), key)
    return f"{near}{_above(key, part, data)}" or _elsewhere(part.owners(key), key)


def _above(key: str, part: type[Part], data: Mapping[str, Any]) -> str:
    """Under which key of the same part one was perhaps meant to stand: one before it with nothing in it."""
    names = list(data)
    before = names[names.index(key) - 1] if names.index(key) else None
    if before is not None and data[before] is None:
        return f"indent it, if it belongs into `{before}`; "
    has_keys = isinstance(data[key], dict) or part.inside == "body"
    return f"put it under `{part.inside}`, if it belongs there; " if part.inside and has_keys else ""


def _elsewhere(homes: list[str], key: str) -> str:
    if not homes:
        return ""
    *first, last = homes[:3]
    return f"`{key}` belongs to {', '.join(first)}{' or ' if first else ''}{last}; "


def reading(info: ValidationInfo) -> Reading:
    """The reading a validator belongs to; outside of a file, findings become errors at once."""
    return info.context if isinstance(info.context, Reading) else _Strict()


class _Strict(Reading):
    def say(self, diagnostic: Diagnostic) -> None:
        raise ValueError(str(diagnostic))


def _finding(document: Document, above: Path_, error: ErrorDetails, part: type[Part]) -> Diagnostic:
    below, left = _locate(_at(document.data, above), error["loc"])
    path = (*above, *below)
    hint = str(error.get("ctx", {}).get("hint", ""))
    match error["type"]:
        case "missing":
            return Diagnostic(document.home(path), "missing-key", f'"{left}" is missing here', f"add `{left}: …`")
        case "missing-key":
            return Diagnostic(document.home(path), "missing-key", error["msg"], hint)
        case "unknown-type":
            return Diagnostic(document.mark((*path, "type")), "unknown-type", error["msg"], hint)
    message, remedy = _words(error, _example(part, below))
    mark = document.key_mark(path) if left == "[key]" else document.mark(path)
    return Diagnostic(mark, "wrong-value", message, hint or remedy)


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


def _example(part: type[Part], below: Path_) -> Any:
    """What may stand at a path of a part, as its description shows; None if that shows nothing."""
    field = part.model_fields.get(str(below[0])) if below else None
    found = next(iter(field.examples or []), None) if field is not None else None
    for _ in below[1:]:
        inner = list(found.values()) if isinstance(found, dict) else found
        found = inner[0] if isinstance(inner, list) and inner else None
    return found


def _words(error: ErrorDetails, example: Any) -> tuple[str, str]:
    """Pydantic's message in our words, and the remedy."""
    what, kind = given(error["input"]), error["type"]
    if kind == "literal_error":
        choices = str(error.get("ctx", {})["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return (
            f"{what} cannot stand here",
            f"{did_you_mean(suggest(str(error['input']), choices))}one of: {', '.join(choices)}",
        )
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        shown_ = within(example) if isinstance(example, dict) and isinstance(error["input"], (str, list)) else ""
        hint = (
            f"write keys, such as {shown_}"
            if 0 < len(shown_) <= LONGEST
            else "write `key: value` lines below, or remove it"
        )
        hint = "indent what belongs into it below, or remove it" if error["input"] is None else hint
        return f"keys are wanted here, this is {what}", hint
    if kind in ("list_type", "tuple_type"):
        return f"a list is wanted here, this is {what}", _as_list(error["input"])
    return error["msg"], ""


def _as_list(value: Any) -> str:
    """How a lone text is written as a list."""
    if isinstance(value, dict):
        return "begin it with `- `, or with [ in flow style"
    if not isinstance(value, Scalar) or not value or len(value) > LONGEST:
        return "write [a, b], or lines that begin with -"
    return f"write [{value if value.isalnum() else within(str(value))}]"


def given(value: Any) -> str:
    """What stands in a place where something else is wanted."""
    return {type(None): "nothing", dict: "a mapping", list: "a list"}.get(type(value), shown(str(value)))
