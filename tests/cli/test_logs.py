"""Log lines: with the exchange they belong to, without secrets."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from engine.cli.logs import JsonLines, NewestSecrets, TextLines
from engine.exchange import LOGGED
from engine.redaction import Redactor

redact = Redactor(["pass-word-1"]).text


@pytest.fixture
def _in_exchange() -> Iterator[None]:
    token = LOGGED.set(("0199a", "acme", "orders"))
    yield
    LOGGED.reset(token)


def record(message: str, *arguments: object, failure: bool = False) -> logging.LogRecord:
    about = sys.exc_info() if failure else None
    made = logging.LogRecord("engine.worker", logging.WARNING, "", 1, message, arguments, about)
    made.created = 1_764_000_000.25
    return made


@pytest.mark.usefixtures("_in_exchange")
def test_a_json_line_names_its_exchange_and_no_secret() -> None:
    line = json.loads(JsonLines(redact).format(record("it said %s", "pass-word-1\n")))

    assert line == {
        "time": "2025-11-24T16:00:00.250+00:00",
        "level": "warning",
        "logger": "engine.worker",
        "message": "it said ***\n",
        "exchange": "0199a",
        "integration": "acme",
        "name": "orders",
    }


def test_a_line_of_no_exchange_names_none() -> None:
    assert set(json.loads(JsonLines(redact).format(record("ready")))) == {"time", "level", "logger", "message"}


def test_a_traceback_is_one_line_without_secrets() -> None:
    try:
        raise ValueError("pass-word-1")
    except ValueError:
        text = JsonLines(redact).format(record("a defect", failure=True))

    assert "\n" not in text
    assert json.loads(text)["traceback"].endswith("ValueError: ***")


@pytest.mark.usefixtures("_in_exchange")
def test_a_text_line_names_its_exchange_and_no_secret() -> None:
    text = TextLines(redact).format(record("it said %s", "pass-word-1"))

    assert text.endswith("WARNING engine.worker: it said ***  [exchange 0199a acme.orders]")


def test_secrets_of_the_files_before_are_struck_out_until_those_have_ended() -> None:
    newest = NewestSecrets()
    for generation in ("first", "second", "third"):
        newest.add(Redactor([f"{generation}-secret"]).text)

    assert newest("first-secret second-secret third-secret") == "first-secret *** ***"
