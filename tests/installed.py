"""Real counterparts that tests start: programs that must be installed, and ports for them."""

from __future__ import annotations

import os
import socket
from typing import NoReturn

import pytest


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
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
