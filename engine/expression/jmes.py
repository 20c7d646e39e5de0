"""Reading JMESPath: the `jmespath` library's own parser, made to remember where each node begins."""

from __future__ import annotations

import json
import re
import warnings
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NoReturn

from jmespath import exceptions
from jmespath.lexer import Lexer
from jmespath.parser import Parser

from engine.expression.ast import Ast, SyntaxFault, limited, too_deep, walk
from engine.expression.remedies import remedy, unclosed

MAX_LENGTH = 10_000

# The library's type stubs leave out its lexer's and parser's inner methods, which are overridden here.
_LibraryLexer: Any = Lexer
_LibraryParser: Any = Parser

_word = re.compile(r"\w+|'[^']*'|\"[^\"]*\"|\S").match


class _Lexer(_LibraryLexer):  # type: ignore[misc]
    """Reads the numbers of JSON literals exactly."""

    def _consume_literal(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            token = super()._consume_literal()
        if isinstance(token["value"], (float, list, dict)):
            source = self._expression[token["start"] + 1 : self._position].rstrip().removesuffix("`")
            source = source.replace("\\`", "`")
            token["value"] = json.loads(source, parse_float=self._decimal, parse_constant=self._no_number)
        return token

    def _decimal(self, word: str) -> Decimal:
        try:
            return Decimal(word)
        except InvalidOperation:
            return self._no_number(word)

    def _no_number(self, word: str) -> NoReturn:
        raise SyntaxFault(
            f"{word[:20]} is no number of JSON", max(self._expression.find(word), 0), "compare with a number"
        )


class _Parser(_LibraryParser):  # type: ignore[misc]
    """JMESPath's grammar; every node that a finding can point at gets its `start`."""

    def _parse(self, expression: str) -> Any:
        self._tokens = list(_Lexer().tokenize(expression))
        self._index = 0
        parsed = self._expression(binding_power=0)
        if self._current_token() != "eof":
            token = self._lookahead_token(0)
            raise exceptions.ParseError(token["start"], token["value"], token["type"], "unexpected token")
        return parsed

    def _token_nud_unquoted_identifier(self, token: Any) -> Ast:
        return {**super()._token_nud_unquoted_identifier(token), "start": token["start"]}

    def _token_nud_quoted_identifier(self, token: Any) -> Ast:
        return {**super()._token_nud_quoted_identifier(token), "start": token["start"], "quoted": True}

    def _token_nud_literal(self, token: Any) -> Ast:
        return {**super()._token_nud_literal(token), "start": token["start"]}

    def _token_nud_current(self, token: Any) -> Ast:
        return {**super()._token_nud_current(token), "start": token["start"]}

    def _token_nud_not(self, token: Any) -> Ast:
        return {**super()._token_nud_not(token), "start": token["start"]}

    def _token_nud_lparen(self, token: Any) -> Ast:
        return {**super()._token_nud_lparen(token), "grouped": True}

    def _token_nud_expref(self, token: Any) -> Ast:
        return {**super()._token_nud_expref(token), "start": token["start"]}

    def _token_led_lparen(self, left: Ast) -> Ast:
        """A call; unlike the library's, with exactly one comma between arguments."""
        if left["type"] != "field" or left.get("quoted"):
            start = left.get("start", 0)
            raise SyntaxFault("only a function can be called", start, "write name(…), the name without quotes")
        arguments = [] if self._current_token() == "rparen" else [self._expression()]
        while self._current_token() == "comma":
            self._match("comma")
            arguments.append(self._expression())
        self._match("rparen")
        return {"type": "function_expression", "value": left["value"], "children": arguments, "start": left["start"]}

    def _parse_comparator(self, left: Ast, comparator: str) -> Ast:
        start = self._lookahead_token(-1)["start"]
        return {**super()._parse_comparator(left, comparator), "start": start}

    def _parse_slice_expression(self) -> Ast:
        start = self._lookahead_token(0)["start"]
        node: Ast = {**super()._parse_slice_expression(), "start": start}
        if node["children"][2] == 0:
            raise SyntaxFault("the step of a slice cannot be 0", start, "write [start:stop], or a step such as 2 or -1")
        return node


@lru_cache(maxsize=5_000)
def parse(text: str) -> Ast:
    """The syntax tree of a JMESPath expression; nobody changes it, as many places may share it.

    Raises:
        SyntaxFault: it cannot be read; with the offset.
    """
    if len(text) > MAX_LENGTH:
        raise SyntaxFault(f"an expression has at most {MAX_LENGTH:,} characters", 0, "split it into steps with `value`")
    if not text.strip():
        raise SyntaxFault("the expression is empty", 0, "write a path such as `=input.customer_id`")
    try:
        tree = limited(_Parser()._do_parse(text))
        return _without_loose_exprefs(tree) if "&" in text else tree
    except exceptions.IncompleteExpressionError:
        raise _ends_early(text) from None
    except exceptions.LexerError as error:
        raise _unreadable(text, min(error.lex_position, len(text)), error.message) from None
    except exceptions.ParseError as error:
        raise _unexpected(text, min(error.lex_position, len(text)), error.token_type) from None
    except RecursionError:
        raise too_deep() from None
    except (ValueError, AttributeError, KeyError, TypeError):
        raise SyntaxFault("the expression cannot be read", 0, "simplify it") from None


def _ends_early(text: str) -> SyntaxFault:
    return SyntaxFault("the expression ends too early", len(text.rstrip()), remedy(text, len(text)))


def _unreadable(text: str, offset: int, message: str) -> SyntaxFault:
    if message.startswith("Unclosed"):
        return SyntaxFault(f"the {text[offset : offset + 1]} opened here is not closed", offset, unclosed(text, offset))
    return _stray(text, offset)


def _unexpected(text: str, offset: int, token: str) -> SyntaxFault:
    return _ends_early(text) if token == "eof" or offset >= len(text) else _stray(text, offset)


def _stray(text: str, offset: int) -> SyntaxFault:
    found = _word(text, offset)
    if found is None or len(found.group()) > 40:
        return SyntaxFault("the expression cannot be read from here on", offset, remedy(text, offset))
    return SyntaxFault(f"{found.group()} cannot stand here", offset, remedy(text, offset))


def _without_loose_exprefs(tree: Ast) -> Ast:
    for visit in walk(tree):
        if visit.node["type"] in ("function_expression", "slice"):
            continue
        for child in visit.node.get("children", []):
            if child["type"] == "expref":
                raise _loose(child)
    if tree["type"] == "expref":
        raise _loose(tree)
    return tree


def _loose(expref: Ast) -> SyntaxFault:
    hint = "write `&&` for and; `&field` is an argument of functions such as find() and sort_by()"
    return SyntaxFault("an &expression is only an argument of a function", int(expref.get("start", 0)), hint)
