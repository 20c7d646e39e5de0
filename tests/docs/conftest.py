"""`acme` is a small integration that has everything documentation tells of."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.docs.load import load_subjects
from engine.docs.subject import Subject

ACME = Path(__file__).parent / "acme"


@pytest.fixture(scope="session")
def acme() -> Subject:
    return load_subjects(ACME)["acme"]
