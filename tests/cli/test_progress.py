"""The line that tells how far a work has come."""

from __future__ import annotations

import io

import pytest

from engine.cli.progress import ProgressLine, lasting


class Screen(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_on_a_terminal_the_line_is_written_over_with_rate_and_remaining_time() -> None:
    now, screen = iter([0.0, 10.0, 20.0]), Screen(terminal=True)
    line = ProgressLine(screen, lambda: next(now))

    line.tell("items: delivered", 0, 1000)
    line.tell("items: delivered", 200, 1000)
    line.tell("items: delivered", 400, 1000, 100)
    line.clear()

    assert screen.getvalue().replace("\x1b[K", "|").split("\r") == [
        "",
        "items: delivered [                    ] 0% 0 of 1,000|",
        "items: delivered [####                ] 20% 200 of 1,000, 20/s, 40 s left|",
        "items: delivered [########            ] 40% 400 of 1,000, 100 stuck, 20/s, 25 s left|",
        "|",
    ]


def test_where_nobody_knows_how_many_there_are_the_share_tells_how_long_it_takes() -> None:
    now, screen = iter([0.0, 10.0]), Screen(terminal=True)
    line = ProgressLine(screen, lambda: next(now))

    line.tell("items: reading", 100, share=0.1)
    line.tell("items: reading", 500, share=0.5)

    assert screen.getvalue().split("\r")[-1] == "items: reading [##########          ] 50% 500, 40/s, 12 s left\x1b[K"


def test_the_line_makes_place_for_others_and_goes_on_with_its_rate() -> None:
    now, screen = iter([0.0, 10.0]), Screen(terminal=True)
    line = ProgressLine(screen, lambda: next(now))

    line.tell("items: delivered", 0, 1000)
    line.clear()
    screen.write("a log line\n")
    line.clear()
    line.tell("items: delivered", 200, 1000)

    assert screen.getvalue().replace("\x1b[K", "|") == (
        "\ritems: delivered [                    ] 0% 0 of 1,000|\r|a log line\n"
        "\ritems: delivered [####                ] 20% 200 of 1,000, 20/s, 40 s left|"
    )


def test_elsewhere_a_plain_line_comes_now_and_then_and_for_each_phase() -> None:
    now, screen = iter([0.0, 5.0, 10.0, 11.0]), Screen(terminal=False)
    line = ProgressLine(screen, lambda: next(now))

    for done in (0, 40, 80):
        line.tell("items: read", done)
    line.tell("items: delivered", 3, 80)

    assert screen.getvalue() == "items: read 0\nitems: read 80, 8.0/s\nitems: delivered 3 of 80\n"


def test_the_rate_counts_what_was_done_since_the_phase_began() -> None:
    now, screen = iter([0.0, 10.0]), Screen(terminal=False)
    line = ProgressLine(screen, lambda: next(now))

    line.tell("items: delivered", 500, 1000)
    line.tell("items: delivered", 600, 1000)

    assert screen.getvalue().splitlines()[-1] == "items: delivered 600 of 1,000, 10/s, 40 s left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (89, "89 s"), (120, "2 min"), (5399, "1 h 30 min"), (11100, "3 h 05 min")]
)
def test_a_time_is_told_as_people_say_it(seconds: float, words: str) -> None:
    assert lasting(seconds) == words
