"""Addresses: which host one names, and whether a link may be followed."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

_PORTS = {"http": 80, "https": 443}


def host_of(url: str) -> str:
    """`host:port` of an http address; empty for what is none, or can be read in two ways (`https://a\\@b`)."""
    parts = _split(url)
    if parts is None:
        return ""
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"


def is_https(url: str) -> bool:
    parts = _split(url)
    return parts is not None and parts.scheme == "https"


def joined(base: str, link: str) -> str:
    """A link, made absolute where it was found."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def may_follow(base: str, target: str, hosts: Collection[str]) -> bool:
    """Whether a link found at `base` leads to a known host (or the same), and not from https to plain http."""
    host = host_of(target)
    if not host or (is_https(base) and not is_https(target)):
        return False
    return host in hosts or host == host_of(base)


def bare(url: str) -> str:
    """An address without its query, which may hold data, and without user and password."""
    found = _split(url)
    return f"{found.scheme}://{host_of(url)}{found.path}" if found else "an address that cannot be read"


def _split(url: str) -> SplitResult | None:
    if "\\" in url or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        readable = parts.scheme in _PORTS and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return None
    return parts if readable else None
