"""How an SSH server is written: its host, and the key it must show."""

from __future__ import annotations

import binascii
import ipaddress
import re
from base64 import b64decode
from typing import Annotated, Any

from engine.parts.scalars import ReadBy, text, wrong

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43})=?")
_KEY = re.compile(r"(?:\S+ )?((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+) ([A-Za-z0-9+/]+={0,2})(?: .*)?")
_ANOTHER_DIGEST = re.compile(r"(MD5:)?([0-9a-fA-F]{2}:){15}[0-9a-fA-F]{2}")


def _host(value: Any) -> str:
    found = text(value)
    if not found or _HOST.fullmatch(found) or _is_address(found):
        return found
    bare = re.fullmatch(
        r"(?:\w+://)?(?:(?P<user>[^@/]+)@)?\[?(?P<host>[^@/:\]\s]+|[0-9a-fA-F:]+)\]?(?::(?P<port>\d+))?/?", found
    )
    if bare is None:
        raise wrong(f'"{found}" is no host', "write a name or an address, such as bastion.example.com")
    port = f" and `port: {bare['port']}`" if bare["port"] else ""
    user = ", and the user in `auth`" if bare["user"] else ""
    raise wrong(f'"{found}" is no host', f"write `host: {bare['host']}`{port}{user}")


def _is_address(found: str) -> bool:
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return False
    return True


def _host_key(value: Any) -> str:
    found = text(value).strip()
    if (
        not found
        or _FINGERPRINT.fullmatch(found)
        or found.startswith("---- BEGIN")
        or found.startswith("-----BEGIN PUBLIC")
    ):
        return found
    key = _KEY.fullmatch(found)
    if key is not None and _names(key[2], key[1]):
        return f"{key[1]} {key[2]}"
    if _ANOTHER_DIGEST.fullmatch(found):
        raise wrong(
            "an MD5 fingerprint can be forged", "write the one that `ssh-keygen -l -E sha256 -f FILE` prints: SHA256:…"
        )
    if "PRIVATE KEY" in found:
        raise wrong("this is a private key, the host's is public", "write the line that `ssh-keyscan HOST` prints")
    raise wrong(
        "this is neither a public key nor a fingerprint",
        "write the line that `ssh-keyscan HOST` prints (ssh-ed25519 AAAA…), or SHA256: and 43 characters",
    )


def _names(content: str, kind: str) -> bool:
    """Whether the content of a key is whole and begins with its kind: fields with their lengths (RFC 4253, 6.6)."""
    try:
        raw = b64decode(content, validate=True)
    except binascii.Error:
        return False
    fields, at = [], 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 4], "big")
        fields.append(raw[at + 4 : at + 4 + length])
        at += 4 + length
    return at == len(raw) and len(fields) > 1 and fields[0] == kind.encode()


Host = Annotated[str, ReadBy(_host, {"type": "string"})]
HostKey = Annotated[str, ReadBy(_host_key, {"type": "string"})]
