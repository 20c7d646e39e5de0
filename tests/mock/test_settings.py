"""What to set, so that the engine talks to the mock."""

from __future__ import annotations

from pathlib import Path

from engine.mock.settings import exports, unserved
from tests.examples.stage import PRICE, acme, subjects

STORED = """
engine: 1
name: stored
settings:
  url: {type: url}
  database: {type: text}
  folder: {type: text}
  ssh_host: {type: text}
  host_key: {type: text}
  ssh_key: {type: secret}
connections:
  erp:
    type: rest
    url: =settings.url
    tunnel:
      type: ssh
      host: =settings.ssh_host
      host_key: =settings.host_key
      auth: {type: ssh_key, username: engine, key: =settings.ssh_key}
    endpoints: {ping: {method: GET, path: /}}
  base:
    type: sql
    url: =settings.database
    auth: {type: password, username: me, password: =settings.ssh_key}
    tables: {A: {columns: {NO: text(2) required}, key: [NO]}}
    endpoints: {rows: {type: select, table: A}}
  drop:
    type: files
    folder: =settings.folder
    endpoints: {rows: {type: read, match: "*", format: json_lines}}
messages:
  ask: {steps: [{call: erp.ping}, {call: base.rows}]}
flows:
  rows: {trigger: {every: 1m}, read: {call: drop.rows}, send: ask}
"""


def test_what_is_exported_fits_where_it_stands_and_what_is_not_served_is_left_to_the_administrator(
    tmp_path: Path,
) -> None:
    (subject,) = subjects(tmp_path, STORED)

    assert list(exports(subject.integration, "https://mock")) == [
        "export STORED_URL=https://mock/stored/erp",
        "export STORED_SSH_HOST=SSH_HOST",
        f"export STORED_HOST_KEY=SHA256:{'0' * 43}",
        "export STORED_SSH_KEY=SSH_KEY",
    ]
    assert list(unserved(subject.integration)) == [("base", "database"), ("drop", "folder")]


def test_a_setting_is_what_most_examples_say_so_that_they_answer(tmp_path: Path) -> None:
    call = "{call: erp.price, sent: {query: {company: ACME}}, reply: {body: {price: 1}}}"
    example = f"{{title: T, settings: {{company: ACME}}, input: {{sku: A}}, calls: [{call}]}}"
    other = example.replace("ACME", "North").replace("title: T", "title: other")
    (subject,) = subjects(
        tmp_path, acme(f"{PRICE}      - {other}\n      - {example}\n      - {example.replace('T', 'U', 1)}\n")
    )

    assert "export ACME_COMPANY=ACME" in exports(subject.integration, "https://mock")


def test_a_map_and_a_truth_are_written_as_the_environment_holds_them(tmp_path: Path) -> None:
    head = "description: of kinds"
    given = "settings: {kinds: {each: EA}, whole: true, sizes: [1, 2]}"
    text = acme(f"{PRICE}      - {{title: T, {given}, input: {{sku: A}}, calls: [{{call: erp.price}}]}}\n", head)
    kinds = "  kinds: {type: map}\n  whole: {type: boolean}\n  sizes: {type: list}\nconnections:"
    (subject,) = subjects(tmp_path, text.replace("connections:", kinds, 1))

    assert list(exports(subject.integration, "https://mock"))[-3:] == [
        'export ACME_KINDS=\'{"each":"EA"}\'',
        "export ACME_WHOLE=true",
        "export ACME_SIZES=1,2",
    ]
