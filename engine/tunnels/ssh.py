"""A tunnel through an SSH server."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.credentials.credentials import Credentials
from engine.errors import SettingMissing
from engine.parts.fields import S
from engine.parts.registry import OneOf
from engine.parts.resolve import resolved
from engine.parts.scalars import Flag, Natural
from engine.tunnels.host import Host, HostKey
from engine.tunnels.tunnel import OpenTunnel, Tunnel

AUTH = {"type": "ssh_key", "username": "engine", "key": "=settings.ssh_key"}


class SshTunnel(Tunnel):
    """Through an SSH server: `{type: ssh, host: bastion.example.com, auth: {type: ssh_key, …}, host_key: =settings.host_key}`.

    Opened when the first call needs it, shared by the connections that describe the same one, kept alive, opened again
    after it broke. The server must show the host key that is written here.
    """

    noun = "an ssh tunnel"

    type: Literal["ssh"]
    enabled: Annotated[
        S[Flag], Field(description="whether it is used; else calls go directly", examples=["=settings.use_tunnel"])
    ] = True
    host: Annotated[S[Host | None], Field(description="the SSH server", examples=["bastion.example.com"])]
    port: Annotated[S[Natural], Field(description="its port", examples=[22])] = 22
    auth: Annotated[Credentials, OneOf("engine.credentials"), Field(description="who we are there", examples=[AUTH])]
    host_key: Annotated[
        S[HostKey | None],
        Field(
            description="the public key of the server (a line of known_hosts), or the fingerprint of its first one (ed25519, "
            "ecdsa, rsa); without it, the fingerprint that it shows is told",
            examples=["SHA256:5Xbnzt4Cw4pPQfFCzRhOvfDe3JgbDsbGBDtGZQgO3IU"],
        ),
    ] = None
    tunnel: Annotated[
        Tunnel | None,
        OneOf("engine.tunnels"),
        Field(
            description="another tunnel, through which this server is reached (jump host)",
            examples=[{"type": "ssh", "host": "outer.example.com", "auth": AUTH, "host_key": "=settings.outer_key"}],
        ),
    ] = None

    def open(self, scope: Mapping[str, Any], owner: str) -> OpenTunnel | None:
        found: SshTunnel = resolved(self, scope)
        if not found.enabled:
            return None
        if not found.host:
            raise SettingMissing([f"{owner}: `tunnel.host` is empty"])
        from engine.tunnels.ssh_client import Server, SshClient  # here, for a file is checked without

        outer = None if found.tunnel is None else found.tunnel.open(scope, owner)
        server = Server(str(found.host), int(found.port), found.auth.shown(scope, owner), str(found.host_key or ""))
        return SshClient(server, outer, owner)
