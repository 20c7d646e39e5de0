"""The language server as an editor begins it, in a folder with a shop to use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.acme import WEBSHOP
from tests.editor.client import Client, session


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "webshop.yaml").write_text(WEBSHOP)
    with session([sys.executable, "-m", "engine", "lsp"], tmp_path) as client:
        yield client
