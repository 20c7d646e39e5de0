"""`engine mock`: a process that the engine itself talks to, over https, by the settings it prints."""

from __future__ import annotations

import os
import shlex
import signal
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Begin, Shell
from tests.examples.stage import PRICE, acme

EXAMPLE = """
      - title: known
        settings: {company: COMPANY}
        input: {sku: A}
        calls: [{call: erp.price, sent: {path: {sku: A}, query: {company: COMPANY}}, reply: {body: {price: 4.125}}}]
        reply: {sku: A, unit_price: 4.125}
"""
LOGIN = "auth: {type: login, request: {call: erp.log_in, body: {p: =settings.password}}, token: =reply.token}"

Start = Callable[..., tuple["subprocess.Popen[str]", dict[str, str]]]


@pytest.fixture
def start(folder: Path, begin: Begin) -> Start:
    """Start `engine mock …` on a free port; gives the process and the settings it prints."""
    (folder / "integrations" / "acme.yaml").write_text(
        acme(PRICE + EXAMPLE, connection=f"{LOGIN}\n    error: {{text: =reply.detail}}").replace(
            "    error: {text: =reply.message}\n", "", 1
        )
    )

    def run(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, str]]:
        process = begin("mock", "--port", "0", *arguments, XDG_CACHE_HOME=str(folder / "cache"))
        assert process.stdout is not None
        found: dict[str, str] = {}
        for line in process.stdout:
            if line.startswith("# the shop's side: POST "):
                return process, {**found, "shop": line.split()[5]}
            name, _, value = line.removeprefix("export ").partition("=")
            found[name] = shlex.split(value, comments=True)[0]
        raise AssertionError(process.communicate()[1])

    return run


def test_the_engine_runs_against_it_with_the_settings_it_prints(start: Start, shell: Shell) -> None:
    process, settings = start("acme")

    done = shell("call", "acme", "price", "--input", '{"sku": "A"}', **settings)
    unknown = shell("call", "acme", "price", "--input", '{"sku": "B"}', **settings)
    os.kill(process.pid, signal.SIGTERM)
    printed, errors = process.communicate(timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == '{\n  "sku": "A",\n  "unit_price": 4.1250\n}\n'
    assert unknown.stderr.startswith(
        'refused: no example of erp.price has this: path.sku is "B", in the nearest it is "A" (acme.price: known, '
    )
    assert (process.returncode, errors) == (0, "")
    lines = printed.splitlines()
    assert lines[:2] == [
        "POST /acme/erp/log_in → 200  erp.log_in answers by itself",
        "GET /acme/erp/items/A/price?company=COMPANY → 200  acme.price: known, call 1",
    ]
    assert lines[3].startswith(
        "GET /acme/erp/items/B/price?company=COMPANY → 501  No example fits: no example of erp.price has this"
    )


def test_the_certificate_stays_the_same_and_its_key_is_nobodys_business(start: Start, folder: Path) -> None:
    _, first = start("acme")
    content = Path(first["SSL_CERT_FILE"]).read_bytes()
    _, second = start("acme")

    context = ssl.create_default_context(cafile=second["SSL_CERT_FILE"])
    reply = httpx.post(second["shop"].replace("MESSAGE", "price"), json={"sku": "A"}, verify=context, timeout=60)

    assert Path(second["SSL_CERT_FILE"]).read_bytes() == content
    assert (folder / "cache" / "engine" / "mock" / "key.pem").stat().st_mode & 0o077 == 0
    assert reply.json() == {"sku": "A", "unit_price": 4.125}


def test_plain_http_is_for_the_shop_side(start: Start) -> None:
    _, settings = start("acme", "--http")

    assert "SSL_CERT_FILE" not in settings
    assert httpx.post(settings["shop"].replace("MESSAGE", "price"), json={"sku": "A"}, timeout=60).json()["sku"] == "A"


def test_it_says_why_it_cannot_run(shell: Shell) -> None:
    assert shell("mock", "helo").stderr == 'there is no integration "helo" in integrations; did you mean "hello"?\n'
    assert shell("mock", "hello", "--fault", "fire:1").stderr.startswith('--fault "fire:1": there is no fault "fire"')
    assert shell("mock", "hello", "--integrations", "nowhere").stderr.startswith(
        "nowhere: there is no such file or folder"
    )
