"""Connections through a real OpenSSH server: who is trusted, what is shared, what happens when it breaks."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from engine.calls import Call
from engine.credentials.credentials import Shown
from engine.errors import SettingMissing, Unreachable
from engine.exchange import Trace
from engine.runtime.connections.sessions import Sessions
from engine.tunnels.ssh_client import Server, SshClient
from tests.fakes.certificates import Authority, authority
from tests.fakes.serving import serving
from tests.openssh import OpenSsh, running_openssh
from tests.protocols.conftest import Open

ERP = """
settings:
  url: {{type: url}}
  ssh_key: {{type: secret}}
  host_key: {{type: text, default: null, required: false}}
  use_tunnel: {{type: boolean, default: true}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a test
    retry: {{attempts: 1}}
    tls: {{ca: {ca}}}
    tunnel: {tunnel}
    endpoints:
      get: {{method: GET, path: /get}}
      post: {{method: POST, path: /post}}
  other:
    type: rest
    url: =settings.url
    insecure: a test
    retry: {{attempts: 1}}
    tls: {{ca: {ca}}}
    tunnel: {tunnel}
    endpoints: {{get: {{method: GET, path: /get}}}}
"""


def tunnel(ssh: OpenSsh, inner: str = "", user: str = "") -> str:
    outer = f", tunnel: {inner}" if inner else ""
    auth = f"{{type: ssh_key, username: {user or ssh.user}, key: =settings.ssh_key}}"
    return (
        f"{{type: ssh, enabled: =settings.use_tunnel, host: 127.0.0.1, port: {ssh.port}, auth: {auth}, "
        f"host_key: =settings.host_key{outer}}}"
    )


class Far:
    """A system behind the tunnel: tells what it was asked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            said = {"host": request.headers["host"], "path": request.url.path}
            await JSONResponse(said)(scope, receive, send)


@pytest.fixture
def tls(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@pytest.fixture
def far(tls: Authority) -> Iterator[str]:
    with serving(Far(), tls) as url:
        yield url


def through(opened: Open, ssh: OpenSsh, url: str, tls: Authority, text: str = "", **settings: str) -> Sessions:
    given = {"url": url, "ssh_key": ssh.key.read_text(), "host_key": ssh.fingerprint(), **settings}
    return opened(ERP.format(tunnel=text or tunnel(ssh), ca=tls.ca_file), **given)


async def ask(sessions: Sessions, endpoint: str = "get", connection: str = "erp") -> Any:
    return (await sessions[connection].send(Call(endpoint, timeout=60), Trace(payloads=False))).body


def port_of(url: str) -> str:
    return url.rpartition(":")[2]


async def test_a_call_goes_through_the_tunnel_to_a_number_or_a_name_and_tls_holds_end_to_end(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority
) -> None:
    numbered = through(opened, ssh, far, tls)
    assert await ask(numbered) == {"host": f"127.0.0.1:{port_of(far)}", "path": "/get"}
    assert ssh.logins == 1

    named = through(opened, ssh, f"https://localhost:{port_of(far)}", tls)
    assert await ask(named) == {"host": f"localhost:{port_of(far)}", "path": "/get"}
    assert ssh.logins == 2


async def test_a_certificate_for_another_host_is_not_accepted_inside_the_tunnel_either(
    opened: Open, ssh: OpenSsh, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = authority(tmp_path / "other", names=("elsewhere.example.com",))
    with serving(Far(), other) as url:
        for asked in (url, f"https://localhost:{port_of(url)}"):
            with pytest.raises(Unreachable) as failure:
                await ask(through(opened, ssh, asked, other))
            assert failure.value.cause == "tls"


async def test_plain_http_goes_through_too(opened: Open, ssh: OpenSsh, tls: Authority) -> None:
    with serving(Far()) as url:
        assert await ask(through(opened, ssh, url, tls)) == {"host": url.removeprefix("http://"), "path": "/get"}


async def test_connections_that_describe_the_same_tunnel_share_it_and_its_calls_run_side_by_side(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority
) -> None:
    sessions = through(opened, ssh, far, tls)

    answers = await asyncio.gather(*(ask(sessions, connection=name) for name in ["erp", "other"] * 10))

    assert len(answers) == 20
    assert ssh.logins == 1


async def test_a_tunnel_that_is_switched_off_is_not_used(opened: Open, ssh: OpenSsh, far: str, tls: Authority) -> None:
    await ask(through(opened, ssh, far, tls, use_tunnel="false"))
    assert ssh.logins == 0


async def test_a_server_nobody_vouches_for_is_not_used_and_its_fingerprint_is_told(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority
) -> None:
    with pytest.raises(Unreachable) as failure:
        await ask(through(opened, ssh, far, tls, host_key=""), "post")

    assert failure.value.text == (
        f"the host key of 127.0.0.1:{ssh.port} is not known; it shows {ssh.fingerprint()}: "
        "if its administrator confirms that, write it as `tunnel.host_key`"
    )
    assert (failure.value.cause, failure.value.may_have_happened) == ("tunnel", False)
    assert ssh.logins == 0


async def test_a_server_that_shows_another_key_is_not_used(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority
) -> None:
    with pytest.raises(Unreachable, match="shows another host key than"):
        await ask(through(opened, ssh, far, tls, host_key="SHA256:AAAAzt4Cw4pPQfFCzRhOvfDe3JgbDsbGBDtGZQgO3IU"))
    assert ssh.logins == 0


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
async def test_a_key_may_be_written_whole_whichever_of_its_keys_it_is(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority, kind: str
) -> None:
    assert await ask(through(opened, ssh, far, tls, host_key=ssh.public_key(kind)))


async def test_a_server_that_does_not_let_us_in_says_so(opened: Open, ssh: OpenSsh, far: str, tls: Authority) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()

    with pytest.raises(Unreachable) as failure:
        await ask(through(opened, ssh, far, tls, ssh_key=stranger))

    assert failure.value.text == f"127.0.0.1:{ssh.port} does not let {ssh.user} in: check `tunnel.auth`"
    assert failure.value.may_have_happened is False


async def test_many_callers_share_one_refused_login(opened: Open, ssh: OpenSsh, far: str, tls: Authority) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()
    sessions = through(opened, ssh, far, tls, ssh_key=stranger)

    failures = await asyncio.gather(*(ask(sessions) for _ in range(8)), return_exceptions=True)

    assert {type(failure) for failure in failures} == {Unreachable}
    assert ssh.log.count("Connection from") - ssh.log.count("Connection closed by 127.0.0.1 port") <= 2


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"ssh_key": "no such file"}, "`auth.key`: the file cannot be read: No such file or directory"),
        (
            {"ssh_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
            "the private key of `tunnel.auth`",
        ),
        ({"host_key": "ssh-ed25519 nonsense"}, "this is neither a public key nor a fingerprint"),
    ],
)
def test_keys_that_cannot_be_read_are_told_at_once(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority, settings: dict[str, str], problem: str
) -> None:
    with pytest.raises(SettingMissing) as missing:
        through(opened, ssh, far, tls, **settings)
    assert problem in missing.value.problems[0]


async def test_a_system_that_is_away_behind_the_tunnel_surely_did_not_get_the_call(
    opened: Open, ssh: OpenSsh, tls: Authority
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(Unreachable) as failure:
        await ask(through(opened, ssh, f"https://127.0.0.1:{port}", tls), "post")

    told = failure.value
    assert told.text == (
        f"127.0.0.1:{port} cannot be reached from 127.0.0.1:{ssh.port}: "
        "connection refused; see that it runs, and that this is its port"
    )
    assert (told.cause, told.may_have_happened) == ("connect", False)


async def test_a_tunnel_that_broke_is_opened_again_for_the_next_call(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority
) -> None:
    sessions = through(opened, ssh, far, tls)
    await ask(sessions)

    ssh.cut()
    await ask(sessions)

    assert ssh.logins == 2


async def test_a_server_that_is_away_is_told_and_used_again_when_it_is_back(
    opened: Open, ssh: OpenSsh, far: str, tls: Authority
) -> None:
    sessions = through(opened, ssh, far, tls)
    await ask(sessions)
    ssh.stop()
    for _ in range(50):  # for connections that were kept open to be seen to end
        await asyncio.sleep(0.005)

    with pytest.raises(Unreachable) as failure:
        await ask(sessions, "post")
    assert f"the tunnel's server 127.0.0.1:{ssh.port} cannot be reached: connection refused; " in failure.value.text
    assert (failure.value.cause, failure.value.may_have_happened) == ("connect", False)

    ssh.start()
    await asyncio.sleep(1.1)
    assert await ask(sessions)


async def test_a_jump_host_leads_to_the_next(opened: Open, ssh: OpenSsh, far: str, tls: Authority) -> None:
    with running_openssh() as outer:
        outer_text = (
            f"{{type: ssh, host: localhost, port: {outer.port}, host_key: '{outer.fingerprint()}', "
            f"auth: {{type: ssh_key, username: {outer.user}, key: '{outer.key}'}}}}"
        )
        assert await ask(through(opened, ssh, far, tls, tunnel(ssh, outer_text)))
        assert (outer.logins, ssh.logins) == (1, 1)


async def test_a_door_lets_one_connection_through_and_is_gone(ssh: OpenSsh) -> None:
    server = Server("127.0.0.1", ssh.port, Shown(ssh.user, key=ssh.key.read_text()), ssh.fingerprint())
    client = SshClient(server, None, "erp.erp")
    with serving(Far()) as url:
        host, port = await client.door("127.0.0.1", int(port_of(url)))
        reader, writer = await asyncio.open_connection(host, port)
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection(host, port)

        writer.write(b"GET /get HTTP/1.0\r\nHost: a\r\n\r\n")
        answer = await reader.read()

        assert answer.startswith(b"HTTP/1.")
        writer.close()
    await client.aclose()


async def test_a_password_opens_a_tunnel_too() -> None:
    class Host(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("engine", "right")

        def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
            return True

    key = asyncssh.generate_private_key("ssh-ed25519")
    async with await asyncssh.listen("127.0.0.1", 0, server_factory=Host, server_host_keys=[key]) as listening:
        port = listening.sockets[0].getsockname()[1]
        with serving(Far()) as url:
            right = SshClient(Server("127.0.0.1", port, Shown("engine", "right"), key.get_fingerprint()), None, "a.b")
            await right.door("127.0.0.1", int(port_of(url)))
            await right.aclose()
            wrong = SshClient(Server("127.0.0.1", port, Shown("engine", "wrong"), key.get_fingerprint()), None, "a.b")
            with pytest.raises(Unreachable, match="does not let engine in"):
                await wrong.door("127.0.0.1", int(port_of(url)))
