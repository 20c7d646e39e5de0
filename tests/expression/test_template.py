"""Templates: text with holes, always text, nothing but expressions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment

from engine.diagnostics import Mark
from engine.document import Place
from engine.document.place import Source
from engine.errors import MappingError
from engine.expression.ast import SyntaxFault
from engine.expression.compiled import compile_expression
from engine.expression.expressions import read_template

JINJA = SandboxedEnvironment(keep_trailing_newline=True)


def printed(text: str, **scope: Any) -> Any:
    return compile_expression(read_template(text))(scope)


def failed(text: str, **scope: Any) -> MappingError:
    source = Source.of(f"\n\n         {text}", "x.yaml")
    with pytest.raises(MappingError) as refused:
        compile_expression(read_template(text, Place(source, 11, 11 + len(text), text)))(scope)
    return refused.value


def refused(text: str) -> SyntaxFault:
    with pytest.raises(SyntaxFault) as fault:
        compile_expression(read_template(text))
    return fault.value


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("A-{{ no }}", "A-7"),
        ("{{ name | upper }}", "ANN"),
        ("{{ name | replace('A', 'a') | upper }}", "ANN"),
        ("{{ names | join('/') }}", "x/y"),
        ("{{ coalesce(gone, name) }}", "Ann"),
        ("{{ name if ok else 'no' }}", "Ann"),
        ("{{ 'no' if not ok else name ~ '!' }}", "Ann!"),
        ("{{ gone or 'none' }}", "none"),
        ("{{ no + 1 }}", "8"),
        ("{{ no * 2 - 4 / 2 }}", "12"),
        ("{{ -no }}", "-7"),
        ("{{ no > 5 and name == 'Ann' }}", "true"),
        ("{{ 'x' in names }}", "true"),
        ("{{ 'z' not in names }}", "true"),
        ("{{ gone is defined }} {{ gone is none }} {{ no is not none }}", "false true true"),
        ("{{ at.items }} {{ at['a b'] }} {{ names[1] }} {{ names[-1] }}", "5 6 y y"),
        ("{{ ok }}", "true"),
        ("{# a remark #}{{ no }}", "7"),
        ("{% raw %}{{ no }}{% endraw %} {{ no }}", "{{ no }} 7"),
        ("{ {{ no }} } \\ ' \" {x} \\N{DASH} %s", "{ 7 } \\ ' \" {x} \\N{DASH} %s"),
    ],
)
def test_what_is_printed(text: str, result: str) -> None:
    scope = {"no": 7, "name": "Ann", "names": ["x", "y"], "ok": True, "at": {"items": 5, "a b": 6}}

    assert printed(text, **scope) == result


def test_a_null_is_never_printed_and_the_error_has_its_place() -> None:
    error = failed("WEB-{{ order.id }}", order={})

    assert (error.message, error.mark) == (
        "a null would be printed; write coalesce(…, '') if nothing may stand here",
        Mark("x.yaml", 3, 17),
    )


@pytest.mark.parametrize(("value", "kind"), [([1], "a list"), ({"a": 1}, "an object")])
def test_lists_and_objects_are_not_printed(value: Any, kind: str) -> None:
    assert failed("{{ a }}", a=value).message == f"{kind} cannot be printed; choose one of its values"


@pytest.mark.parametrize(
    "text", ["{{ ''.__class__ }}", "{{ a.__class__.__mro__ }}", "{{ a['__init__'] }}", "{{ a.upper }}"]
)
def test_the_attributes_of_python_objects_do_not_exist(text: str) -> None:
    assert failed(text, a="x").message.startswith("a null would be printed")


def test_a_field_wins_over_a_name_of_python() -> None:
    assert printed("{{ a.items }}{{ a.keys }}{{ a.get }}", a={"items": 1, "keys": 2, "get": 3}) == "123"


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in b %}{% endfor %}",
        "{% set a = 1 %}{{ a }}",
        "{% include 'x' %}",
        "{% if a %}x{% endif %}",
        "{{ a.b() }}",
        "{{ a[b] }}",
        "{{ a[1:2] }}",
        "{{ 2 ** 99 }}",
        "{{ 5 // 2 }}",
        "{{ 5 % 2 }}",
        "{{ range(10) }}",
        "{{ dict(a=1) }}",
        "{{ {'a': 1} }}",
        "{{ (1, 2) }}",
        "{{ a | upper(x=1) }}",
        "{{ 1 < 2 < 3 }}",
        "{{ a is odd }}",
        "{{ cycler() }}",
        "{{ lipsum() }}",
    ],
)
def test_what_a_template_does_not_have_is_refused_at_load(text: str) -> None:
    assert refused(text).message


def test_text_is_not_multiplied() -> None:
    assert failed("{{ 'a' * 1000000000 }}").message == "multiply(): a is not a number"


def test_the_text_is_bounded() -> None:
    error = failed("{{ a }}{{ a }}", a="x" * 600_000)

    assert error.message == "the text grew to 1,200,000 characters; at most 1,000,000 are built"


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("a {{ b", 2, "unexpected end", "close it with `}}`"),
        ("{{ a }} {{ b c }}", 8, "Jinja cannot read this", "write {{ name.field }}, or a Query"),
        ("{{ a && b }}", 0, "Jinja cannot read this", "inside `{{ }}` write `and`, `or`, `not`"),
        ("x {% if a %}", 2, "Jinja cannot read this", "use `$each` and `$when`"),
        ("{{ a }}{% set b = 1 %}", 7, "a Template has no statements", "use `$each` and `$when`"),
        ("{{ a }} {{ b | uper }}", 15, 'there is no function "uper"', 'did you mean "upper"?'),
        ("{{ a | default('x') }}", 7, 'there is no function "default"', "write coalesce(x, default)"),
        ("{{ a | pad }}", 7, "pad() takes 2 to 3 arguments, not 1", ""),
    ],
)
def test_a_mistake_has_its_place_and_a_remedy(text: str, offset: int, message: str, hint: str) -> None:
    fault = refused(text)

    assert (fault.offset, message in fault.message, hint in fault.hint) == (offset, True, True), (fault, fault.hint)


def test_names_have_the_place_where_they_stand() -> None:
    text = "x {{- a.b ~ b }}\n {{ upper(a) | f(c if b else a) }}"

    found = sorted(read_template(text).names, key=lambda name: name[1])

    assert found == [("a", 6), ("b", 12), ("a", 27), ("c", 34), ("b", 39), ("a", 46)]
    assert [text[offset] for _, offset in found] == [name for name, _ in found]


def test_line_ends_stay_as_they_are() -> None:
    assert printed("a\r\n{{ x }}\r\n{{ x ~ '\r' }}\r\n\n", x="1\r\n") == "a\r\n1\r\n\r\n1\r\n\r\r\n\n"


plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{%#}\r"), max_size=8)
values = st.text(max_size=6) | st.integers(-(10**12), 10**12)
HOLES = (
    "{{ a }}",
    "{{a}}",
    "{{ b }}",
    "{{ o.a }}",
    "{{ o['b'] }}",
    "{{ a ~ '-' ~ b }}",
    "{{ a if f else b }}",
    "{{ 'x' if a == b else 'y' }}",
    "{{ l[0] }}",
    "{{ l | join(',') }}",
    "{{ l | length }}",
    "{{ n + 1 }}",
    "{{ n - 2 }}",
    "{{ n * 3 }}",
    "{{- a -}}",
    "{# remark #}",
    "{{ '{' ~ n ~ '}' }}",
)


@settings(max_examples=500, deadline=None)
@given(st.lists(plain | st.sampled_from(HOLES), max_size=6), values, values, st.booleans(), st.integers(-9, 9))
def test_the_text_is_that_of_jinja(parts: list[str], a: Any, b: Any, f: bool, n: int) -> None:
    text = "".join(parts)
    scope = {"a": a, "b": b, "f": f, "n": n, "o": {"a": a, "b": b}, "l": ["x", "y"]}

    assert printed(text, **scope) == JINJA.from_string(text).render(scope)
