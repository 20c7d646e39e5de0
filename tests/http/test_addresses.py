"""Which host an address names, and which links are followed."""

from __future__ import annotations

import pytest

from engine.http.addresses import bare, host_of, joined, may_follow


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://erp.example.com/a?b", "erp.example.com:443"),
        ("http://erp.example.com", "erp.example.com:80"),
        ("HTTPS://ERP.Example.com:8443/", "erp.example.com:8443"),
        ("https://[::1]:5000/x", "::1:5000"),
        # what is none, or can be read in two ways
        ("ftp://erp.example.com", ""),
        ("/orders", ""),
        ("", ""),
        ("https://", ""),
        ("https://erp.example.com:99999/", ""),
        ("https://erp.example.com:x/", ""),
        ("https://[::1/", ""),
        ("https://erp.example.com\\.evil.example.com/", ""),
        ("https://erp.example.com\\@evil.example.com/", ""),
        ("https://erp.example.com@evil.example.com/", ""),
        ("https://user:word@erp.example.com/", ""),
        ("https://erp.example.com/\nHost: evil", ""),
        ("https://erp.example.com /", ""),
    ],
)
def test_the_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("base", "target", "followed"),
    [
        ("https://a.test/x", "https://a.test/y", True),
        ("https://a.test/x", "https://b.test/y", True),
        ("http://a.test/x", "https://b.test/y", True),
        ("https://login.test/x", "https://login.test/y", True),
        ("https://a.test/x", "https://c.test/y", False),
        ("https://a.test/x", "https://b.test:8443/y", False),
        ("https://a.test/x", "http://a.test:443/y", False),
        ("https://a.test/x", "file:///etc/passwd", False),
        ("https://a.test/x", "//[", False),
    ],
)
def test_a_link_is_followed(base: str, target: str, followed: bool) -> None:
    assert may_follow(base, target, {"a.test:443", "b.test:443"}) is followed


def test_an_address_is_shown_without_parameters_and_credentials() -> None:
    shown = [
        bare("https://a.test/x?key=secret#f"),
        bare("https://user:secret@a.test/"),
        joined("https://a.test/", "//["),
    ]

    assert shown == ["https://a.test:443/x", "an address that cannot be read", "//["]
