"""Notices as people read them."""

from __future__ import annotations

import pytest

from engine.notices.wording import Story, body, notice, span, subject


def story(**changes: object) -> Story:
    found = {
        "event": "parked",
        "integration": "p21",
        "flow": "p21.orders",
        "count": 500,
        "keys": [str(4711 + number) for number in range(12)],
        "error": "the ERP refused: customer is on credit hold",
        "place": "p21.yaml:212:3",
        "link": "https://engine.example.com/v1/p21/deliveries/01H",
    }
    return Story(**{**found, **changes})  # type: ignore[arg-type]


def test_many_records_of_one_failure_are_told_once() -> None:
    told = notice(story())

    assert told.title == "500 records of p21.orders need a person"
    assert told.text == (
        "What happened: the ERP refused: customer is on credit hold\n"
        "Records:       4711, 4712, 4713, 4714, 4715, 4716, 4717, 4718, 4719, 4720, and 490 more\n"
        "Where:         p21.yaml:212:3\n"
        "What to do:    Mend the cause, then try again: `engine parked --integration p21 --flow orders resend --all`; "
        "or give up: `engine parked --integration p21 --flow orders discard --all --why …`.\n"
        "See:           https://engine.example.com/v1/p21/deliveries/01H"
    )
    assert (told.key, told.count) == ("4711", 500)


def test_one_record_is_named_in_the_title() -> None:
    told = notice(story(count=1, keys=["4711"]))
    assert told.title == "record 4711 of p21.orders needs a person"
    assert "Records:" not in told.text


def test_what_waits_tells_since_when() -> None:
    told = notice(story(event="waiting", count=2, keys=["1", "2"], since="2026-11-26 07:00 UTC", after="1h", error=""))
    assert told.title == "2 records of p21.orders wait for longer than 1h"
    assert told.text.splitlines()[:2] == ["Since:         2026-11-26 07:00 UTC", "Records:       1, 2"]


def test_a_mail_tells_of_several_things() -> None:
    told = [
        notice(story(count=2, keys=["1", "2"])),
        notice(story(event="offline", flow="p21.p21", count=0, keys=[], error="10.0.0.7:443 cannot be reached")),
    ]
    assert subject(told) == "[p21] 2 records of p21.orders need a person, and 1 more"
    assert "\n\nthe connection p21.p21 is offline\n\nWhat happened: 10.0.0.7:443 cannot be reached\n" in body(told)


@pytest.mark.parametrize(("seconds", "words"), [(3600.0, "1h"), (172_800.0, "2d"), (90.0, "90s"), (5400.0, "90m")])
def test_a_time_is_told_as_it_is_written_in_a_file(seconds: float, words: str) -> None:
    assert span(seconds) == words
