"""WS-Security: a username token in the header, as other libraries write it."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import zeep
from lxml import etree
from zeep.wsse.username import UsernameToken

from tests.protocols.conftest import Open
from tests.protocols.soap_wire import CLASSIC, Wire, envelope, sent


async def test_a_username_token_stands_in_the_header(opened: Open) -> None:
    auth = "auth: {type: username_token, username: shop, password: =settings.password, digest: true, lifetime: 5m}"
    wire = Wire(envelope("<R><return/></R>"))

    await sent(opened, CLASSIC.replace("style: rpc", f"style: rpc\n        {auth}"), wire, "price", {})

    security = etree.fromstring(wire.request.content)[0][0]
    assert [etree.QName(one).localname for one in security.iter()] == [
        *["Security", "Timestamp", "Created", "Expires", "UsernameToken", "Username", "Password", "Nonce", "Created"]
    ]
    assert "pw<1>" not in etree.tostring(security, encoding="unicode")


@pytest.mark.parametrize("digest", [False, True])
async def test_a_username_token_is_what_zeep_writes(
    opened: Open, monkeypatch: pytest.MonkeyPatch, digest: bool
) -> None:
    monkeypatch.setattr(secrets, "token_bytes", lambda count: b"0123456789abcdef")
    auth = (
        f"auth: {{type: username_token, username: shop, password: =settings.password, digest: {str(digest).lower()}}}"
    )
    wire = Wire(envelope("<R><return/></R>"))

    await sent(opened, CLASSIC.replace("style: rpc", f"style: rpc\n        {auth}"), wire, "price", {})

    ours = etree.fromstring(wire.request.content)[0][0]
    made = ours.findtext(".//{*}Created", "")
    monkeypatch.setattr(zeep.wsse.utils, "get_timestamp", lambda *_: made)
    theirs, _ = UsernameToken("shop", "pw<1>", use_digest=digest, nonce="0123456789abcdef").apply(
        etree.fromstring(envelope("")), {}
    )
    assert said(ours) == said(theirs[0][0])


def said(element: Any) -> list[Any]:
    return [(one.tag, one.text, dict(one.attrib)) for one in element.iter()]
