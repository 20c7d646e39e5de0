"""Every operator of a mapping, as LANGUAGE §2 says it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.diagnostics import Diagnostic
from engine.document import parse
from engine.mapping import compile_mapping, compile_mappings, evaluate, read_mapping


def node_of(text: str) -> Any:
    found: list[Diagnostic] = []
    node = read_mapping(parse(f"root:\n{indented(text)}").data["root"], found.append)
    assert found == []
    return node


def indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip("\n").splitlines())


def built(text: str, **scope: Any) -> Any:
    return compile_mapping(node_of(text))(scope)


def test_leaves_are_queries_templates_and_constants() -> None:
    text = """
a: =x.y
b: "n {{ x.y }}"
c: plain
d: 12
e: 1.5
f: true
g: null
h: "12"
i: [=x.y, 2]
"""
    result = built(text, x={"y": 7})

    assert result == {
        "a": 7, "b": "n 7", "c": "plain", "d": 12, "e": Decimal("1.5"), "f": True, "g": None, "h": "12", "i": [7, 2],
    }  # fmt: skip
    assert list(result) == list("abcdefghi")


def test_a_missing_path_is_null() -> None:
    assert built("a: =x.y.z", x=None) == {"a": None}


# -- $map, $each ---------------------------------------------------------------------------------------------------


def test_each_over_a_list_binds_item_and_number_from_one() -> None:
    assert built("$each: =xs\n$map: {no: =number, x: =item}", xs=["a", "b"]) == [
        {"no": 1, "x": "a"},
        {"no": 2, "x": "b"},
    ]


def test_each_over_an_object_binds_key_too_and_keeps_the_order() -> None:
    assert built("$each: =xs\n$map: =[number, key, item]", xs={"b": 1, "a": 2}) == [[1, "b", 1], [2, "a", 2]]


def test_each_over_an_object_without_key_gives_its_values() -> None:
    assert built("$each: =xs\n$map: =item", xs={"b": 1, "a": 2}) == [1, 2]


def test_key_is_null_in_a_list() -> None:
    assert built("$each: =xs\n$map: =[key, item]", xs=[1]) == [[None, 1]]


def test_each_over_null_gives_an_empty_list() -> None:
    assert built("a: {$each: =xs, $map: =item}", xs=None) == {"a": []}


def test_each_as_an_element_of_a_list_is_spliced() -> None:
    text = """
- first
- $each: =xs
  $map: =item
- last
"""
    assert built(text, xs=[1, 2]) == ["first", 1, 2, "last"]


def test_each_directly_under_another_map_gives_one_flat_list() -> None:
    text = """
$each: =orders
$let: {order: =item}
$map:
  $each: =item.lines
  $map: =[order.no, item, number]
"""
    orders = [{"no": 1, "lines": ["a", "b"]}, {"no": 2, "lines": ["c"]}, {"no": 3}]

    assert built(text, orders=orders) == [[1, "a", 1], [1, "b", 2], [2, "c", 1]]


def test_each_inside_a_field_stays_nested() -> None:
    text = """
$each: =orders
$map:
  lines:
    $each: =item.lines
    $map: =item
"""
    assert built(text, orders=[{"lines": [1]}, {"lines": None}]) == [{"lines": [1]}, {"lines": []}]


def test_the_inner_item_hides_the_outer_one_only_inside() -> None:
    text = """
$each: =xs
$map:
  inner: {$each: =item.ys, $map: =item}
  outer: =item.no
"""
    assert built(text, xs=[{"no": 1, "ys": [2]}]) == [{"inner": [2], "outer": 1}]


def test_map_alone_is_what_it_holds() -> None:
    assert built("a: {$map: =x}", x=1) == {"a": 1}


# -- $let ----------------------------------------------------------------------------------------------------------


def test_let_names_see_the_ones_before_them_and_the_item() -> None:
    text = """
$each: =xs
$let: {a: =item.n, b: "=add(a, `1`)"}
$when: =b > `2`
$map: =[a, b]
"""
    assert built(text, xs=[{"n": 1}, {"n": 2}]) == [[2, 3]]


def test_let_may_hold_a_whole_mapping() -> None:
    assert built("$let: {all: {$each: =xs, $map: {n: =item}}}\n$map: =all[*].n", xs=[1, 2]) == [1, 2]


def test_a_let_name_hides_a_name_of_the_place_only_beside_it() -> None:
    assert built("a: {$let: {x: ='new'}, $map: =x}\nb: =x", x="old") == {"a": "new", "b": "old"}


# -- $when ---------------------------------------------------------------------------------------------------------


def test_when_false_leaves_an_element_out() -> None:
    assert built("$each: =xs\n$when: =item.ok\n$map: =number", xs=[{"ok": True}, {}, {"ok": 0}, {"ok": ""}]) == [1, 3]


def test_when_false_leaves_a_key_out() -> None:
    text = """
a: 1
b: {$when: =x, $map: 2}
c: 3
"""
    assert list(built(text, x=True).items()) == [("a", 1), ("b", 2), ("c", 3)]
    assert list(built(text, x=False).items()) == [("a", 1), ("c", 3)]


def test_when_false_leaves_a_whole_branch_out() -> None:
    text = """
a:
  $when: =x
  $map:
    b: {c: =x.d}
"""
    assert [built(text, x={"d": 1}), built(text, x={})] == [{"a": {"b": {"c": 1}}}, {}]


def test_when_false_leaves_an_element_of_a_written_list_out() -> None:
    assert built("- 1\n- {$when: =x, $map: 2}\n- 3", x=None) == [1, 3]


def test_when_false_at_the_root_gives_null() -> None:
    assert built("$when: =x\n$map: {a: 1}", x=[]) is None


def test_when_under_a_map_of_the_same_key_leaves_it_out_too() -> None:
    assert built("a: {$when: =x, $map: {$when: =y, $map: 1}}", x=True, y=False) == {}


def test_zero_is_true_and_everything_empty_is_false() -> None:
    text = "$each: =xs\n$when: =item.v\n$map: =item.n"
    values = [0, Decimal(0), 0.0, True, "x", [0], {"a": None}, None, False, "", [], {}]

    assert built(text, xs=[{"n": n, "v": v} for n, v in enumerate(values)]) == [0, 1, 2, 3, 4, 5, 6]


def test_what_is_left_out_is_not_computed() -> None:
    assert built("a: {$when: =x, $map: \"=lookup(`{}`, 'no')\"}", x=False) == {}


# -- $merge, $raw, key? ----------------------------------------------------------------------------------------------


def test_merge_is_deep_later_wins_and_null_parts_are_skipped() -> None:
    text = """
$merge:
  - {a: {x: 1, y: 1}, b: [1], c: 1}
  - =null
  - =more
  - {$when: =gone, $map: {c: 9}}
"""
    more = {"a": {"y": 2, "z": {"deep": 3}}, "b": [2], "d": None}

    assert built(text, more=more) == {"a": {"x": 1, "y": 2, "z": {"deep": 3}}, "b": [2], "c": 1, "d": None}


def test_merge_does_not_change_its_parts() -> None:
    first, second = {"a": {"x": 1}}, {"a": {"y": 2}}

    built("$merge: [=p, =q, =p]", p=first, q=second)

    assert (first, second) == ({"a": {"x": 1}}, {"a": {"y": 2}})


def test_merge_of_nothing_is_an_empty_object() -> None:
    assert built("a: {$merge: []}\nb: {$merge: [=x]}", x=None) == {"a": {}, "b": {}}


def test_raw_stands_as_it_is() -> None:
    text = "$raw: {a: '=x.y', b: '{{ z }}', $each: [1, 1.5, true, null], 'c?': {$map: x}}"

    assert built(text) == {"a": "=x.y", "b": "{{ z }}", "$each": [1, Decimal("1.5"), True, None], "c?": {"$map": "x"}}


def test_raw_is_built_anew_each_time() -> None:
    compiled = compile_mapping(node_of("$raw: {a: [1]}"))

    compiled({})["a"].append(2)

    assert compiled({}) == {"a": [1]}


def test_an_optional_key_is_left_out_when_null_only() -> None:
    text = "a?: =x\nb?: =y\nc?: =z\nd?: plain\ne?: null\nf?: {$each: =x, $map: =item}"

    assert built(text, x=None, y="", z=False) == {"b": "", "c": False, "d": "plain", "f": []}


def test_an_optional_key_with_a_when() -> None:
    text = "a?: {$when: =x, $map: =y}"

    assert [built(text, x=True, y=1), built(text, x=True), built(text, y=1)] == [{"a": 1}, {}, {}]


# -- the whole -------------------------------------------------------------------------------------------------------


def test_several_mappings_of_one_scope_come_as_a_tuple() -> None:
    compiled = compile_mappings({"path": node_of("id: =x"), "query": None, "body": node_of("- =x")})

    assert compiled({"x": 1}) == ({"id": 1}, None, [1])


def test_a_mapping_knows_what_it_needs_from_its_place() -> None:
    compiled = compile_mapping(node_of("$each: =xs\n$let: {a: =item.b}\n$map: [=a, =c.d, '{{ e }}', =number]"))

    assert compiled.needs == {"xs", "c", "e"}


def test_a_node_is_evaluated_without_being_compiled_before() -> None:
    assert [evaluate(node_of("a: =x"), {"x": 1}), evaluate(node_of("=x"), {"x": 1}), evaluate(node_of("1"), {})] == [
        {"a": 1},
        1,
        1,
    ]


def test_twelve_loops_around_a_projection() -> None:
    text = "'=item[*][*][*]'"
    value: list[Any] = [[[1]]]
    expected: list[Any] = [[[1]]]
    for source in ["=item"] * 11 + ["=xs"]:
        text = f"{{$each: {source}, $map: {{x: {text}}}}}"
        value, expected = [value], [{"x": expected}]

    assert built(f"a: {text}", xs=value) == {"a": expected}


@pytest.mark.parametrize("code", ["1E10", "00123", "3.10", "0x10", "true"])
def test_codes_in_quotes_and_in_data_are_untouched(code: str) -> None:
    assert built(f"a: '{code}'\nb: =x\nc: '{{{{ x }}}}'", x=code) == {"a": code, "b": code, "c": code}
