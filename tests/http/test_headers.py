"""Headers of a request."""

from __future__ import annotations

import pytest

from engine.errors import MappingError
from engine.http.headers import Headers


def test_the_last_of_a_name_wins_however_it_is_spelled() -> None:
    headers = Headers({"Accept": "text/xml", "X-Company": "ACME"})
    headers.put("accept", "application/json")
    headers.drop("x-COMPANY")

    assert headers.pairs() == [("accept", "application/json")]


def test_a_copy_is_another_one() -> None:
    headers = Headers({"Accept": "text/xml"})
    headers.copy().put("Accept", "text/plain")

    assert headers.pairs() == [("Accept", "text/xml")]


@pytest.mark.parametrize("value", ["a\r\nHost: evil", "a\nb", "a\rb", "a\0b", "a\x0bb", "a\x7f"])
def test_a_value_cannot_end_its_line(value: str) -> None:
    with pytest.raises(MappingError) as error:
        Headers({"X-Note": value})

    assert str(error.value) == "the header X-Note holds a line break or another control character"


@pytest.mark.parametrize("name", ["", "X Note", "X-Note:", "X-Note\r\nHost", "X-Nöte", "(x)"])
def test_a_name_is_a_word(name: str) -> None:
    with pytest.raises(MappingError) as error:
        Headers({name: "x"})

    assert str(error.value) == f"{name!r} cannot name a header"


def test_values_are_not_shown() -> None:
    assert repr(Headers({"Authorization": "Bearer hunter2"})) == "<Headers Authorization>"
