"""How an SSH server may be written, and what is said of what it may not."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.tunnels.host import Host, HostKey

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Ii6ZGm0A0jXUJ2B8Uq0S4TGtYz9hWcVqkX3n1bO2F"
PRINT = "SHA256:5Xbnzt4Cw4pPQfFCzRhOvfDe3JgbDsbGBDtGZQgO3IU"


def refused(kind: object, written: str) -> str:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(written)
    return str(error.value.errors()[0]["ctx"]["hint"])


@pytest.mark.parametrize("written", ["bastion", "gate-1.example.com", "example.com.", "db_1", "10.0.0.7", "::1", ""])
def test_a_host_is_a_name_or_an_address(written: str) -> None:
    assert TypeAdapter(Host).validate_python(written) == written


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("bastion:2222", "write `host: bastion` and `port: 2222`"),
        ("[::1]:22", "write `host: ::1` and `port: 22`"),
        ("web@bastion", "write `host: bastion`, and the user in `auth`"),
        ("ssh://web@bastion:22/", "write `host: bastion` and `port: 22`, and the user in `auth`"),
        ("https://erp.example.com/x", "write a name or an address, such as bastion.example.com"),
        ("my bastion", "write a name or an address, such as bastion.example.com"),
    ],
)
def test_what_is_more_than_a_host_is_taken_apart(written: str, remedy: str) -> None:
    assert refused(Host, written) == remedy


@pytest.mark.parametrize(
    "written",
    [KEY, f"{KEY} root@gate", f"gate.example.com {KEY}", f"[gate.example.com]:2222 {KEY}", f"|1|a/b=|c+d= {KEY}"],
)
def test_a_host_key_is_a_public_key_or_a_line_of_known_hosts(written: str) -> None:
    assert TypeAdapter(HostKey).validate_python(written) == KEY


@pytest.mark.parametrize("written", [PRINT, f"{PRINT}=", ""])
def test_a_host_key_may_be_a_fingerprint(written: str) -> None:
    assert TypeAdapter(HostKey).validate_python(written) == written


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        (
            "SHA256:5Xbn",
            "write the line that `ssh-keyscan HOST` prints (ssh-ed25519 AAAA…), or SHA256: and 43 characters",
        ),
        (KEY.replace("AAAAC3", "BBBBC3"), "write the line that `ssh-keyscan HOST` prints"),
        (KEY[:40], "write the line that `ssh-keyscan HOST` prints"),
        ("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "write the one that `ssh-keygen -l -E sha256"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n…", "write the line that `ssh-keyscan HOST` prints"),
    ],
)
def test_another_host_key_is_refused_with_a_remedy(written: str, remedy: str) -> None:
    assert refused(HostKey, written).startswith(remedy)
