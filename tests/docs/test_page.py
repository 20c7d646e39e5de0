"""The whole page: golden, the same at every run, and safe whatever stands in the file."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.docs.fields import rows
from engine.docs.html import html
from engine.docs.load import load_subjects
from engine.docs.markdown import markdown
from engine.docs.model import Section
from engine.docs.page import page
from engine.docs.subject import Subject
from engine.spec.sites import trees
from tests.cli.conftest import ROOT, environment
from tests.docs.conftest import ACME
from tests.docs.goldens import golden

SHIPPED = load_subjects(ROOT / "integrations")
VOID = {"meta", "br", "wbr", "link", "img", "hr"}


class Elements(HTMLParser):
    """Counts elements, and remembers those that were not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.wrong += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] += 1
        known = dict(attrs)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]
        self.ids += [known["id"] or ""] if "id" in known else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(tag)


def test_the_markdown_of_a_small_integration(acme: Subject) -> None:
    text = markdown(page(acme))

    assert text == golden("acme.md", text)


def test_the_html_of_a_small_integration(acme: Subject) -> None:
    text = html(page(acme))

    assert text == golden("acme.html", text)


@pytest.mark.parametrize("format", ["md", "html"])
def test_every_run_gives_the_same_bytes(format: str) -> None:
    arguments = [sys.executable, "-m", "engine", "docs", "acme", "--format", format, "--integrations", str(ACME)]

    runs = {
        subprocess.run(
            arguments, cwd=ROOT, env=environment(PYTHONHASHSEED=seed), capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(runs) == 1


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_integration_can_be_documented(name: str) -> None:
    document = page(SHIPPED[name])

    found = Elements(html(document))
    assert found.wrong == []
    titles = {section.title for section in document.sections}
    assert titles >= {"What passes", "Messages", "Settings", "Network sheet", "How to read the rules"}
    integration = SHIPPED[name].integration
    assert ("Flows" in titles, "Inbound events" in titles) == (bool(integration.flows), bool(integration.events))
    drawn = len(integration.messages) + len(integration.flows)
    assert markdown(document).count("```mermaid") == found.count["svg"] == drawn


@pytest.mark.parametrize("name", SHIPPED)
def test_every_mapping_of_a_shipped_integration_is_told_field_by_field(name: str) -> None:
    text = markdown(page(SHIPPED[name]))

    for tree in trees(SHIPPED[name].integration):
        told = {
            "messages": ("body", "value", "reply", "fallback"),
            "flows": ("body", "value", "input"),
            "events": ("map",),
        }
        is_told = tree.path[-1] in told.get(str(tree.path[0]), ())
        for row in rows(tree.node) if is_told else ():
            assert row.kind == "name" or f"| `{row.target}` |" in text or not row.target, row


@pytest.mark.parametrize("name", SHIPPED)
def test_anchors_are_unique_and_every_link_leads_to_one(name: str) -> None:
    document = page(SHIPPED[name])

    found = Elements(html(document))
    assert [anchor for anchor, times in Counter(found.ids).items() if times > 1] == []
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert set(re.findall(r"\]\(#([^)]+)\)", markdown(document))) <= set(_anchors(document.sections))


def test_a_page_needs_no_network_and_no_script(acme: Subject) -> None:
    text = html(page(acme))

    found = Elements(text)
    assert all(link.startswith("#") for link in found.links)
    assert found.count["script"] == found.count["link"] == found.count["img"] == found.count["iframe"] == 0
    assert not re.search(r"url\(|@import|\son\w+=", text)


def test_what_stands_in_the_file_is_never_read_as_html(acme: Subject) -> None:
    text = html(page(acme))

    found = Elements(text)
    assert found.count["b"] == 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Acme &lt;ERP&gt; | North" in text


def test_what_stands_in_the_file_breaks_no_table_of_markdown(acme: Subject) -> None:
    lines = markdown(page(acme)).splitlines()

    columns = 0
    for line in lines:
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1 if line.startswith("|") else 0
        assert columns in (0, cells) or not cells, line
        columns = cells
    assert not [line for line in lines if re.search(r"<(?!br>|a id=|/a>)", re.sub(r"(`+).*?\1", "", line))]


def test_no_secret_and_no_default_of_one_is_shown(tmp_path: Path) -> None:
    text = (ACME / "acme.yaml").read_text().replace("token:    {type: secret}", "token: {type: secret, default: null}")
    (tmp_path / "acme.yaml").write_text(text)
    (tmp_path / "store.yaml").write_text((ACME / "store.yaml").read_text())

    written = markdown(page(load_subjects(tmp_path)["acme"]))

    assert "| `token` | `ACME_TOKEN` | secret |   |   | yes |   |" in written


def test_an_integration_without_anything_has_a_page(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("engine: 1\nname: bare\n")

    text = markdown(page(load_subjects(tmp_path)["bare"]))

    assert text.startswith("# bare\n")
    assert "This integration has no messages." in text
    assert "For this integration the engine connects to nothing." in text


def _anchors(sections: object) -> list[str]:
    found: list[str] = []
    for section in sections:  # type: ignore[attr-defined]
        assert isinstance(section, Section)
        found += [section.anchor, *_anchors(section.sections)]
    return found


TWO_SYSTEMS = """
engine: 1
name: two
connections:
  erp:
    type: rest
    url: https://erp.example.com
    endpoints: {rows: {method: GET, path: "/a/long/way/to/the/rows/of/everything/{that}/there_is"}}
  shop: {type: rest, url: https://shop.example.com, endpoints: {load: {method: POST, path: /load, effect: repeatable}}}
messages:
  ask: {steps: [{call: erp.rows, path: {that: a}}]}
  load: {steps: [{call: shop.load, body: =input}]}
  again: {steps: [{call: load, body: =input}]}
flows:
  stock: {trigger: {every: 1m}, read: {call: erp.rows, path: {that: a}}, send: load}
  prices: {trigger: {every: 1m}, read: {call: erp.rows, path: {that: a}}, send: load}
security: {clients: {shop: {type: bearer, token: =settings.token, may: {messages: [ask]}}}}
settings: {token: {type: secret}}
"""


def test_what_no_client_calls_is_said_to_be_run_by_what_runs_it(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(TWO_SYSTEMS)
    document = page(load_subjects(tmp_path)["two"])

    text = markdown(document)

    assert (
        "| [load](#message-load) | the flows stock, prices and the message again → two | when sent by the flows" in text
    )
    assert "**Called by** the flows stock, prices and the message again." in text
    assert text.count("401 or 403") == 1
    assert "| [stock](#flow-stock) | two: erp → two: shop |" in text


def test_a_long_path_is_broken_behind_its_slashes(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(TWO_SYSTEMS)

    text = html(page(load_subjects(tmp_path)["two"]))

    assert "<code>GET /a/<wbr>long/<wbr>way/<wbr>to/" in text
    assert ">GET /a/long/way/to/the/rows/of/</text>" in text
