"""https: whom we trust, and how we show who we are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from engine.calls import Call
from engine.errors import SettingMissing, Unreachable
from engine.exchange import Trace
from tests.fakes.certificates import Authority, authority
from tests.fakes.eclipse import Eclipse
from tests.fakes.serving import serving
from tests.protocols.conftest import Open

ERP = """
settings:
  url: {type: url}
  ca: {type: text, default: null}
  cert: {type: text, default: null}
  cert_key: {type: text, default: null}
  verify: {type: text, default: full}
connections:
  erp:
    type: rest
    url: =settings.url
    tls: {ca: =settings.ca, cert: =settings.cert, key: =settings.cert_key, verify: =settings.verify}
    timeout: 60s
    endpoints:
      branches: {method: GET, path: /Branches, effect: once, success: =status == `401`}
"""


async def asked(opened: Open, ours: Authority, **settings: str) -> str:
    """What became of a call to a server of this authority."""
    with serving(Eclipse().app, tls=ours) as url:
        try:
            reply = await opened(ERP, url=url, **settings)["erp"].send(Call("branches"), Trace(payloads=False))
        except Unreachable as error:
            return f"{error.cause}, {'may have happened' if error.may_have_happened else 'surely not'}"
        return f"status {reply.status}"


def folder(path: Path, name: str) -> Path:
    (path / name).mkdir()
    return path / name


async def test_a_private_authority_is_trusted_by_its_file(opened: Open, tmp_path: Path) -> None:
    ours = authority(tmp_path)

    assert await asked(opened, ours, ca=str(ours.ca_file)) == "status 401"


async def test_an_unknown_authority_is_not_trusted(opened: Open, tmp_path: Path) -> None:
    other = authority(folder(tmp_path, "other"))

    found = [await asked(opened, authority(tmp_path)), await asked(opened, authority(tmp_path), ca=str(other.ca_file))]

    assert found == ["tls, surely not", "tls, surely not"]


async def test_another_hosts_certificate_is_not_trusted_unless_only_the_chain_counts(
    opened: Open, tmp_path: Path
) -> None:
    ours = authority(tmp_path, names=("elsewhere.test",))

    found = [await asked(opened, ours, ca=str(ours.ca_file), verify=verify) for verify in ("full", "chain", "off")]

    assert found == ["tls, surely not", "status 401", "status 401"]


async def test_an_expired_certificate_is_not_trusted(opened: Open, tmp_path: Path) -> None:
    ours = authority(tmp_path, not_after=datetime.now(UTC) - timedelta(days=1))

    found = [await asked(opened, ours, ca=str(ours.ca_file), verify=verify) for verify in ("full", "chain", "off")]

    assert found == ["tls, surely not", "tls, surely not", "status 401"]


async def test_we_show_our_certificate_where_it_is_wanted(opened: Open, tmp_path: Path) -> None:
    ours = authority(tmp_path, client_ca_required=True)
    ca, known = str(ours.ca_file), ours.client_certificate("engine")
    stranger = authority(folder(tmp_path, "other")).client_certificate("engine")

    found = [
        await asked(opened, ours, ca=ca, cert=str(known.cert_file), cert_key=str(known.key_file)),
        await asked(opened, ours, ca=ca),
        await asked(opened, ours, ca=ca, cert=str(stranger.cert_file), cert_key=str(stranger.key_file)),
    ]

    # under TLS 1.3 the other side refuses it after the handshake, by hanging up: we cannot tell that from other ends
    assert found == ["status 401", "reset, may have happened", "reset, may have happened"]


async def test_a_server_that_speaks_no_tls_has_surely_done_nothing(opened: Open) -> None:
    with serving(Eclipse().app) as url:
        session = opened(ERP, url=url.replace("http:", "https:"))["erp"]

        with pytest.raises(Unreachable) as error:
            await session.send(Call("branches"), Trace(payloads=False))

    assert (error.value.cause, error.value.may_have_happened) == ("tls", False)


def written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def test_files_that_are_no_certificates_are_said_at_the_start(opened: Open, tmp_path: Path) -> None:
    leaf = trustme.CA().issue_cert("engine")
    certificate = written(tmp_path / "cert.pem", leaf.cert_chain_pems[0].bytes())
    wrong = [
        {"ca": str(tmp_path / "none.pem")},
        {"ca": written(tmp_path / "empty.pem", b"")},
        {
            "cert": certificate,
            "cert_key": written(tmp_path / "other.pem", trustme.CA().issue_cert("x").private_key_pem.bytes()),
        },
    ]

    for settings in wrong:
        with pytest.raises(SettingMissing) as error:
            opened(ERP, url="https://erp.test", **settings)
        assert error.value.problems[0].startswith(f"erp.erp: the certificate files ({', '.join(settings.values())})")


def test_plain_http_needs_a_reason(opened: Open) -> None:
    for url in ("http://erp.test", "HTTP://erp.test"):
        with pytest.raises(SettingMissing) as error:
            opened(ERP, url=url)
        assert error.value.problems == (
            "erp.erp: the address is plain http; use https, or accept it with `insecure: the reason` "
            "under `connections: erp:`",
        )
