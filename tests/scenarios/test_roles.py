"""One process takes events in, another delivers them; a worker that is stopped hands back what it had."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.cli.conftest import environment
from tests.fakes.serving import serving
from tests.postgres import Postgres, running_postgres
from tests.scenarios.crashes import Engines, Erp, until


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def start(engines: Engines, role: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """An engine of a role, when it accepts; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "serve", "--port", "0", "--store", engines.store, "--role", role, *arguments],
        cwd=engines.folder,
        env=environment(ACME_URL=engines.erp, PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        found = re.match(r"serving on (\S+),", line)
        if found:
            return process, found[1]
    raise AssertionError("it did not start")


def end(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=100)
    return process.returncode


def post(url: str, no: str) -> int:
    order = {"no": no, "customer": "C1"}
    return httpx.post(f"{url}/v1/acme/events/placed", json=order, trust_env=False, timeout=60).status_code


@pytest.mark.timeout(240)
def test_what_an_api_accepts_a_worker_delivers(tmp_path: Path, postgres: Postgres) -> None:
    erp = Erp(1)
    with serving(erp.app) as erp_url:
        engines = Engines(tmp_path, postgres.fresh(), erp_url)
        api, url = start(engines, "api")
        accepted = [post(url, f"W-{number}") for number in range(20)]
        alone = erp.count()
        worker, worker_url = start(engines, "worker")
        refused = post(worker_url, "W-99")
        try:
            until(lambda: len(erp.count()) == 20, 100)
        finally:
            codes = [end(api), end(worker)]

    assert (set(accepted), refused, alone) == ({202}, 404, {})
    assert erp.of("C1") == [f"W-{number}" for number in range(20)]
    assert codes == [0, 0]


@pytest.mark.timeout(240)
def test_a_worker_that_is_stopped_hands_back_what_it_could_not_finish(tmp_path: Path, postgres: Postgres) -> None:
    erp, asked, stuck = Erp(1), [], [True]

    async def find(request: Request) -> Response:
        asked.append(request.path_params["no"])
        while stuck[0]:
            await asyncio.sleep(0.02)
        return Response(status_code=404)

    async def place(request: Request) -> Response:
        return await erp._place(request)

    app = Starlette(routes=[Route("/orders/{no}", find), Route("/orders", place, methods=["POST"])])
    with serving(app) as erp_url:
        engines = Engines(tmp_path, postgres.fresh(), erp_url)
        api, url = start(engines, "api")
        first, _ = start(engines, "worker", "--lease", "600", "--patience", "0.2")
        assert post(url, "W-1") == 202
        until(lambda: asked, 100)
        code = end(first)
        stuck[0] = False
        second, _ = start(engines, "worker", "--lease", "600")
        try:
            until(lambda: erp.count() == {"W-1": 1}, 100)
        finally:
            codes = [code, end(api), end(second)]

    assert codes == [0, 0, 0]
