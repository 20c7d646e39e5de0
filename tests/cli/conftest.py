"""`shell` runs `engine …` in a process of its own, in an empty folder; `erp` is a fake system with TLS."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes.certificates import Authority, authority
from tests.fakes.eclipse import Eclipse
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.serving import serving
from tests.scenarios.world import SHIPPED, settings

ROOT = SHIPPED.parent
Shell = Callable[..., subprocess.CompletedProcess[str]]
Begin = Callable[..., "subprocess.Popen[str]"]

HELLO = """engine: 1
name: hello
settings:
  company: {type: text, default: North}
  code: {type: secret, default: null}
messages:
  greet:
    input: {type: object, required: [who], properties: {who: {type: string}, price: {type: number}}}
    reply: {hello: =input.who, price?: =input.price, company: =settings.company}
  refuse: {steps: [{refuse: not today}]}
  parts: {reply: {done: 1}, failed: [{index: 1, error: no such item}]}
"""


def environment(**more: str) -> dict[str, str]:
    """Nothing of the caller's settings, and the engine on the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "integrations").mkdir()
    (tmp_path / "integrations" / "hello.yaml").write_text(HELLO)
    return tmp_path


@pytest.fixture
def shell(folder: Path) -> Shell:
    def run(*arguments: str, given: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "engine", *arguments],
            input=given,
            cwd=folder,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.fixture
def begin(folder: Path) -> Iterator[Begin]:
    """Begins `engine …`, which goes on running; what still does after the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine", *arguments],
            cwd=folder,
            env=environment(PYTHONUNBUFFERED="1", **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def eclipse(certificates: Authority) -> Iterator[tuple[Eclipse, Mapping[str, str]]]:
    """A fake Eclipse, and the environment of an engine that calls it (and its shop)."""
    fake, shop = Eclipse(password="pass-word-1"), OroCommerce()
    with serving(fake.app, certificates) as url, serving(shop.app, certificates) as shop_url:
        known = settings({"eclipse": url, "orocommerce": shop_url, "p21": url}, certificates)
        yield fake, {name.replace(".", "_").upper(): value for name, value in known.items() if "p21" not in name}
