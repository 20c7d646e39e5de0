"""A Query that cannot be read: where, what, and what to write instead."""

from __future__ import annotations

import pytest

from engine.expression.ast import SyntaxFault
from engine.expression.compiled import compile_expression
from engine.expression.expressions import read_query

ARITHMETIC = "JMESPath has no arithmetic: write add(), subtract(), multiply() or divide()"
JOIN = "join conditions with `&&` or `||`, arguments with a comma"
STRAIGHT = "write straight quotes: 'text' or \"field name\""


def fault_of(text: str) -> SyntaxFault:
    with pytest.raises(SyntaxFault) as fault:
        compile_expression(read_query(f"={text}"))
    return fault.value


@pytest.mark.parametrize(
    ("text", "offset", "hint"),
    [
        ("a ==", 4, "a value must follow `==`"),
        ("a ==   ", 4, "a value must follow `==`"),
        ("a &&", 4, "a value must follow `&&`"),
        ("a |", 3, "a value must follow `|`"),
        ("!", 1, "a value must follow `!`"),
        ("a.", 2, "a name must follow the dot"),
        ("a[", 2, "write [0], [*], [?condition] or [a, b]"),
        ("[a,", 3, "a value must follow the comma"),
        ("{a:", 3, "a value must follow the colon"),
        ("a[0", 3, "the `[` at 2 is not closed: add `]`"),
        ("length(a", 8, "the `(` at 7 is not closed: add `)`"),
        ("join('(', a", 11, "the `(` at 5 is not closed: add `)`"),
        ("{a: b", 5, "the `{` at 1 is not closed: add `}`"),
        ("a == 5", 5, "a number stands in backticks: `5`"),
        ("a == -1.5", 5, "a number stands in backticks: `-1.5`"),
        ("decimal(a, 2)", 11, "a number stands in backticks: `2`"),
        ("a and b", 2, "write `&&` for and"),
        ("a or b", 2, "write `||` for or"),
        ("not a", 4, "write `!` for not: !(a == 'x')"),
        ("a in b", 2, "write contains(list, value)"),
        ("a is null", 2, "compare with `==`; null is `null` in backticks"),
        ("a if b else c", 2, "write choose(condition, a, b)"),
        ("a ? b : c", 2, "write choose(condition, a, b)"),
        ("a ?? b", 2, "write coalesce(a, b), or `||`"),
        ("a?.b", 1, "a missing path is null: a plain dot is enough"),
        ("a = 'x'", 2, "compare with `==`"),
        ("a === b", 4, "compare with `==` or `!=`"),
        ("a <> b", 3, "compare with `!=`"),
        ("a + b", 2, ARITHMETIC),
        ("a - b", 2, ARITHMETIC),
        ("a * b", 2, ARITHMETIC),
        ("a / b", 2, ARITHMETIC),
        ("a-b", 1, 'a name with a dash stands in double quotes: "a-b"; to subtract, write subtract(a, b)'),
        ("a->b", 1, "join names with a dot: a.b"),
        ("$.a", 0, "a path begins with a name, without `$.`"),
        ("$filter", 0, 'a field name with other characters stands in double quotes: "$filter"'),
        ("a.größe", 4, 'a field name with other letters stands in double quotes: "größe"'),
        ("{{ a }}", 1, "a Query has no `{{ }}`: write the expression alone"),
        ("a == ‘x’", 5, STRAIGHT),
        ("'abc", 0, "close it with '"),
        ("a == 'it's'", 10, "an apostrophe inside text is written \\'"),
        ('a == "x', 5, 'close it with "; text stands in single quotes, double quotes are for field names'),
        ("`[1", 0, "close it with `"),
        ('"f"(x)', 0, "write the function's name without quotes"),
        ("a)", 1, "this `)` closes nothing: remove it, or open it before"),
        ("a]", 1, "this `]` closes nothing: remove it, or open it before"),
        ("f(x,)", 4, "a value must follow the comma"),
        ("f(x y)", 4, JOIN),
        ("a b", 2, JOIN),
        ("a..b", 2, "one dot is enough; `*` means any field: a.*.b"),
        ("a.0", 2, "an index stands in brackets: [0]"),
        ("a.[0]", 3, "an index follows without a dot: a[0]"),
        ("a['x']", 2, 'a field of an object follows a dot: a.b, or a."b c"'),
        ("a[b == 'x']", 2, "a condition begins with `?`: [?b…"),
        ("a[?]", 3, "a condition must follow `?`: [?name == 'x']"),
        ("{a}", 2, "each field has a name and a value: {name: value}"),
        ("{a b}", 3, "write each field as `name: value`, with a comma between fields"),
        ("&a", 0, "write `&&` for and; `&field` is an argument of functions such as find() and sort_by()"),
        ("a & b", 2, "write `&&` for and; `&field` is an argument of a function"),
        ("a[::0]", 2, "write [start:stop], or a step such as 2 or -1"),
        ("&& a", 0, "a value must stand before `&&`"),
        ("", 0, "write a path such as `=input.customer_id`"),
        ("uper(a)", 0, 'did you mean "upper"?'),
        ("round(a, `2`)", 0, "write decimal(x, places)"),
    ],
)
def test_the_place_and_the_remedy(text: str, offset: int, hint: str) -> None:
    fault = fault_of(text)

    assert (fault.offset, fault.hint) == (offset, hint)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a ==", "the expression ends too early"),
        ("a == 5", "5 cannot stand here"),
        ("a and b", "and cannot stand here"),
        ("a == 'x", "the ' opened here is not closed"),
        ("uper(a)", 'there is no function "uper"'),
        ("lookup(a)", "lookup() takes 2 to 3 arguments, not 1"),
        ("length()", "length() takes 1 argument, not 0"),
        ("coalesce()", "coalesce() takes at least 1 argument, not 0"),
        ("find(a, b, c)", "argument 2 of find() is a field of the elements, written &field"),
        ("length(&a)", "argument 1 of length() is a value, not an &expression"),
        ("@(a)", "only a function can be called"),
    ],
)
def test_the_fact(text: str, message: str) -> None:
    assert fault_of(text).message == message


@pytest.mark.parametrize(
    "text", [".", "[", "(", "a[?", "`", "'", '"', "a.*.", "\\", "\0", "a\n\n==", "🙂", "=", "==", "a:b", "[:::]"]
)
def test_every_mistake_has_a_remedy(text: str) -> None:
    assert fault_of(text).hint
