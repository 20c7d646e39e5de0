"""A real PostgreSQL, started for the tests and thrown away after them."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.certificates import Authority
from tests.installed import free_port, missing


@dataclass
class Postgres:
    """A server of our own; `fresh()` gives the URL of a new, empty database."""

    port: int
    program: Path
    folder: Path
    options: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fresh(self) -> str:
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.run(f"create database {name}")
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60"
        self._control("-o", f"{options} {self.options}", "-w", "-l", f"{self.folder}/log", "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        _as_user(self.program.with_name("pg_ctl"), "-D", f"{self.folder}/data", *arguments)

    def run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def admin(self, name: str = "postgres") -> str:
        """The URL of a database, as its owner sees it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_postgres(authority: Authority | None = None) -> Iterator[Postgres]:
    """Start a server. Without one installed: a skip on a user's machine, an error in CI.

    Args:
        authority: signs its certificate for 127.0.0.1; then it takes connections over TLS too, and of the user `certified`
            only with a certificate of that name.
    """
    program = _program("initdb")
    if program is None:
        missing("PostgreSQL", "Debian: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Postgres(free_port(), program, folder)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _as_user(program, "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8")
        if authority is not None:
            server.options = _encrypted(folder, authority)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _encrypted(folder: Path, authority: Authority) -> str:
    """Options of a server that takes TLS; who may come in how."""
    leaf = authority.ca.issue_cert("127.0.0.1")
    for name, content in (
        ("server.pem", b"".join(pem.bytes() for pem in leaf.cert_chain_pems)),
        ("server.key", leaf.private_key_pem.bytes()),
        ("ca.pem", authority.ca_file.read_bytes()),
    ):
        file = folder / name
        file.write_bytes(content)
        file.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(file, "postgres", "postgres")
    rules = "hostssl all certified 127.0.0.1/32 cert\nhost all by_password 127.0.0.1/32 scram-sha-256\n"
    rules += (
        "hostssl all engine 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 trust\nlocal all all trust\n"
    )
    (folder / "data" / "pg_hba.conf").write_text(rules)
    files = f"-c ssl_cert_file={folder}/server.pem -c ssl_key_file={folder}/server.key -c ssl_ca_file={folder}/ca.pem"
    return f"-c ssl=on {files}"


def _program(name: str) -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name)
    return installed[0] if installed else Path(found) if found else None


def _as_user(program: Path, *arguments: str) -> None:
    """PostgreSQL does not run as root."""
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*before, str(program), *arguments], cwd="/", capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
