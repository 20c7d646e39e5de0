"""A real MariaDB, started for the tests and thrown away after them."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pymysql

from tests.fakes.certificates import Authority
from tests.installed import free_port, missing

USER, PASSWORD = "engine", "secret-of-maria"


@dataclass
class MariaDb:
    """A server of our own; `fresh()` gives the URL of a new, empty database, without user."""

    port: int
    folder: Path
    options: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fresh(self) -> str:
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.run(f"create database {name} character set utf8mb4")
        return f"mariadb+pymysql://127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        program = shutil.which("mariadbd") or "mariadbd"
        own = ["--no-defaults", f"--datadir={self.folder}/data", f"--port={self.port}", f"--socket={self.folder}/s"]
        own.append(f"--tmpdir={self.folder}")  # at its start it removes what it finds there, also of others
        quick = ["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--innodb-buffer-pool-size=32M"]
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, *own, "--bind-address=127.0.0.1", *quick, *user, *self.options], stdout=log, stderr=log
            )
        for _ in range(1000):
            if self.process.poll() is not None:
                break
            if (self.folder / "s").exists():
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)

    def run(self, *statements: str) -> None:
        connection = pymysql.connect(unix_socket=f"{self.folder}/s", user="root", autocommit=True)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()


@contextmanager
def running_mariadb(authority: Authority | None = None) -> Iterator[MariaDb]:
    """Start a server. Without one installed: a skip on a user's machine, an error in CI.

    Args:
        authority: signs its certificate for 127.0.0.1; then it takes connections over TLS too.
    """
    if shutil.which("mariadbd") is None or shutil.which("mariadb-install-db") is None:
        missing("MariaDB", "Debian: apt-get install mariadb-server")
    folder = Path(tempfile.mkdtemp(prefix="maria-"))
    server = MariaDb(free_port(), folder, _encrypted(folder, authority) if authority is not None else [])
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "mysql", "mysql")
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        made = [
            f"--datadir={folder}/data",
            f"--tmpdir={folder}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *user,
        ]
        done = subprocess.run(
            ["mariadb-install-db", "--no-defaults", *made], cwd="/", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        server.start()
        try:
            server.run(
                f"create user '{USER}'@'127.0.0.1' identified by '{PASSWORD}'",
                f"grant all on *.* to '{USER}'@'127.0.0.1'",
            )
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _encrypted(folder: Path, authority: Authority) -> list[str]:
    """Options of a server that takes TLS."""
    leaf = authority.ca.issue_cert("127.0.0.1")
    cert, key = folder / "server.pem", folder / "server.key"
    cert.write_bytes(b"".join(pem.bytes() for pem in leaf.cert_chain_pems))
    key.write_bytes(leaf.private_key_pem.bytes())
    key.chmod(0o644)  # a key of this test, for the server's own user
    return [f"--ssl-cert={cert}", f"--ssl-key={key}"]
