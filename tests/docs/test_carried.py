"""What connections and endpoints add to every call, in the documentation."""

from __future__ import annotations

from pathlib import Path

from engine.docs.load import load_subjects
from engine.docs.markdown import markdown
from engine.docs.page import page

FILE = """
engine: 1
name: acme
settings: {company: {type: text, default: North}}
connections:
  erp:
    type: rest
    url: https://erp.example.com
    headers: {Accept: application/json}
    body: {company: =settings.company, caller: {name: shop}}
    endpoints:
      list: {method: GET, path: /, query: {active: "1"}}
      post: {method: POST, path: /}
messages: {take: {steps: [{call: erp.post, body: =input}]}}
"""


def test_fields_parameters_and_headers_of_connections_and_endpoints_are_told(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(FILE)
    text = markdown(page(load_subjects(tmp_path)["acme"]))

    told = text[text.index("## What every call carries") : text.index('<a id="settings"></a>')]
    assert [line for line in told.splitlines() if line.startswith(("###", "| `", "| header", "| query"))] == [
        "### erp",
        "| header `Accept` | `application/json` | text | always “application/json” |",
        "| `company` | `=settings.company` | text | the setting company |",
        "| `caller.name` | `shop` | text | always “shop” |",
        "### erp.list",
        "| query `active` | `1` | text | always “1” |",
    ]
