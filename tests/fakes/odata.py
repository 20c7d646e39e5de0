"""The part of OData that P21's data service is asked for: filter, select, order, page, count."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Test = Callable[[Row], bool]

MOST_ORS = 20

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)(?![\w.])"
    r"|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<bracket>[()]))"
)
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": lambda left, right: left is not None and bool(left > right),
    "ge": lambda left, right: left is not None and bool(left >= right),
    "lt": lambda left, right: left is not None and bool(left < right),
    "le": lambda left, right: left is not None and bool(left <= right),
}
_CONSTANTS = {"null": None, "true": True, "false": False}


class ODataError(Exception):
    """A query that cannot be answered, in the service's words."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def answer(rows: list[Row], query: Mapping[str, str], context: str) -> dict[str, Any]:
    """The reply document for `query` (names with their $) over `rows`, or ODataError."""
    columns = set(rows[0]) if rows else None
    if "$filter" in query:
        test = filtered(query["$filter"], columns)
        rows = [row for row in rows if test(row)]
    reply: dict[str, Any] = {"@odata.context": context}
    if query.get("$count") == "true":
        reply["@odata.count"] = len(rows)
    for term in reversed(_terms(query.get("$orderby"))):
        name, _, direction = term.partition(" ")
        _known(name, columns)
        rows = sorted(rows, key=lambda row: (row[name] is not None, row[name]), reverse=direction.strip() == "desc")
    skip, top = _count(query, "$skip", 0), _count(query, "$top", len(rows))
    rows = rows[skip : skip + top]
    if "$select" in query:
        names = _terms(query["$select"])
        for name in names:
            _known(name, columns)
        rows = [{name: row[name] for name in names} for row in rows]
    return {**reply, "value": rows}


def filtered(text: str, columns: set[str] | None) -> Test:
    """The test a $filter makes. `columns` are those a row has; None: the table is empty, anything goes."""
    tokens = list(_tokens(text))
    if sum(token == _Token("word", "or") for token in tokens) > MOST_ORS:
        raise ODataError("Query is too complex")
    reader = _Reader(tokens, columns)
    test = reader.any_of()
    if reader.tokens:
        raise ODataError(f"Syntax error at '{reader.tokens[0].text}' in '{text}'.")
    return test


@dataclass
class _Reader:
    tokens: list[_Token]
    columns: set[str] | None

    def any_of(self) -> Test:
        tests = [self.all_of()]
        while self.took("or"):
            tests.append(self.all_of())
        return lambda row: any(test(row) for test in tests)

    def all_of(self) -> Test:
        tests = [self.one()]
        while self.took("and"):
            tests.append(self.one())
        return lambda row: all(test(row) for test in tests)

    def one(self) -> Test:
        if self.took("not"):
            inverted = self.one()
            return lambda row: not inverted(row)
        if self.took("("):
            inner = self.any_of()
            if not self.took(")"):
                raise ODataError("')' expected.")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        column, operator, constant = self.taken("word"), self.taken("word"), self.taken()
        _known(column.text, self.columns)
        if operator.text not in _COMPARISONS:
            raise ODataError(f"Unknown operator '{operator.text}'.")
        compare, value = _COMPARISONS[operator.text], _value(constant)

        def test(row: Row) -> bool:
            held = _comparable(row[column.text])
            if held is not None and value is not None and type(held) is not type(value):
                raise ODataError(f"A binary operator with incompatible types was detected at '{column.text}'.")
            return compare(held, value)

        return test

    def took(self, text: str) -> bool:
        if self.tokens and self.tokens[0].text == text and self.tokens[0].kind != "text":
            self.tokens.pop(0)
            return True
        return False

    def taken(self, kind: str | None = None) -> _Token:
        if not self.tokens:
            raise ODataError("Expression expected at the end of the filter.")
        token = self.tokens.pop(0)
        if kind and token.kind != kind:
            raise ODataError(f"A name was expected, not '{token.text}'. A constant stands on the right side.")
        return token


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ODataError(f"Syntax error at position {place} in '{text}'.")
        tokens.append(_Token(str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return tokens


def _value(token: _Token) -> object:
    if token.kind == "text":
        return token.text[1:-1].replace("''", "'")
    if token.kind == "moment":
        return datetime.fromisoformat(token.text).replace(tzinfo=None)
    if token.kind == "number":
        return Decimal(token.text)
    if token.text in _CONSTANTS:
        return _CONSTANTS[token.text]
    raise ODataError(f"'{token.text}' is not a constant.")


def _comparable(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _known(name: str, columns: set[str] | None) -> None:
    if columns is not None and name not in columns:
        raise ODataError(f"Could not find a property named '{name}'.")


def _terms(text: str | None) -> list[str]:
    return [term.strip() for term in (text or "").split(",") if term.strip()]


def _count(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isdigit():
        raise ODataError(f"Invalid value '{text}' for {name} query option found.")
    return int(text)
