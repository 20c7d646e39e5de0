"""Generated schemas, data that fits them, and expressions over that data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.schemas import Schemas

NAMES = ("a", "b", "c", "d")

Schema = dict[str, Any]

_TEXTS = st.one_of(
    st.just({"type": "string"}),
    st.just({"type": "string", "minLength": 1}),
    st.builds(lambda n: {"type": "string", "maxLength": n}, st.integers(1, 4)),
)
_SCALARS: st.SearchStrategy[Schema] = st.one_of(
    _TEXTS,
    st.just({"enum": ["A", "B", "12"]}),
    st.just({"type": "integer"}),
    st.just({"type": "number"}),
    st.just({"type": "boolean"}),
    st.just({"const": 5}),
    st.just({"type": ["string", "null"]}),
    st.just({"type": ["integer", "string"]}),
    st.sampled_from(
        [
            {},
            {"const": None},
            {"enum": ["12", "1.50", "007"]},
            {"enum": ["A", 1, None]},
            {"enum": [1, Decimal("2.5")]},
            {"type": "string", "minLength": 1, "maxLength": 2},
            {"type": "string", "format": "date"},
            {"oneOf": [{"type": "string", "minLength": 2}, {"type": "null"}, {"type": "integer"}]},
            {"allOf": [{"type": ["string", "null"]}, {"type": ["string", "number"], "maxLength": 2}]},
        ]
    ),
)


def _objects(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    properties = st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=4)
    more = st.sampled_from([None, True, False, {"type": "number"}, {"type": ["string", "null"]}])
    return st.builds(_object, properties, st.lists(st.sampled_from(NAMES)), more)


def _object(properties: dict[str, Schema], required: list[str], more: bool | Schema | None) -> Schema:
    names = [name for name in dict.fromkeys(required) if name in properties]
    schema: Schema = {"type": "object", "properties": properties, "required": names}
    return schema if more is None else {**schema, "additionalProperties": more}


def _lists(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.builds(
        lambda items, least: {"type": "array", "items": items, "minItems": least}, inner, st.integers(0, 2)
    )


def _either(a: Schema, b: Schema) -> Schema:
    return {"anyOf": [a, b]}


def _told_apart(a: Schema, b: Schema) -> Schema:
    """Two objects that say which of them they are."""
    kinds = [{**one, "properties": {**one["properties"], "a": {"const": kind}}} for one, kind in ((a, "A"), (b, "B"))]
    return {"oneOf": [{**one, "required": list(dict.fromkeys([*one["required"], "a"]))} for one in kinds]}


def _extended(a: Schema, b: Schema) -> Schema:
    """An object that both describe."""
    return {"allOf": [{key: held for key, held in one.items() if key != "additionalProperties"} for one in (a, b)]}


_INNER = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        _objects(inner),
        _lists(inner),
        _lists(_objects(inner)),
        st.builds(_either, inner, inner),
        st.builds(_told_apart, _objects(inner), _objects(inner)),
        st.builds(_extended, _objects(inner), _objects(inner)),
    ),
    max_leaves=8,
)


def inputs() -> st.SearchStrategy[Schema]:
    """A schema of an input: an object."""
    return _objects(_INNER)


def with_lists() -> st.SearchStrategy[Schema]:
    """A schema of an object that holds lists."""
    return _objects(st.one_of(_lists(_objects(_SCALARS)), _lists(_SCALARS), _SCALARS))


_WORDS = st.sampled_from(["", "A", "B", "12", "007", "abc", "x y"])
_NUMBERS = st.sampled_from([0, 1, 5, -3, Decimal("1.5"), Decimal("2.0")])


def fitting(schema: Schema) -> st.SearchStrategy[Any]:
    """Data that fits a schema."""
    if "anyOf" in schema:
        return st.one_of([fitting(one) for one in schema["anyOf"]])
    if "oneOf" in schema:
        return st.one_of([fitting(one) for one in schema["oneOf"]])
    if "allOf" in schema:
        parts = st.tuples(*(fitting(one) for one in schema["allOf"])).map(_together)
        check = Schemas({}).check(schema)
        return parts.filter(lambda value: not check(value))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return st.one_of([fitting({"type": kind}) for kind in kinds])
    match kinds:
        case "object":
            return _data(schema)
        case "array":
            return st.lists(fitting(schema["items"]), min_size=schema["minItems"], max_size=3)
        case "string":
            if schema.get("format") == "date":
                return st.just("2026-01-31")
            return _WORDS.map(lambda text: text[: schema.get("maxLength", 9)].ljust(schema.get("minLength", 0), "z"))
        case "integer":
            return st.sampled_from([0, 1, 7, -2, Decimal("3.0")])
        case "number":
            return _NUMBERS
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return st.one_of(st.none(), _WORDS, _NUMBERS, st.booleans(), st.lists(_WORDS, max_size=2))


def _together(parts: tuple[Any, ...]) -> Any:
    """Objects as one; of anything else, the first."""
    whole: dict[str, Any] = {}
    for part in parts:
        if not isinstance(part, dict):
            return parts[0]
        whole = {**part, **whole}
    return whole


def _data(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    properties, required = schema["properties"], schema["required"]
    always = {name: fitting(properties[name]) for name in properties if name in required}
    sometimes = {name: fitting(properties[name]) for name in properties if name not in required}
    known = st.fixed_dictionaries(always, optional=sometimes)
    if schema.get("additionalProperties", True) is False:
        return known
    wanted = schema.get("additionalProperties")
    held = fitting(wanted) if isinstance(wanted, dict) else st.one_of(_WORDS, _NUMBERS, st.none())
    more = st.dictionaries(st.sampled_from(("e", *NAMES)), held, max_size=1)
    return st.builds(
        lambda base, extra: {**{k: v for k, v in extra.items() if k not in properties}, **base}, known, more
    )


_LITERALS = st.sampled_from(
    [
        "`1`",
        "`5`",
        "'A'",
        "'12'",
        "`null`",
        "`true`",
        "`[]`",
        "`1.5`",
        "`[1, null]`",
        '`{"A": "x", "12": null}`',
        "'1.50'",
    ]
)
_STEPS = st.sampled_from(
    [
        *(".a", ".b", ".c", ".d", "[0]", "[-1]", "[1]", "[]", "[*]", ".*", "[?a]", "[?b == 'A'].c", "[?!c]"),
        *("[*].b[?a]", "[].b[]", "[?a] | [0]", "[*].a | [0]", ".{a: b, b: a}", "[*].{a: b}", "[?a || b]"),
    ]
)
_TAILS = st.sampled_from(
    [
        *("[:1]", "[].[a, b]", "[*].{x: a, y: b.c}", ".{x: a, y: b}", ".[a, b]", " | a", "[?a > `1`]", "[]"),
        *(" | [0].a", "[*].b[*].c", "[?@]", "[?a && !b].[a, b]", "[::-1]", "[-1].{x: a}", "[*].b.{x: a}", ".*.[a]"),
        *(" | length(@)", " | keys(@)", "[?length(@) > `1`]", "[*].coalesce(a, b)", ".coalesce(a, b, 'x')"),
    ]
)
_WRAPPED = (
    *("coalesce({0}, {1})", "choose({0}, {1}, {2})", "text({0})", "decimal({0})", "decimal({0}, `2`)", "integer({0})"),
    *("list({0})", "yes_no({0}, {1}, {2})", "add({0}, {1})", "multiply({0}, {1})", "divide({0}, `3`, `2`)"),
    *("find({0}, &a, {1})", "find_all({0}, &b, {1})", "group_by({0}, &a)", "chunks({0}, `2`)", "at({0}, `0`)"),
    *(
        "pick({0}, ['a', 'b'])",
        "lookup({0}, 'a', {1})",
        "lookup({0}, 'b')",
        "split({0}, ' ')",
        "cut({0}, `2`)",
        "pad({0}, `3`)",
    ),
    *("trim({0})", "upper({0})", "replace({0}, 'A', 'B')", "contains({0}, {1})", "join(' ', {0})", "keys({0})"),
    *(
        "values({0})",
        "length({0})",
        "map(&a, {0})",
        "map(&[a, @], {0})",
        "merge({0}, {1})",
        "reverse({0})",
        "type({0})",
    ),
    *("max({0})", "min({0})", "max_by({0}, &a)", "sort({0})", "sort_by({0}, &b)", "sum({0})", "avg({0})", "abs({0})"),
    *("ceil({0})", "odata({0})", "not_null({0}, {1})", "to_array({0})", "to_number({0})", "to_string({0})"),
    *("({0} || {1})", "({0} && {1})", "!({0})", "({0} == {1})", "({0} != {1})", "({0} < {1})", "[{0}, {1}]"),
    *("{{x: {0}, a: {1}}}", "({0}){3}", "({0}){3}", "({0}){4}", "coalesce({0}{3}, {1})", "choose({0}{3}, {0}{3}, {1})"),
    *("map(&coalesce(a, b), {0})", "map(&(a || b), {0})", "map(&{{x: a}}, {0})", "map(&length(@), {0})"),
    *("min_by({0}, &a.b)", "find({0}, &text(b), {1}).a", "find_all({0}, &b, {1})[0]", "sort_by({0}, &text(a))[0]"),
    *("group_by({0}, &coalesce(a, 'x'))", "group_by({0}, &a).A[0]", "max_by({0}, &length(a)).b"),
    *("lookup({0}, {1}, {2})", "lookup({0}, {1}, `null`)", "lookup({{a: {0}}}, 'b', {1})", "pick({0}, ['a']).a"),
    *("coalesce(`null`, {0})", "coalesce({0}, `null`)", "coalesce({0}{3}, {0}{4}, {1})", "at({0}, `-1`)", "floor({0})"),
    *("subtract({0}, {1})", "lower({0})", "starts_with({0}, {1})", "ends_with({0}, 'A')", "minor_units({0}, 'USD')"),
    *("odata_any('a', {0})", "date({0}, '%Y')", "later({0}, '1h')", "text({0}) == {1}", "decimal({0}) == {1}"),
    *("choose({0}, {0}, {1}){3}", "choose(!({0}), {1}, {0}{3})", "[{0}, {1}][0]", "{{a: {0}}}.a{3}", "keys({0})[0]"),
    *("({0} != `null` && {0}{3})", "choose({0} == `null`, {1}, {0})", "{0}{4}"),
)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda form, *parts: form.format(*parts), st.sampled_from(_WRAPPED), inner, inner, inner, _STEPS, _TAILS
    )


@st.composite
def queries(draw: st.DrawFn, *names: str) -> str:
    """A Query over some names, else over `input` (and `item`, where a mapping binds it)."""
    return draw(_queries(names or ("input",)))


@cache
def _queries(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    steps = st.lists(_STEPS, max_size=3)
    paths = st.builds(lambda name, steps: name + "".join(steps), st.sampled_from(names), steps)
    return st.recursive(st.one_of(paths, paths, _LITERALS), _wrapped, max_leaves=5)


def conditions(schema: Schema) -> st.SearchStrategy[str]:
    """A Query over `input` that tests what is there, as `when` does."""
    forms = (
        *("{0}", "{0}", "!({0})", "({0} && {1})", "({0} || {1})", "{0} == 'A'", "{0} != `null`"),
        *(
            "coalesce({0}, {1})",
            "find({0}, &a, {1})",
            "{0}[?a].b",
            "{0} != 'A'",
            "{0} == `5`",
            "{0} == `true`",
            "{0} > `1`",
        ),
        *("{0} == {1}", "{0} != {1}", "{0} <= {1}", "length({0}) > `1`", "type({0}) == 'string'", "contains({0}, 'A')"),
        *("({0} == 'A' || {0} == 'B')", "({0} == 'A' || {1} == 'B')", "coalesce({0}, '') != ''", "({0} || {1}) == `5`"),
    )
    paths = st.sampled_from(list(_paths(schema)))
    tests = st.recursive(paths, lambda inner: st.builds(str.format, st.sampled_from(forms), inner, inner), max_leaves=4)
    pairs = st.builds(str.format, st.sampled_from(("({0} || {1})", "!({0} && {1})", "({0} && !({1}))")), paths, paths)
    return st.one_of(paths, pairs, tests, tests, queries())


def _paths(schema: Schema, path: str = "input") -> Iterator[str]:
    """The plain paths of a schema."""
    yield path
    for one in (one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, ())):
        yield from _paths(one, path)
    for name, inner in schema.get("properties", {}).items():
        yield from _paths(inner, f"{path}.{name}")
    for index in (0, 1, -1) if "items" in schema else ():
        yield from _paths(schema["items"], f"{path}[{index}]")


def _fields(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    entries = st.lists(
        st.tuples(st.sampled_from(NAMES), st.booleans(), inner), min_size=1, max_size=3, unique_by=lambda e: e[0]
    )
    return entries.map(lambda found: {f"{name}?" if optional else name: held for name, optional, held in found})


def _operators(inner: st.SearchStrategy[Any], query: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    made, item = st.fixed_dictionaries, st.just("=item")
    elements = st.sampled_from(["=item", "=item.a", "=item.*"])
    return st.one_of(
        made({"$each": query, "$map": st.one_of(inner, item)}),
        made({"$each": query, "$when": st.just("=item.a"), "$map": inner}),
        made({"$each": query, "$when": st.just("=item.a"), "$map": st.just({"a": "=item.a", "n": "=number"})}),
        made(
            {
                "$each": query,
                "$let": st.just({"o": "=item"}),
                "$when": st.just("=o.a"),
                "$map": made({"i": item, "b": inner}),
            }
        ),
        made({"$each": query, "$map": made({"$each": elements, "$map": st.just({"a": "=item", "k?": "=key"})})}),
        made({"$when": query, "$map": inner}),
        made({"$let": made({"v": query}), "$when": st.just("=v"), "$map": made({"b": inner, "v": st.just("=v")})}),
        made({"$let": made({"v": query, "w": st.just("=v")}), "$when": query, "$map": st.sampled_from(["=v", "=w.a"])}),
        made({"$merge": st.tuples(_fields(inner), made({"$when": query, "$map": _fields(inner)})).map(list)}),
        made({"$merge": st.tuples(_fields(inner), st.one_of(_fields(inner), query)).map(list)}),
        st.tuples(made({"$when": query, "$map": inner}), inner).map(list),
        st.lists(inner, max_size=2),
    )


_TEMPLATES = (
    *("A", "12", "x {{ input.a }}", "{{ input.b }}/{{ input.c }}", "{{ input.a | upper }}", "{{ input.a or 'x' }}"),
    *("{{ input.b if input.a else 'x' }}", "{{ input.a == 'A' }}", "{{ cut(input.a, 1) }}-{{ input.b | decimal(2) }}"),
)


def mappings(*names: str) -> st.SearchStrategy[Any]:
    """A mapping over some names, else over `input`, as YAML data."""
    query = queries(*names).map("={}".format)
    leaves = st.one_of(query, st.sampled_from(_TEMPLATES))
    return st.recursive(
        leaves, lambda inner: st.one_of(_fields(inner), _fields(inner), _operators(inner, query)), max_leaves=4
    )
