from __future__ import annotations

from typing import Any

import pytest

from engine.functions import FUNCTIONS
from engine.functions.registry import function


def test_number_and_kind_of_arguments_are_read_from_the_signature() -> None:
    read = {
        name: (FUNCTIONS[name].least, FUNCTIONS[name].most, set(FUNCTIONS[name].expressions))
        for name in ("coalesce", "decimal", "find", "map", "merge", "sort_by", "pad")
    }

    assert read == {
        "coalesce": (1, None, set()),
        "decimal": (1, 2, set()),
        "find": (3, 3, {1}),
        "map": (2, 2, {0}),
        "merge": (1, None, set()),
        "sort_by": (2, 2, {1}),
        "pad": (2, 3, set()),
    }


def test_only_join_and_map_have_their_subject_in_second_place() -> None:
    assert {name: one.subject for name, one in FUNCTIONS.items() if one.subject} == {"join": 1, "map": 1}


def test_refused_builtins_name_what_to_write() -> None:
    assert {name: one.instead for name, one in FUNCTIONS.items() if one.instead} == {
        "not_null": "coalesce",
        "to_array": "list",
        "to_number": "decimal or integer",
        "to_string": "text",
    }


def test_a_name_is_given_once() -> None:
    def again(x: Any) -> Any:
        return x

    with pytest.raises(ValueError, match=r"there is a function text\(\) already"):
        function(name="text")(again)


def test_null_as_the_subject_gives_null_except_where_an_empty_list_or_a_condition_says_more() -> None:
    others: dict[str, tuple[Any, ...]] = {
        "add": (1,),
        "subtract": (1,),
        "multiply": (1,),
        "divide": (1,),
        "cut": (1,),
        "pad": (1,),
        "at": (1,),
    }
    others |= {"minor_units": ("EUR",), "major_units": ("EUR",), "find": (str, "A"), "find_all": (str, "A")}
    others |= {
        "group_by": (str,),
        "chunks": (1,),
        "pick": ([],),
        "lookup": ("A",),
        "split": (",",),
        "replace": ("a", "b"),
    }
    others |= {"date": ("%Y",), "parse_date": ("%Y-%m-%d",), "later": ("1h",), "yes_no": ("Y", "N"), "choose": (1, 2)}
    own = {name: one for name, one in FUNCTIONS.items() if one.group != "builtins" and name != "odata_any"}

    given = {name: one.call(None, *others.get(name, ())) for name, one in own.items()}

    assert {name: value for name, value in given.items() if value is not None} == {
        "choose": 2,
        "chunks": [],
        "find_all": [],
        "list": [],
        "odata": "null",
    }
