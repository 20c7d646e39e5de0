"""Failures that differ only in names and numbers are one cause."""

from __future__ import annotations

from engine.runtime.by_itself.causes import Cause, Causes


def test_what_reads_the_same_but_for_the_record_is_one_cause_most_first() -> None:
    causes = Causes(
        [
            ("A", "no customer"),
            ("C1", "status 400: the shop does not know C1"),
            ("C2", "status 400: the shop does not know C2"),
            ("blue", 'the colour "blue" of blue is unknown'),
            ("red", 'the colour "red" of red is unknown'),
            ("green", 'the colour "green" of green is unknown'),
            ("grey", 'the colour "grey" of grey is unknown'),
        ]
    )

    assert causes.most_first == [
        Cause('the colour "blue" of blue is unknown', 4, ("blue", "red", "green")),
        Cause("status 400: the shop does not know C1", 2, ("C1", "C2")),
        Cause("no customer", 1, ("A",)),
    ]


def test_the_same_words_at_two_places_of_the_file_are_two_causes() -> None:
    causes = Causes([("1", "acme.yaml:3:7: a null is printed"), ("2", "acme.yaml:4:7: a null is printed")])

    assert [cause.count for cause in causes.most_first] == [1, 1]


def test_what_has_no_key_is_counted_all_the_same() -> None:
    assert Causes([("", "x"), ("", "x")]).most_first == [Cause("x", 2, ())]
