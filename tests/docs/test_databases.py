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
        "| Takes rows | of `RESULTS` where `STATE` is “N”, each by one engine only, and sets `STATE` to “P” |",
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


STAGED = """engine: 1
name: staged
connections:
  db:
    type: sql
    url: postgresql://db.example.com/erp
    schema: SEED
    tables:
      HEADER:
        columns: {SEQ: identity generated, NO: text(20) required, STATE: text(1), ERP_NO: text(9)}
        key: [SEQ]
        unique: [[NO]]
      LINE: {columns: {NO: text(20) required, POS: integer required}, key: [NO, POS]}
      OPEN: {columns: {NO: text(20)}, key: [NO], view: SELECT NO FROM HEADER, reads: [HEADER]}
    endpoints:
      order:
        type: write
        parts: {lines: {table: LINE, mode: replace, key: [NO]}, header: {table: HEADER, mode: upsert, key: [NO]}}
        once: {part: header, again: {STATE: E}}
      some: {type: select, table: HEADER, query: {STATE: [D, E], SEQ: {above: 5}}}
      open: {type: select, table: OPEN}
messages:
  place: {steps: [{call: db.order, body: {lines: {NO: =input.no, POS: 1}, header: {NO: =input.no, STATE: N}}}]}
"""


def test_tables_are_told_with_what_is_done_to_each_column(tmp_path: Path) -> None:
    (tmp_path / "staged.yaml").write_text(STAGED)
    text = markdown(page(load_subjects(tmp_path)["staged"])).replace("\\", "")

    told = text[text.index("## Tables") : text.index('<a id="network"></a>')]
    assert [line for line in told.splitlines() if line and not line.startswith("<a")] == [
        "## Tables",
        "### db",
        "How to make them, and the role that suffices: `engine ddl staged`. They are in the schema SEED.",
        "| Operation | What it does |",
        "|---|---|",
        "| `db.order` | in one transaction, in this order:<br>`lines`: rows of `LINE` take the place of all of the same NO<br>"
        "`header`: rows of `HEADER` are written over where one of the same NO is there, else inserted<br>"
        "a row of `header` that is there already makes it a success that writes nothing, unless it holds `STATE` = “E” |",
        "| `db.some` | reads rows of `HEADER` where `STATE` is “D” or “E” and `SEQ` is above 5 |",
        "| `db.open` | reads rows of `OPEN` |",
        "#### HEADER",
        "No two rows have the same `SEQ`; or `NO`.",
        "| Column | Type | Key | Read | Inserted | Updated |",
        "|---|---|---|---|---|---|",
        "| `SEQ` | identity generated | yes | yes |   |   |",
        "| `NO` | text(20) required |   | yes | yes |   |",
        "| `STATE` | text(1) |   | yes | yes | yes |",
        "| `ERP_NO` | text(9) |   | yes |   |   |",
        "#### LINE",
        "No two rows have the same `NO`, `POS`.",
        "| Column | Type | Key | Read | Inserted |",
        "|---|---|---|---|---|",
        "| `NO` | text(20) required | yes | yes | yes |",
        "| `POS` | integer required | yes |   | yes |",
        "#### OPEN",
        "Read only:",
        "```sql",
        "SELECT NO FROM HEADER",
        "```",
    ]
