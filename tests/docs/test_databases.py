"""Databases in the documentation: rows that a flow takes, and the sheet for the firewall."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.docs.load import load_subjects
from engine.docs.markdown import markdown
from engine.docs.page import page

FILE = """engine: 1
name: staging
settings: {{url: {{type: url, default: null}}, shown: {{type: url, default: "mssql://db.example.com/erp"}}}}
connections:
  db:
    type: sql
    description: Staging tables
    url: {url}
    {more}
    tables:
      RESULTS: {{columns: {{NO: text(20) required, STATE: text(1), AT: datetime, WORDS: text(250)}}, key: [NO]}}
    endpoints:
      results:
        type: claim
        table: RESULTS
        query: {{STATE: N}}
        take: {{STATE: P}}
        done: {{STATE: D, AT: =exchange.at}}
        failed: {{STATE: E, WORDS: "=cut(error.text, `250`)"}}
        lease: {{column: AT, lasts: 5m}}
      written: {{type: write, parts: {{row: {{table: RESULTS}}}}}}
messages:
  place: {{steps: [{{call: db.written, body: {{row: {{NO: =input.no}}}}}}]}}
flows:
  results:
    trigger: {{every: 1m}}
    read: {{call: db.results}}
    key: =record.NO
    send: place
    input: {{no: =record.NO}}
"""


def told(folder: Path, url: str, more: str = "") -> str:
    (folder / "staging.yaml").write_text(FILE.format(url=url, more=more))
    return markdown(page(load_subjects(folder)["staging"]))


def test_what_is_written_back_into_rows_is_told(tmp_path: Path) -> None:
    text = told(tmp_path, "postgresql://db.example.com/erp")

    for line in [
        "| Reads | `db.results`: `claim RESULTS`, writes; sending twice does no harm |",
        "| Takes rows | of `RESULTS`, each by one engine only, and sets `STATE` to “P” |",
        "| When delivered or skipped | sets `STATE` to “D”, `AT` to the time of the exchange |",
        "| When parked or discarded | sets `STATE` to “E”, `WORDS` to at most the first 250 characters of text of the failure |",
        "| When the engine dies | another one takes the row after 5m |",
        "| staging refuses, or cannot be reached, while it is read | the run ends, the next one takes the rows that wait |",
        "`connect`, `timeout`, if it surely was not carried out | the transaction is committed | those of the database |",
    ]:
        assert line in text


@pytest.mark.parametrize(
    ("url", "more", "row"),
    [
        (
            "postgresql://db.example.com/erp",
            "",
            "`db.example.com` | 5432 | TLS; certificate and host name verified | the machine's | none |",
        ),
        (
            "mysql://db.example.com:3333/erp",
            "tls: {verify: chain}",
            "`db.example.com` | 3333 | TLS; certificate verified",
        ),
        ("=settings.url", "", "the setting `url`, `STAGING_URL` | that of the address | TLS;"),
        ("=settings.shown", "", "`db.example.com` (default of the setting `shown`, `STAGING_SHOWN`) | 1433 | TLS;"),
        (
            "oracle://db.example.com/erp",
            "insecure: in one rack",
            "`db.example.com` | 1521 | TLS if the server has it; accepted without: in one rack",
        ),
    ],
)
def test_a_database_stands_on_the_network_sheet(tmp_path: Path, url: str, more: str, row: str) -> None:
    assert f"| `db` | {row}" in told(tmp_path, url, more)
