"""Against a SOAP server that others wrote: its WSDL is vendored, what it answers and what it refuses is read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.calls import Call
from engine.errors import Refused
from engine.exchange import Trace
from tests.protocols.conftest import Open

FILE = """
    connections:
      erp:
        type: soap
        url: {url}
        insecure: a test
        wsdl: spyne.wsdl
        endpoints:
          order: {{operation: CreateSalesOrder}}
    """


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.soap.spyne_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The server's own WSDL, vendored."""
    (tmp_path / "spyne.wsdl").write_bytes(httpx.get(f"{url}?wsdl", timeout=30).content)
    monkeypatch.chdir(tmp_path)


async def send(opened: Open, url: str, body: Any) -> Any:
    sessions = opened(FILE.format(url=url.rstrip("/")))
    return (await sessions["erp"].send(Call("order", body=body), Trace(payloads=False))).body


async def test_what_is_sent_is_understood_and_what_comes_back_is_read(opened: Open, url: str) -> None:
    lines = [{"sku": "00123 <é>", "quantity": Decimal("1.50"), "gift": True}, {"sku": "1E10", "quantity": 2}]

    reply = await send(opened, url, {"customer": "7", "lines": {"Line": lines}})

    kept = [lines[0], {"sku": "1E10", "quantity": Decimal(2)}]
    assert reply == {"CreateSalesOrderResult": {"number": "SO-7", "total": Decimal("3.50"), "lines": {"Line": kept}}}


async def test_its_faults_are_refusals_in_its_words(opened: Open, url: str) -> None:
    with pytest.raises(Refused) as error:
        await send(opened, url, {"customer": "GONE"})

    told = (error.value.text, error.value.code, error.value.temporary)
    assert told == ("there is no customer <GONE>", "Client.Customer", False)
