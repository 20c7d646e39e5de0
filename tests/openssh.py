"""A real OpenSSH server, started for the tests on a loopback port, with a key of its own and one for us."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.installed import free_port, missing

CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_ed25519
HostKey {folder}/host_rsa
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
LogLevel VERBOSE
"""


@dataclass
class OpenSsh:
    """A server. `key` is our private key (a file), `fingerprint` and `public_key` are the server's."""

    folder: Path
    port: int
    program: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def user(self) -> str:
        return getpass.getuser()

    @property
    def key(self) -> Path:
        return self.folder / "ours"

    def public_key(self, kind: str = "ed25519") -> str:
        return (self.folder / f"host_{kind}.pub").read_text().strip()

    def fingerprint(self, kind: str = "ed25519") -> str:
        told = subprocess.run(
            ["ssh-keygen", "-lf", self.folder / f"host_{kind}.pub"], check=True, capture_output=True, text=True
        )
        return told.stdout.split()[1]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def logins(self) -> int:
        """How many connections have been let in."""
        return self.log.count("Accepted publickey")

    def start(self) -> None:
        command = [self.program, "-D", "-f", str(self.folder / "config"), "-E", str(self.folder / "log")]
        self.process = subprocess.Popen(command, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"sshd did not start: {self.log}")

    def stop(self) -> None:
        """End it and every connection it carries, at once."""
        if self.process is None:
            return
        carrying = _children(self.process.pid)
        self.process.kill()
        self.process.wait()
        self.process = None
        _kill(carrying)

    def cut(self) -> None:
        """End every connection it carries; it goes on to accept new ones."""
        assert self.process is not None
        _kill(_children(self.process.pid))


@contextmanager
def running_openssh() -> Iterator[OpenSsh]:
    """Start a server. Without one installed: a skip on a user's machine, an error in CI."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        missing("OpenSSH's server", "Debian: apt-get install openssh-server")
    folder = Path(tempfile.mkdtemp(prefix="ssh-"))
    server = OpenSsh(folder, free_port(), program)
    try:
        for name, kind in (("host_ed25519", "ed25519"), ("host_rsa", "rsa"), ("ours", "ed25519")):
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", folder / name], check=True)
        shutil.copy(folder / "ours.pub", folder / "authorized_keys")
        (folder / "config").write_text(CONFIG.format(port=server.port, folder=folder))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kill(pids: list[int]) -> None:
    """End processes, and wait until they have ended: until then they may still say something."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while any(pid in pids for pid, _ in _running()):
        time.sleep(0.01)


def _children(pid: int) -> list[int]:
    """The processes below one, the deepest first."""
    below: dict[int, list[int]] = {}
    for child, parent in _running():
        below.setdefault(parent, []).append(child)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found[::-1]


def _running() -> list[tuple[int, int]]:
    """All processes and their parents, without those that have ended and are only not yet waited for."""
    told = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], check=True, capture_output=True, text=True).stdout
    return [(int(pid), int(parent)) for pid, parent, state in map(str.split, told.splitlines()) if state[0] != "Z"]
