"""An SSH tunnel in use (asyncssh): connects, shows and checks keys, carries connections, comes back after it broke."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from dataclasses import dataclass

import asyncssh

from engine.credentials.credentials import Shown
from engine.errors import SettingMissing, Unreachable
from engine.tunnels.tunnel import OpenTunnel
from engine.unreached import why

CONNECT = 8.0
"""Seconds for connecting and logging in."""
ALIVE_EVERY, ALIVE_MISSED = 15.0, 3
"""A server that does not answer so often is given up."""
PAUSE = 1.0
"""Seconds for which those who wait share a failure: a wrong password, tried by each, would lock the account."""
DOOR = 10.0
"""Seconds in which a door must be gone through."""
CHUNK = 64 * 1024

_RSA = ("rsa-sha2-512", "rsa-sha2-256")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Server:
    """An SSH server, who we are there, and the key it must show: a public key, a fingerprint, or empty."""

    host: str
    port: int
    shown: Shown
    host_key: str

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"


class SshClient:
    """Implements `engine.tunnels.tunnel.OpenTunnel` over SSH.

    Args:
        outer: the tunnel through which the server is reached, None if directly.
        owner: `integration.connection`, for messages.

    Raises:
        SettingMissing: our key or the server's cannot be read.
    """

    def __init__(self, server: Server, outer: OpenTunnel | None, owner: str) -> None:
        self._server = server
        self._outer = outer
        self._keys = _our_keys(server.shown, owner)
        self._expected = _expected(server.host_key, owner)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._connecting = asyncio.Lock()
        self._failure: tuple[float, Unreachable] | None = None
        self._doors: set[asyncio.Server] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    def __eq__(self, other: object) -> bool:
        """Whether both lead the same way, as the same user."""
        return isinstance(other, SshClient) and (self._server, self._outer) == (other._server, other._outer)

    def __hash__(self) -> int:
        return hash(self._server)

    async def door(self, host: str, port: int) -> tuple[str, int]:
        connection = await self._connected()
        try:
            far = await asyncio.wait_for(connection.open_connection(host, port), CONNECT)
        except (asyncssh.Error, OSError, TimeoutError) as error:
            words = f"{host}:{port} cannot be reached from {self._server.where}: {why(error)}"
            raise _closed(words, "connect") from error
        return await self._opened(far)

    async def aclose(self) -> None:
        for carrying in list(self._carrying):
            carrying.cancel()
        for door in list(self._doors):
            door.close()
        if self._connection is not None:
            self._connection.close()
            with contextlib.suppress(asyncssh.Error, OSError, TimeoutError):
                await asyncio.wait_for(self._connection.wait_closed(), DOOR)
        if self._outer is not None:
            await self._outer.aclose()

    # -- the server --------------------------------------------------------------------------------------------------

    async def _connected(self) -> asyncssh.SSHClientConnection:
        """The connection to the server: the living one, or a new one that all who wait share."""
        async with self._connecting:
            if self._connection is not None and not self._connection.is_closed():
                return self._connection
            now = asyncio.get_running_loop().time()
            if self._failure is not None and now - self._failure[0] < PAUSE:
                raise self._failure[1]
            try:
                self._connection = await self._connect()
            except Unreachable as failure:
                self._failure = asyncio.get_running_loop().time(), failure
                raise
            self._failure = None
            log.info("the tunnel through %s is open", self._server.where)
            return self._connection

    async def _connect(self) -> asyncssh.SSHClientConnection:
        server, checking = self._server, _HostKey(self._expected)
        host, port = (
            (server.host, server.port) if self._outer is None else await self._outer.door(server.host, server.port)
        )
        try:
            connection = await asyncio.wait_for(
                asyncssh.connect(
                    host,
                    port,
                    client_factory=lambda: checking,
                    known_hosts=b"",  # nobody is known but by what `host_key` says
                    server_host_key_algs=_algorithms(self._expected),
                    username=server.shown.user,
                    password=server.shown.password,
                    client_keys=self._keys,
                    agent_path=None,
                    config=None,
                    gss_host=None,
                    keepalive_interval=ALIVE_EVERY,
                    keepalive_count_max=ALIVE_MISSED,
                ),
                CONNECT,
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise _closed(self._stranger(checking.fingerprint), "tunnel") from error
        except asyncssh.PermissionDenied as error:
            words = f"{server.where} does not let {server.shown.user} in: check `tunnel.auth`"
            raise _closed(words, "tunnel") from error
        except (asyncssh.Error, OSError, TimeoutError) as error:
            words = f"the tunnel's server {server.where} cannot be reached: {why(error)}"
            raise _closed(words, "connect") from error
        return connection

    def _stranger(self, fingerprint: str) -> str:
        where = self._server.where
        if self._expected is None:
            return (
                f"the host key of {where} is not known; it shows {fingerprint}: "
                "if its administrator confirms that, write it as `tunnel.host_key`"
            )
        return (
            f"{where} shows another host key than `tunnel.host_key`: {fingerprint}; has its administrator changed it?"
        )

    # -- doors -------------------------------------------------------------------------------------------------------

    async def _opened(self, far: tuple[asyncssh.SSHReader[bytes], asyncssh.SSHWriter[bytes]]) -> tuple[str, int]:
        """A door on loopback that lets one connection through and is gone."""
        used = False

        def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal used
            if used:
                writer.close()
                return
            used = True
            _shut(door, expiry, self._doors)
            carrying = asyncio.create_task(_carry((reader, writer), far))
            self._carrying.add(carrying)
            carrying.add_done_callback(self._carrying.discard)

        def expire() -> None:
            _shut(door, expiry, self._doors)
            far[1].close()

        door = await asyncio.start_server(through, "127.0.0.1", 0, backlog=1)
        self._doors.add(door)
        expiry = asyncio.get_running_loop().call_later(DOOR, expire)
        host, port = door.sockets[0].getsockname()[:2]
        return str(host), int(port)


class _HostKey(asyncssh.SSHClient):
    """Compares the key that a server shows; remembers its fingerprint."""

    def __init__(self, expected: asyncssh.SSHKey | str | None) -> None:
        self._expected = expected
        self.fingerprint = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.fingerprint = key.get_fingerprint()
        if isinstance(self._expected, asyncssh.SSHKey):
            return bool(key.public_data == self._expected.public_data)
        return self.fingerprint == self._expected


def _closed(words: str, cause: str) -> Unreachable:
    return Unreachable(words, cause=cause, may_have_happened=False)


def _our_keys(shown: Shown, owner: str) -> list[asyncssh.SSHKey] | None:
    if shown.key is None:
        return None
    try:
        return [asyncssh.import_private_key(shown.key, shown.passphrase)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise SettingMissing([f"{owner}: the private key of `tunnel.auth` cannot be used: {error}"]) from None


def _expected(text: str, owner: str) -> asyncssh.SSHKey | str | None:
    """A key, a fingerprint, or None where nothing is written."""
    if not text or text.startswith("SHA256:"):
        return text.rstrip("=") or None
    try:
        return asyncssh.import_public_key(text)
    except asyncssh.KeyImportError:
        words = "`tunnel.host_key` is neither a public key (ssh-ed25519 AAAA…) nor a fingerprint (SHA256:…)"
        raise SettingMissing([f"{owner}: {words}"]) from None


def _algorithms(expected: asyncssh.SSHKey | str | None) -> list[str]:
    """What to ask a server for: the key we know; else the first of the usual ones that it has."""
    if isinstance(expected, asyncssh.SSHKey):
        kind = expected.get_algorithm()
        return list(_RSA) if kind == "ssh-rsa" else [kind]
    return ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", *_RSA]


def _shut(door: asyncio.Server, expiry: asyncio.TimerHandle, doors: set[asyncio.Server]) -> None:
    expiry.cancel()
    door.close()
    doors.discard(door)


async def _carry(
    near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    far: tuple[asyncssh.SSHReader[bytes], asyncssh.SSHWriter[bytes]],
) -> None:
    """Carry bytes both ways until both sides have ended, or one is broken."""
    raw = near[1].get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_pump(near[0], far[1]))
            both.create_task(_pump(far[0], near[1]))
    except* (asyncssh.Error, OSError):
        pass  # who speaks through it sees that it broke
    finally:
        near[1].close()
        far[1].close()


async def _pump(
    source: asyncio.StreamReader | asyncssh.SSHReader[bytes], target: asyncio.StreamWriter | asyncssh.SSHWriter[bytes]
) -> None:
    while chunk := await source.read(CHUNK):
        if target.is_closing():
            return
        target.write(chunk)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
