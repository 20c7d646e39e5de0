"""From YAML data to mapping nodes; every mistake is a finding, none stops the reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from engine.diagnostics import Diagnostic, Mark
from engine.document import NOWHERE, Place, Scalar, place_of
from engine.expression.ast import SyntaxFault
from engine.expression.expressions import Expression, is_query, is_template, read_query, read_template
from engine.mapping.nodes import ELEMENT_NAMES, Build, Constant, Entry, Fields, Items, Merge, Node

Say = Callable[[Diagnostic], None]

MOST_DIGITS = 1_000
"""Of a number; Python and other systems refuse longer ones."""

OPERATORS = ("$map", "$each", "$let", "$when", "$merge", "$raw")
_BESIDE_MAP = ("$each", "$let", "$when")
_MEANT = {"$if": "$when", "$foreach": "$each", "$for": "$each", "$with": "$let", "$item": "$let", "$vars": "$let"}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*|\[\d*\])+")
_INTEGER = re.compile(r"-?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.(\d*[1-9]|0)")
_ENDS_IN_ZEROS = re.compile(r"-?(0|[1-9]\d*)\.\d*0")
_RETYPED = re.compile(
    r"[-+]?(\.\d+|\d[\d_]*(\.[\d_]*)?)([eE][-+]?\d+)?|0[xob][0-9a-fA-F_]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    r"|\d{4}-\d\d?-\d\d?([Tt ].*)?|[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?"
)

_PERHAPS_NO_TEXT = re.compile(r"[-+.\d~TtFfNnYO]")
"""How everything begins that is no text, or that other tools take for something else."""
_WORDS = {
    **dict.fromkeys(("True", "TRUE", "Yes", "YES", "On", "ON"), "true"),
    **dict.fromkeys(("False", "FALSE", "No", "NO", "Off", "OFF"), "false"),
    **dict.fromkeys(("Null", "NULL", "~"), "null"),
}
"""What may be meant as true, false or null; anything else that is retyped is a code."""


def read_mapping(data: Any, say: Say) -> Node:
    """A tree of expressions.

    Args:
        data: nested dicts, lists, scalars as `Document.data` holds them.
        say: receives each finding.
    """
    if isinstance(data, dict):
        return _object(data, say)
    if isinstance(data, list):
        return Items(tuple(read_mapping(item, say) for item in data))
    return read_value(data, say)


def read_value(data: Any, say: Say) -> Node:
    """One scalar: a Query, a Template or a constant."""
    if not isinstance(data, str):
        return Constant(data)
    if is_query(data) or is_template(data):
        return read_expression(data, say) or Constant(None, place_of(data))
    return Constant(constant(data, say), place_of(data))


def read_expression(text: str, say: Say) -> Expression | None:
    """A Query or Template; None, after a finding, if it cannot be read."""
    place = place_of(text)
    kind, lead = ("query", 1) if is_query(text) else ("template", 0)
    try:
        return read_query(text) if kind == "query" else read_template(text)
    except SyntaxFault as fault:
        hint = fault.hint or "see `engine functions`"
        if isinstance(text, Scalar) and text.plain and _looks_cut(text):
            hint = f"{hint}; if YAML cut it at ` #` or `,`, put it in quotes"
        say(Diagnostic(place.at(lead + fault.offset), f"{kind}-syntax", fault.message, hint))
        return None


def _looks_cut(text: str) -> bool:
    return any(text.count(a) > text.count(b) for a, b in ("()", "[]", "{}")) or any(text.count(q) % 2 for q in "'\"`")


def constant(text: str, say: Say) -> Any:
    """The value of a constant: true, false, a number that prints back exactly, else text."""
    if not isinstance(text, Scalar) or not text.plain or not _PERHAPS_NO_TEXT.match(text):
        return str(text)
    if text in ("true", "false"):
        return text == "true"
    if len(text) > MOST_DIGITS and text.lstrip("-").replace(".", "", 1).isdecimal():
        words = f"this number has more than {MOST_DIGITS:,} digits"
        say(Diagnostic(text.mark, "wrong-value", words, "quote it, if it is text", fix=f'"{text}"'))
    elif _INTEGER.fullmatch(text) and text != "-0":
        return int(text)
    elif _DECIMAL.fullmatch(text):
        return Decimal(text)
    elif text in _WORDS:
        words = f"YAML tools read {text} as {_WORDS[text]}"
        hint = f'write {_WORDS[text]} if that is meant; text stands in quotes: "{text}"'
        say(Diagnostic(text.mark, "unquoted-code", words, hint))
    elif _RETYPED.fullmatch(text):
        words = f"YAML tools read {text} as another value"
        number = text.rstrip("0").rstrip(".") if _ENDS_IN_ZEROS.fullmatch(text) else ""
        hint = f'the number is {number}; text stands in quotes: "{text}"' if number else f'quote it: "{text}"'
        say(Diagnostic(text.mark, "unquoted-code", words, hint, fix=None if number else f'"{text}"'))
    return str(text)


def data(value: Any, say: Say = lambda _: None) -> Any:
    """A whole tree as data: its scalars typed as constants, nothing in it an expression."""
    if isinstance(value, dict):
        return {str(key): data(inner, say) for key, inner in value.items()}
    if isinstance(value, list):
        return [data(inner, say) for inner in value]
    return constant(value, say) if isinstance(value, str) else value


_data = data  # where a parameter has that name


def _object(data: dict[str, Any], say: Say) -> Node:
    data = _with_meant_operators(data, say)
    if "$raw" in data:
        _alone(data, "$raw", say)
        return Constant(_data(data["$raw"], say))
    if "$merge" in data:
        _alone(data, "$merge", say)
        return _merge(data, say)
    if "$map" in data:
        return _build(data, say)
    for key in data:
        if key in _BESIDE_MAP:
            say(
                Diagnostic(
                    _mark(key),
                    "operator-without-map",
                    f"`{key}` stands beside `$map`",
                    "add `$map:` with what is to be built",
                )
            )
        elif key.startswith("$") and not _meant_operator(key):
            say(_no_operator(key))
    return Fields(tuple(_entry(key, value, say) for key, value in data.items()))


def _with_meant_operators(data: dict[str, Any], say: Say) -> dict[str, Any]:
    """The same object with misspelled operators read as what was meant, each after a finding."""
    meant = {key: near for key in data if (near := _meant_operator(key)) and near not in data}
    for key, near in meant.items():
        words, hint = f"`{key}` is no operator", f'did you mean "{near}"?'
        fix = None if key.lower() in _MEANT else near
        say(Diagnostic(_mark(key), "unknown-operator", words, hint, fix=fix))
    if not meant or any(meant.get(key, key) not in OPERATORS for key in data):
        return data
    return {_renamed(key, meant[key]) if key in meant else key: value for key, value in data.items()}


def _renamed(key: str, name: str) -> Scalar:
    return Scalar(name, place_of(key))


def _meant_operator(key: str) -> str | None:
    if not key.startswith("$") or key in OPERATORS:
        return None
    near = next(iter(get_close_matches(key, OPERATORS, n=1, cutoff=0.8)), "")
    return _MEANT.get(key.lower()) or (near if near and abs(len(near) - len(key)) <= 1 else None)


def _no_operator(key: str) -> Diagnostic:
    words = f"`{key}` is no operator, so a field of that name is built"
    hint = f"operators: {', '.join(OPERATORS)}; a constant field like this stands under `$raw`"
    return Diagnostic(_mark(key), "dollar-field", words, hint, "warning")


def _entry(key: str, value: Any, say: Say) -> Entry:
    optional = key.endswith("?")
    return Entry(str(key[:-1] if optional else key), optional, read_mapping(value, say), place_of(key))


def _build(data: dict[str, Any], say: Say) -> Build:
    for key in data:
        if key not in ("$map", *_BESIDE_MAP):
            hint = "put fields under `$map`"
            say(Diagnostic(_mark(key), "beside-operator", f'"{key}" cannot stand beside `$map`', hint))
    return Build(
        map=read_mapping(data["$map"], say),
        each=read_mapping(data["$each"], say) if "$each" in data else None,
        let=tuple(_let(data["$let"], _key_mark(data, "$let"), say)) if "$let" in data else (),
        when=wanted_query(data["$when"], _key_mark(data, "$when"), "$when", say) if "$when" in data else None,
        place=_place(data, "$map"),
    )


def _let(data: Any, mark: Mark, say: Say) -> Iterator[Entry]:
    if not isinstance(data, dict):
        say(Diagnostic(mark, "wrong-value", "`$let` names values", "write `$let: {line: =item}`"))
        return
    for name, value in data.items():
        if name in ELEMENT_NAMES:
            say(Diagnostic(_mark(name), "reserved-name", f'"{name}" is taken', "choose another name"))
        elif not _NAME.fullmatch(name):
            hint = "a name has letters, digits and `_`"
            say(Diagnostic(_mark(name), "wrong-value", f'"{name}" cannot be a name', hint))
        yield Entry(str(name), False, read_mapping(value, say), place_of(name))


def wanted_query(data: Any, mark: Mark, where: str, say: Say) -> Expression | None:
    """A scalar that must be a Query."""
    if isinstance(data, str) and is_query(data):
        return read_expression(data, say)
    at = place_of(data).mark if isinstance(data, Scalar) else mark
    what = "a Template" if isinstance(data, str) and is_template(data) else "a constant"
    fix = f"={data}" if isinstance(data, str) and _PATH.fullmatch(data) else None
    say(Diagnostic(at, "query-wanted", f"`{where}` is a Query, this is {what}", _as_query(data), fix=fix))
    return None


def _as_query(data: Any) -> str:
    """The remedy for what should be a Query."""
    if data in ("true", "false", "null"):
        return f"write =`{data}`, or a Query such as `=input.ok`"
    inside = data.removeprefix("{{").removesuffix("}}").strip() if isinstance(data, str) else ""
    is_one = re.search(r"[.(\[=<>!|&]", inside) and "{{" not in inside
    return f'did you mean "={inside}"?' if is_one else "write a Query such as `=input.ok`"


def _merge(data: dict[str, Any], say: Say) -> Merge:
    parts = data["$merge"]
    if not isinstance(parts, list):
        say(
            Diagnostic(
                _key_mark(data, "$merge"), "wrong-value", "`$merge` takes a list of objects", "write `$merge: [a, b]`"
            )
        )
        parts = []
    return Merge(tuple(read_mapping(part, say) for part in parts), _place(data, "$merge"))


def _alone(data: dict[str, Any], operator: str, say: Say) -> None:
    for key in data:
        if key != operator:
            say(Diagnostic(_mark(key), "beside-operator", f'"{key}" cannot stand beside `{operator}`', "put it inside"))


def _place(data: dict[str, Any], key: str) -> Place:
    return next((place_of(found) for found in data if found == key), NOWHERE)


def _key_mark(data: dict[str, Any], key: str) -> Mark:
    return _place(data, key).mark


def _mark(key: str) -> Mark:
    return place_of(key).mark
