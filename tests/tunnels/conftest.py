"""A real OpenSSH server, and connections that go through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.openssh import OpenSsh, running_openssh
from tests.protocols.conftest import opened

__all__ = ["opened"]


@pytest.fixture
def ssh() -> Iterator[OpenSsh]:
    with running_openssh() as server:
        yield server
