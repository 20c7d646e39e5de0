"""Nothing of a file's text becomes code, and no depth brings the compiler down."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.document import NOWHERE
from engine.errors import MappingError
from engine.expression.ast import MAX_DEPTH, SyntaxFault, identifiers, walk
from engine.expression.compiled import compile_expression, query
from engine.expression.expressions import read_query, read_template
from engine.mapping import Constant, Entry, Fields, compile_mapping

NASTY = (
    "'",
    '"',
    '"""',
    "\\",
    "\\'",
    "{",
    "}",
    "{x}",
    "{0!r}",
    "{{",
    "\n",
    "\r",
    "\x00",
    "\u2028",
    "\ud800",
    "\\N{DASH}",
    "#",
    "\\x27",
    "__import__('os')",
    "'+str(1)+'",
    "}' + x #",
    "%s",
    "\\\n",
    "t1",
    "None",
    "scope",
    "g1",
)
nasty = st.lists(st.sampled_from(NASTY) | st.text(max_size=3), max_size=5).map("".join)


@settings(max_examples=400, deadline=None)
@given(nasty, nasty)
@example("'", "\\")
def test_names_and_texts_of_a_query_are_only_data(name: str, text: str) -> None:
    plain = text.replace("\\", "/")
    raw = plain.replace("'", "\\'")
    literal = json.dumps([text, {text: text}]).replace("`", "\\`")
    field = json.dumps(name)

    compiled = query(f"{field}.[{field}, `{literal}`, '{raw}', {{{field}: {field}}}]")

    assert compiled({name: {name: text}}) == [text, [text, {text: text}], plain, {name: text}]


@settings(max_examples=400, deadline=None)
@given(nasty)
def test_the_text_of_a_template_is_only_data(text: str) -> None:
    plain = text.replace("{", "(").replace("}", ")")

    assert compile_expression(read_template(f"{plain}{{{{ a }}}}{plain}"))({"a": "1"}) == f"{plain}1{plain}"


@settings(max_examples=400, deadline=None)
@given(nasty, nasty)
def test_keys_and_constants_of_a_mapping_are_only_data(key: str, text: str) -> None:
    constant = {text: [text, {key: text}]}
    node = Fields((Entry(key, False, Constant(text), NOWHERE), Entry(key + "2", True, Constant(constant), NOWHERE)))

    assert compile_mapping(node)({}) == {key: text, key + "2": constant}


@settings(max_examples=400, deadline=None)
@given(nasty)
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    for read in (
        lambda: read_query("=" + text),
        lambda: read_template(text),
        lambda: read_template("{{" + text + "}}"),
    ):
        with contextlib.suppress(SyntaxFault):
            compile_expression(read())


@pytest.mark.parametrize("levels", [50, 200, 2000, 4500])
@pytest.mark.parametrize(
    "build",
    [
        lambda n: "(" * n + "a" + ")" * n,
        lambda n: "!" * n + "a",
        lambda n: "a" + "[*]" * n,
        lambda n: "a" + "[]" * n,
        lambda n: "a" + "[0]" * n,
        lambda n: "a" + ".a" * n,
        lambda n: "a" + "|a" * n,
        lambda n: "a" + "||a" * n,
        lambda n: "a||(" * n + "a" + ")" * n,
        lambda n: "[" * n + "a" + "]" * n,
        lambda n: "{a:" * n + "a" + "}" * n,
        lambda n: "a[?" * n + "a" + "]" * n,
        lambda n: "abs(" * n + "a" + ")" * n,
        lambda n: "`" + "[" * n + "]" * n + "`",
    ],
    ids=[
        "parens",
        "not",
        "wildcard",
        "flatten",
        "index",
        "field",
        "pipe",
        "or",
        "nested-or",
        "list",
        "object",
        "filter",
        "call",
        "literal",
    ],
)
def test_any_depth_is_compiled_or_a_clean_fault(build: Any, levels: int) -> None:
    with refusal(ValueError, "nested too deeply|at most 10,000 characters", allowed=levels > 50):
        compiled = query(build(levels))
        with contextlib.suppress(MappingError):
            compiled({"a": {"a": [1]}})


@contextlib.contextmanager
def refusal(kind: type[Exception], message: str, *, allowed: bool) -> Iterator[None]:
    """Lets a refusal with this message pass, if it is allowed."""
    try:
        yield
    except kind as error:
        if not allowed or not re.search(message, str(error)):
            raise


@pytest.mark.parametrize("levels", [50, 200, 2000])
@pytest.mark.parametrize("parts", [("(", ")"), ("not ", ""), ("[", "]"), ("upper(", ")"), ("a ~ ", ""), ("-", "")])
def test_any_depth_of_a_template_too(parts: tuple[str, str], levels: int) -> None:
    with refusal(SyntaxFault, "nested too deeply", allowed=levels > 50):
        compile_expression(read_template("{{ " + parts[0] * levels + "a" + parts[1] * levels + " }}"))


def test_what_was_read_can_be_walked() -> None:
    tree = read_query("=" + "a|" * (MAX_DEPTH - 1) + "b").tree

    assert identifiers(tree) == {"a", "b"}
    assert len(list(walk(tree))) == 2 * MAX_DEPTH - 1


def test_deep_data_is_compared_or_a_mapping_error() -> None:
    deep: list[Any] = []
    other: list[Any] = []
    for _ in range(100_000):
        deep, other = [deep], [other]

    with pytest.raises(MappingError, match="RecursionError"):
        query("a == b")({"a": deep, "b": other})


def test_no_code_of_ours_warns() -> None:
    for text in (
        "'a'.b",
        "`5`[0]",
        "'a' || b",
        "!'a'",
        "`null`.a",
        "a[?'x']",
        "'a' && `1`",
        "'a'[*]",
        "`\"a\"` == 'b'",
    ):
        query(text)({})
