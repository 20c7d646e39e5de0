"""Communication logging: what is said to a database stands in the log, redacted, while a setting is on; and no longer than
`log.keep`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Shell
from tests.cli.test_serve import Start, end, eventually, start  # noqa: F401  # a fixture

ACME = """
engine: 1
name: acme
settings:
  url: {type: url}
  log_payloads: {type: boolean, default: false}
connections:
  db:
    type: sql
    url: =settings.url
    tables:
      ORDERS: {columns: {NO: text(20) required, BUYER: text(30), TOTAL: "decimal(9,2)"}, key: [NO]}
    endpoints:
      place: {type: write, parts: {order: {table: ORDERS, mode: upsert}}}
      found: {type: select, table: ORDERS}
messages:
  place:
    steps:
      - {call: db.place, body: {order: {NO: =input.no, BUYER: =input.buyer, TOTAL: =input.total}}}
      - {call: db.found, query: {BUYER: =input.buyer}, save: found}
    reply: {found: =length(found)}
log: {payloads: =settings.log_payloads, keep: 1d, redact: [buyer]}
"""
ORDER = {"no": "A-1", "buyer": "Jo Doe", "total": 12.5}


@pytest.fixture
def acme(folder: Path) -> Path:
    """A folder with one integration, and its settings in a file."""
    (folder / "integrations" / "hello.yaml").unlink()
    (folder / "integrations" / "acme.yaml").write_text(ACME)
    with sqlite3.connect(folder / "erp.db") as connection:
        connection.execute('create table "ORDERS" ("NO" varchar(20) primary key, "BUYER" varchar(30), "TOTAL" numeric)')
    switch(folder, on=False)
    return folder


def switch(folder: Path, *, on: bool) -> None:
    settings = {"acme": {"url": f"sqlite:///{folder}/erp.db", "log_payloads": on}}
    (folder / "settings.yaml").write_text(json.dumps(settings))


def place(url: str) -> str:
    """Place an order; gives the exchange."""
    answer = httpx.post(f"{url}/v1/acme/messages/place", json=ORDER, trust_env=False, timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"found": 1})
    return str(answer.headers["engine-exchange"])


def logged(shell: Shell, exchange: str) -> dict[int, list[Any]]:
    """What was kept at each measuring point of an exchange."""
    done = shell("log", exchange, "--format", "json")
    if done.returncode != 0:  # the journal writes a moment behind the answer
        return {}
    shown = json.loads(done.stdout)
    found: dict[int, list[Any]] = {}
    for moment in shown["moments"]:
        payload = moment.get("payload")
        found.setdefault(moment["point"], []).append(json.loads(payload) if isinstance(payload, str) else payload)
    return found


def aged(folder: Path, exchange: str, *, hours: float) -> str:
    """An exchange as if it had been so long ago: an id begins with its time."""
    then = f"{int(exchange[:12], 16) - round(hours * 3_600_000):012x}{exchange[12:]}"
    with sqlite3.connect(folder / "engine.db") as connection:
        connection.execute("update journal_exchange set id = ? where id = ?", (then, exchange))
    return then


def test_it_is_switched_while_the_engine_runs_and_keeps_statements_and_rows(
    start: Start,  # noqa: F811
    shell: Shell,
    acme: Path,
) -> None:
    process, url = start("--settings", "settings.yaml")
    quiet = place(url)
    switch(acme, on=True)
    eventually(lambda: any(logged(shell, place(url)).get(180, [])))
    talkative = place(url)
    switch(acme, on=False)
    eventually(lambda: logged(shell, place(url)).get(180) == [None, None])
    assert end(process)[0] == 0

    assert {payload for told in logged(shell, quiet).values() for payload in map(str, told)} == {"None"}
    told = logged(shell, talkative)
    assert told[180] == [
        {
            "call": {"body": {"order": {"NO": "A-1", "BUYER": "***", "TOTAL": 12.5}}},
            "statements": [
                {
                    "sql": 'UPDATE "ORDERS" SET "BUYER"=?, "TOTAL"=? WHERE "ORDERS"."NO" = ?',
                    "parameters": {"new_BUYER": "***", "new_TOTAL": 12.5, "key_NO": "A-1"},
                },
            ],
        },
        {
            "call": {"query": {"BUYER": "***"}},
            "statements": [
                {
                    "sql": 'SELECT "ORDERS"."NO", "ORDERS"."BUYER", "ORDERS"."TOTAL" FROM "ORDERS" '
                    'WHERE "ORDERS"."BUYER" = ? ORDER BY "ORDERS"."NO" LIMIT ? OFFSET ?',
                    "parameters": {"BUYER_1": "***", "param_1": 10001, "param_2": 0},
                },
            ],
        },
    ]
    assert told[220] == [{"written": True}, {"rows": [{"NO": "A-1", "BUYER": "***", "TOTAL": 12.5}], "count": 1}]
    assert "Jo Doe" not in shell("log", talkative).stdout


def test_what_is_older_than_keep_is_gone_when_the_engine_starts(
    start: Start,  # noqa: F811
    shell: Shell,
    acme: Path,
) -> None:
    process, url = start("--settings", "settings.yaml")
    first, second = place(url), place(url)
    end(process)
    old, young = aged(acme, first, hours=24.1), aged(acme, second, hours=23)
    assert [shell("log", one).returncode for one in (old, young)] == [0, 0]

    process, _ = start("--settings", "settings.yaml")

    eventually(lambda: shell("log", old).returncode != 0)
    assert shell("log", young).returncode == 0
    assert end(process)[0] == 0
