"""Why nothing could be reached is said in plain words, whichever library says so."""

from __future__ import annotations

import errno
import os
import socket

import pytest

from engine.unreached import why

REFUSED = "connection refused; see that it runs, and that this is its port"
SILENT = "no answer; see that it runs, and that the firewall lets this way through"
UNKNOWN = "unknown host; check its name, and the DNS of this machine"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 1)"), REFUSED),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 1), [Errno 111] Connect …"), REFUSED),
        ('connection to server at "127.0.0.1", port 1 failed: Connection refused Is the server running?', REFUSED),
        ("Can't connect to MySQL server on '127.0.0.1' ([Errno 111] Connection refused)", REFUSED),
        (TimeoutError(), SILENT),
        ("connection timeout expired", SILENT),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), UNKNOWN),
        ("[Errno -3] Temporary failure in name resolution", UNKNOWN),
        (
            OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH)),
            "no way leads there; check the network of this machine",
        ),
        ("the server\nis shutting down", "the server is shutting down"),
        (ConnectionResetError(), "ConnectionResetError"),
    ],
)
def test_why_nothing_was_reached(said: BaseException | str, words: str) -> None:
    assert str(why(said)) == words
