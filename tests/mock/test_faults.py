"""Faults on demand."""

from __future__ import annotations

import httpx
import pytest

from engine.mock.faults import Faults, shares
from tests.examples.stage import PRICE, acme
from tests.mock.conftest import Site

EXAMPLE = "      - {title: a, input: {sku: A}, calls: [{call: erp.price, reply: {body: {price: 1}}}]}\n"
PATH = "/acme/erp/items/A/price"


def test_a_share_of_the_requests_fails_and_the_same_ones_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[str | None]:
        faults = Faults({"timeout": 0.1, "500": 0.05}, seed)
        return [faults.drawn({}) for _ in range(1000)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 60 < drawn(1).count("timeout") < 140
    assert 20 < drawn(1).count("500") < 80


def test_a_header_asks_for_a_fault(site: Site, lines: list[str]) -> None:
    erp = site(acme(PRICE + EXAMPLE))

    assert erp.get(PATH, headers={"Engine-Fault": "503"}).status_code == 503
    assert erp.get(PATH, headers={"Engine-Fault": "garbage"}).text.startswith("<html>")
    assert erp.get(PATH, headers={"Engine-Fault": "tiemout"}).json()["detail"] == (
        'there is no fault "tiemout"; write timeout, reset, garbage or a status such as 500'
    )
    with pytest.raises(httpx.RemoteProtocolError):
        erp.get(PATH, headers={"Engine-Fault": "reset"})
    with pytest.raises(httpx.ReadTimeout):
        erp.get(PATH, headers={"Engine-Fault": "timeout"}, timeout=0.3)
    assert erp.get(PATH).json() == {"price": 1}
    assert lines[0] == f"GET {PATH} → 503  a fault"


def test_every_request_may_be_asked_to_fail(site: Site) -> None:
    erp = site(acme(PRICE + EXAMPLE), fault="500:1")

    assert [erp.get(PATH).status_code for _ in range(3)] == [500, 500, 500]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("timeout", '"timeout": write fault:share, such as timeout:0.1'),
        ("timeout:often", '"timeout:often": write fault:share, such as timeout:0.1'),
        ("fire:0.1", '"fire:0.1": there is no fault "fire"; write timeout, reset, garbage or a status such as 500'),
        ("timeout:0.7,500:0.4", "the shares of all faults are between 0 and 1 together"),
        ("timeout:-1", "the shares of all faults are between 0 and 1 together"),
    ],
)
def test_shares_that_cannot_be_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        shares(text)

    assert str(caught.value) == words
