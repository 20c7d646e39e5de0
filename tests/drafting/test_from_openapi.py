"""A first integration from an OpenAPI file: where the API is, and where it shows the file itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.drafting.from_openapi import draft

API = """
openapi: 3.0.3
info: {{title: Shop}}
{servers}
paths:
  /items:
    get: {{operationId: items, responses: {{"200": {{description: ok}}}}}}
"""


@pytest.mark.parametrize(
    ("servers", "source", "url", "shown"),
    [
        (
            "servers: [{url: 'https://erp.example/api'}]",
            "https://erp.example/api/v3/openapi.json",
            "https://erp.example/api",
            "/v3/openapi.json",
        ),
        ("servers: [{url: /api}]", "https://erp.example/api/openapi.json", "https://erp.example/api", "/openapi.json"),
        ("servers: [{url: /api}]", "https://erp.example/openapi.json", "https://erp.example/api", None),
        (
            "servers: [{url: 'https://erp.example/api'}]",
            "https://files.example/openapi.json",
            "https://erp.example/api",
            None,
        ),
        ("servers: [{url: 'https://erp.example/api'}]", "shop.openapi.yaml", "https://erp.example/api", None),
        ("servers: [{url: /api}]", "shop.openapi.yaml", None, None),
        ("", "https://erp.example/openapi.json", None, None),
    ],
)
def test_the_path_of_the_file_is_written_where_it_is_below_the_address(
    tmp_path: Path, servers: str, source: str, url: str | None, shown: str | None
) -> None:
    (tmp_path / "shop.openapi.yaml").write_text(API.format(servers=servers))

    found = draft("shop", tmp_path, "shop.openapi.yaml", source)

    assert found.settings["url"].get("default") == url
    assert found.connection.get("openapi") == shown
