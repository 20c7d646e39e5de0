from __future__ import annotations

import locale
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Fault
from engine.functions.time import date_, later, parse_date

AT = "2025-08-05T22:30:05.123456Z"


@pytest.mark.parametrize(
    ("format", "written"),
    [
        ("%Y-%m-%dT%H:%M:%S.%LZ", "2025-08-05T22:30:05.123Z"),
        ("%y%m%d %H%M%S %f %j", "250805 223005 123456 217"),
        ("%A, %d %B %Y", "Tuesday, 05 August 2025"),
        ("%a %b %I:%M %p", "Tue Aug 10:30 PM"),
        ("%z %:z %s", "+0000 +00:00 1754433005"),
        ("100%% %%Y", "100% %Y"),
        ("week", "week"),
    ],
)
def test_a_format_writes_its_letters(format: str, written: str) -> None:
    assert date_(AT, format) == written


@pytest.mark.parametrize(
    ("x", "zone", "written"),
    [
        (AT, "Europe/Berlin", "2025-08-06 00:30 +02:00"),
        ("2025-08-05T22:30:00+02:00", "UTC", "2025-08-05 20:30 +00:00"),
        ("2025-08-05 22:30", "America/New_York", "2025-08-05 18:30 -04:00"),
        ("2025-08-05", "America/New_York", "2025-08-05 00:00 +00:00"),
        (datetime(2025, 8, 5, 22, 30), "Europe/Berlin", "2025-08-06 00:30 +02:00"),
        (datetime(2025, 1, 5, 22, 30, tzinfo=UTC), "Europe/Berlin", "2025-01-05 23:30 +01:00"),
        (date(2025, 8, 5), "Europe/Berlin", "2025-08-05 00:00 +00:00"),
    ],
)
def test_a_zone_moves_the_clock_but_never_a_date(x: Any, zone: str, written: str) -> None:
    assert date_(x, "%Y-%m-%d %H:%M %:z", zone) == written


def test_without_a_zone_the_clock_stands_as_written() -> None:
    assert date_("2025-08-05T22:30:00-05:00", "%d %H:%M%z") == "05 22:30-0500"


@pytest.mark.parametrize(
    "form", ["2025-08-05T22:30:05.5Z", "2025-08-05T22:30:05.1234567Z", "2025-08-05T22:30+0200", "2025-08-05T22:30+02"]
)
def test_the_usual_forms_of_iso_are_read(form: str) -> None:
    assert date_(form, "%H:%M") == "22:30"


@pytest.mark.parametrize(
    "x",
    [
        "",
        "today",
        "20250805",
        "2025-8-5",
        "2025-02-30",
        "2025-08-05T25:00:00Z",
        "05.08.2025",
        "2025-08-05T10",
        " 2025-08-05",
        "2025-W05",
    ],
)
def test_text_that_is_not_a_time_is_never_guessed(x: str) -> None:
    for call in (lambda: date_(x, "%Y"), lambda: later(x, "1d")):
        with pytest.raises(Fault, match=r"the text is not a time such as 2025-01-31 or 2025-01-31T10:00:00Z$"):
            call()


@pytest.mark.parametrize("x", [20250805, True, [], {}])
def test_only_text_is_a_time(x: Any) -> None:
    with pytest.raises(Fault, match=r"^date\(\) works on a time, not on "):
        date_(x, "%Y")


def test_a_format_or_zone_that_is_none_says_so() -> None:
    calls: dict[str, Callable[[], Any]] = {
        "date(): format must be a format such as %Y-%m-%d, not null": lambda: date_(AT, None),
        "date(): zone must be a time zone such as Europe/Berlin, not null": lambda: date_(AT, "%Y", None),
        "date(): zone is no time zone such as Europe/Berlin": lambda: date_(AT, "%Y", "Europe/Atlantis"),
        "parse_date(): zone is no time zone such as Europe/Berlin": lambda: parse_date(
            "2025", "%Y-%m-%d", "../etc/passwd"
        ),
    }

    said = []
    for call in calls.values():
        with pytest.raises(Fault) as refused:
            call()
        said.append(refused.value.message)

    assert said == list(calls)
    with pytest.raises(Fault, match=r"^date\(\): the format has an unknown %Q; known are %Y %y "):
        date_(AT, "%Q")


def test_the_locale_of_the_machine_changes_nothing() -> None:
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
            assert (date_(AT, "%B %p"), parse_date("5 Aug 2025", "%d %b %Y")) == ("August PM", "2025-08-05")
        except locale.Error:
            continue
        finally:
            locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize(
    ("x", "format", "iso"),
    [
        ("20250805", "%Y%m%d", "2025-08-05"),
        (20250805, "%Y%m%d", "2025-08-05"),
        ("8/5/2025", "%m/%d/%Y", "2025-08-05"),
        ("05-AUG-25", "%d-%b-%y", "2025-08-05"),
        ("31 december 1969", "%d %B %Y", "1969-12-31"),
        ("01.01.69", "%d.%m.%y", "1969-01-01"),
        ("Tue, 5 Aug 2025 22:30:05 +0000", "%a, %d %b %Y %H:%M:%S %z", "2025-08-05T22:30:05Z"),
        ("2025-08-05 22:30:05.5", "%Y-%m-%d %H:%M:%S.%f", "2025-08-05T22:30:05.500000"),
        ("2025-08-05 22:30:05.123", "%Y-%m-%d %H:%M:%S.%L", "2025-08-05T22:30:05.123000"),
        ("8/5/2025 12:00:00 AM", "%m/%d/%Y %I:%M:%S %p", "2025-08-05T00:00:00"),
        ("8/5/2025 12:30 pm", "%m/%d/%Y %I:%M %p", "2025-08-05T12:30:00"),
        ("05.08.2025 10:00-05:00", "%d.%m.%Y %H:%M%z", "2025-08-05T10:00:00-05:00"),
        (1754433005, "%s", "2025-08-05T22:30:05Z"),
        ("100% 2025-08-05", "100%% %Y-%m-%d", "2025-08-05"),
    ],
)
def test_parse_date_gives_iso(x: Any, format: str, iso: str) -> None:
    assert parse_date(x, format) == iso


@pytest.mark.parametrize(
    ("x", "zone", "iso"),
    [
        ("05.08.2025 22:30", "Europe/Berlin", "2025-08-05T22:30:00+02:00"),
        ("05.01.2025 22:30", "Europe/Berlin", "2025-01-05T22:30:00+01:00"),
        ("05.08.2025 22:30", "UTC", "2025-08-05T22:30:00Z"),
    ],
)
def test_parse_date_adds_the_offset_of_the_zone_at_that_time(x: str, zone: str, iso: str) -> None:
    assert parse_date(x, "%d.%m.%Y %H:%M", zone) == iso


@pytest.mark.parametrize(
    ("x", "format"),
    [
        ("2025-08-05", "%Y%m%d"),
        ("2025130", "%Y%m%d"),
        ("31.02.2025", "%d.%m.%Y"),
        ("05.08.2025 ", "%d.%m.%Y"),
        ("", "%d.%m.%Y"),
        ("05.08.2025 13:00 PM", "%d.%m.%Y %I:%M %p"),
        ("999999999999", "%s"),
        ("٠٥.٠٨.٢٠٢٥", "%d.%m.%Y"),
    ],
)
def test_text_that_does_not_fit_its_format_is_a_fault(x: str, format: str) -> None:
    with pytest.raises(Fault) as refused:
        parse_date(x, format)

    assert (refused.value.message, refused.value.value) == ("parse_date(): the text does not fit the format", x)


@pytest.mark.parametrize(
    "format",
    ["%Y", "%H:%M", "%d %Y", "%Y-%m-%d %M", "%Y-%m-%d %I", "%Y-%m-%d %H %p", "%Y%Y%m%d", "%y%Y%m%d", "%Y %j", "x"],
)
def test_a_format_that_cannot_give_a_time_is_a_fault(format: str) -> None:
    with pytest.raises(Fault, match="not enough to read a time, or says something twice"):
        parse_date("2025", format)


def test_an_offset_and_a_zone_contradict() -> None:
    with pytest.raises(Fault, match="has an offset already; leave the zone out"):
        parse_date("2025-08-05 10:00Z", "%Y-%m-%d %H:%M%z", "UTC")


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))
def test_what_a_format_writes_it_reads(moment: datetime) -> None:
    for format in ("%Y-%m-%d %H:%M:%S.%f", "%d%B%Y %I%M%S%f%p"):
        assert parse_date(date_(moment, format), format) == moment.isoformat()


@pytest.mark.parametrize(
    ("x", "duration", "result"),
    [
        ("2025-03-01T00:30:00Z", "-1h", "2025-02-28T23:30:00Z"),
        ("2025-03-01T00:30:00+00:00", "1h", "2025-03-01T01:30:00+00:00"),
        ("2025-03-01T00:30:00-05:00", "+5m", "2025-03-01T00:35:00-05:00"),
        ("2025-03-01 00:30", "10s", "2025-03-01 00:30:10"),
        ("2025-03-01T00:30:00", "500ms", "2025-03-01T00:30:00.500"),
        ("2025-03-01T00:30:00.000Z", "1s", "2025-03-01T00:30:01.000Z"),
        ("2025-03-01T00:30:00.1234567Z", "1s", "2025-03-01T00:30:01.123456Z"),
        ("2024-02-28", "1d", "2024-02-29"),
        ("2024-02-28", "48h", "2024-03-01"),
        ("2024-02-28", "-12h", "2024-02-27T12:00:00"),
        ("2024-02-28", "0s", "2024-02-28"),
        (date(2024, 2, 28), "2d", date(2024, 3, 1)),
        (datetime(2024, 2, 28), "1h", datetime(2024, 2, 28, 1)),
    ],
)
def test_later_keeps_the_form(x: Any, duration: str, result: Any) -> None:
    assert later(x, duration) == result


def test_an_hour_is_an_hour_when_clocks_change() -> None:
    moved = later(datetime(2025, 3, 30, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")), "1h")

    assert moved.isoformat() == "2025-03-30T03:30:00+02:00"


@pytest.mark.parametrize("duration", [None, "", "1", "1w", "1.5h", "1h30m", " 1h", "h", 60])
def test_a_duration_has_a_number_and_a_unit(duration: Any) -> None:
    with pytest.raises(Fault, match=r"^later\(\): duration "):
        later("2025-01-01", duration)


@pytest.mark.parametrize(
    ("x", "duration"), [("9999-12-31", "1d"), ("0001-01-01T00:00:00Z", "-1s"), (AT, "999999999d"), (AT, "-999999999d")]
)
def test_no_time_is_out_of_range(x: str, duration: str) -> None:
    with pytest.raises(Fault, match="out of the range"):
        later(x, duration)


def test_a_clock_beyond_the_last_year_is_a_fault() -> None:
    with pytest.raises(Fault, match="out of the range"):
        date_(datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-1))), "%Y", "Asia/Tokyo")
