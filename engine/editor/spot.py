"""What stands at a place of a file that is pointed at: a key, a value, or a name inside an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.document import Path_
from engine.editor.file import File
from engine.editor.fragment import Fragment, fragment
from engine.editor.text import Span

_TO_COLON = re.compile(r"[^\s:,{}\[\]]*?[ \t]*:(?=\s|$)")
_WORD = re.compile(r"[\w$.?-]*")
_NAME = re.compile(r"\w*")


@dataclass(frozen=True)
class Spot:
    """What is pointed at.

    Attributes:
        path: of the value; of a key, that of its value.
        is_key: whether the key is pointed at.
        span: the word that is meant; inside an expression, perhaps a sign.
        name: inside an expression, the name and the path before it; None at its signs.
        is_call: whether that is a function.
    """

    path: Path_
    is_key: bool
    span: Span
    name: Fragment | None = None
    is_call: bool = False


def spot(file: File, index: int) -> Spot | None:
    """What stands at an index; None where nothing is meant: in a comment, between words."""
    content = file.text.content
    at = file.cursor(index)
    if at.place == "comment":
        return None
    colon = _TO_COLON.match(content, index)
    if colon and at.place in ("key", "open") and "\n" not in at.written:
        end = index + len(colon.group().rstrip(": \t").rstrip("\"'"))
        key = content[at.start : end]
        return Spot((*at.path, key), True, Span(at.start, end)) if key else None
    begun = fragment(at.written + _NAME.match(content, index)[0])  # type: ignore[index]
    if at.written.startswith("=") or "{{" in at.written or (not at.written and content.startswith("=", index)):
        return _in_expression(at.path, begun, content, index)
    word = _WORD.match(content, index)
    end = word.end() if word else index
    return Spot(at.path, False, Span(at.start, end)) if end > at.start else None


def _in_expression(path: Path_, name: Fragment | None, content: str, index: int) -> Spot | None:
    if name is None or not name.word:
        return Spot(path, False, Span(index, index + 1)) if content[index : index + 1].strip() else None
    end = _NAME.match(content, index).end()  # type: ignore[union-attr]
    is_call = not name.chain and content[end:].lstrip(" ").startswith("(")
    return Spot(path, False, Span(end - len(name.word), end), name, is_call)
