"""Real counterparts that tests start: programs that must be installed, and ports for them."""

from __future__ import annotations

import os
import random
import socket
from typing import NoReturn

import pytest

_KEPT: list[socket.socket] = []


def missing(what: str, remedy: str) -> NoReturn:
    """What a test needs is not installed: a skip on a user's machine, an error in CI.

    Args:
        remedy: what brings it, such as `Debian: apt-get install postgresql`.
    """
    reason = f"{what} is not installed ({remedy})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port for a server that starts later, or again: until the tests end, nobody else is given it.

    It lies below those that a system gives to whoever takes any, and its UDP side is held, so that other tests leave it
    alone.
    """
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        held = socket.socket(type=socket.SOCK_DGRAM)
        try:
            held.bind(("127.0.0.1", port))
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            held.close()
            continue
        _KEPT.append(held)
        return port
