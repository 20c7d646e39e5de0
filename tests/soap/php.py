"""PHP's own SOAP server, started for the tests: what the classic connectors are written with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installed import free_port, missing

HERE = Path(__file__).parent
WSDLS = HERE.parent / "wsdl"


@contextmanager
def running_php() -> Iterator[str]:
    """Gives its address. Without PHP and its SOAP extension: a skip on a user's machine, an error in CI."""
    program = shutil.which("php")
    modules = subprocess.run([program, "-m"], capture_output=True, text=True).stdout if program else ""
    if program is None or "\nsoap\n" not in modules:
        missing("PHP with SOAP", "Debian: apt-get install php-cli php-soap")
    port = free_port()
    command = [program, "-S", f"127.0.0.1:{port}", str(HERE / "server.php")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "WSDLS": str(WSDLS)}}
    with subprocess.Popen(command, **quiet) as server:  # type: ignore[call-overload]
        try:
            while not _listens(port):
                assert server.poll() is None, "it did not start"
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
