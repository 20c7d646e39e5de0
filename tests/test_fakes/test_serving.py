import logging
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.fakes.certificates import authority
from tests.fakes.eclipse import Eclipse
from tests.fakes.faults import Delay, EndlessBody, Hang, Reset
from tests.fakes.serving import serving


def client(url: str, context: ssl.SSLContext | None = None) -> httpx.Client:
    return httpx.Client(base_url=url, trust_env=False, timeout=60, verify=context or True)


def test_nothing_listens_any_more_afterwards() -> None:
    with serving(Eclipse().app) as url:
        port = urlsplit(url).port

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=1)


def test_open_and_hanging_connections_do_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    eclipse = Eclipse()
    for fault in (Hang(), Delay(60), EndlessBody()):
        eclipse.faults.add(fault)
    caplog.set_level(logging.WARNING)

    def ask(url: str) -> None:
        with pytest.raises(httpx.TransportError), client(url) as asking:
            asking.get("/Branches")

    with serving(eclipse.app) as url:
        callers = [threading.Thread(target=ask, args=(url,)) for _ in range(3)]
        for caller in callers:
            caller.start()
        while eclipse.faults.left:
            time.sleep(0.01)
    for caller in callers:
        caller.join(timeout=30)

    assert [caller.is_alive() for caller in callers] == [False, False, False]
    assert caplog.records == []


def test_tls_is_spoken_under_a_certificate_of_the_authority(tmp_path: Path) -> None:
    ours = authority(tmp_path)

    with serving(Eclipse().app, tls=ours) as url, client(url, ours.client_context()) as asking:
        assert (url[:8], asking.get("/Branches").status_code) == ("https://", 401)


def test_who_does_not_trust_the_authority_does_not_talk(tmp_path: Path) -> None:
    with (
        serving(Eclipse().app, tls=authority(tmp_path)) as url,
        client(url) as asking,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        asking.get("/Branches")


@pytest.mark.parametrize(
    ("names", "not_after", "reason"),
    [
        (("elsewhere.test",), None, "IP address mismatch"),
        (("127.0.0.1",), datetime.now(UTC) - timedelta(days=1), "certificate has expired"),
    ],
)
def test_a_certificate_can_be_wrong(
    tmp_path: Path, names: tuple[str, ...], not_after: datetime | None, reason: str
) -> None:
    ours = authority(tmp_path, names=names, not_after=not_after)

    with (
        serving(Eclipse().app, tls=ours) as url,
        client(url, ours.client_context()) as asking,
        pytest.raises(httpx.ConnectError, match=reason),
    ):
        asking.get("/Branches")


def test_a_client_certificate_is_demanded(tmp_path: Path) -> None:
    ours = authority(tmp_path, client_ca_required=True)
    known = ours.client_context(ours.client_certificate("engine"))

    with serving(Eclipse().app, tls=ours) as url:
        with client(url, known) as asking:
            assert asking.get("/Branches").status_code == 401
        with client(url, ours.client_context()) as asking, pytest.raises(httpx.TransportError):
            asking.get("/Branches")


def test_a_client_certificate_of_another_authority_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ours, other = authority(tmp_path, client_ca_required=True), authority(tmp_path / "other")
    stranger = ours.client_context(other.client_certificate("engine"))

    with (
        serving(Eclipse().app, tls=ours) as url,
        client(url, stranger) as asking,
        pytest.raises(httpx.TransportError),
    ):
        asking.get("/Branches")


def test_a_connection_is_reset_under_tls_too(tmp_path: Path) -> None:
    ours, eclipse = authority(tmp_path), Eclipse()
    eclipse.faults.add(Reset())

    with (
        serving(eclipse.app, tls=ours) as url,
        client(url, ours.client_context()) as asking,
        pytest.raises(httpx.TransportError),
    ):
        asking.get("/Branches")
