"""`engine log`: the list, its filters, one exchange whole, and following."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from engine.cli.log import log
from engine.delivery.accepting import Batch
from engine.delivery.claiming import Claim
from engine.delivery.delivery import FlowName, NewDelivery
from engine.delivery.ending import Ending
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from engine.exchange import Exchange, Moment, Status
from engine.journal import Journal
from engine.redaction import Redactor
from tests.journal.exchanges import answered, exchange, value

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
app.command(name="log")(log)
app.command(name="other")(lambda: None)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.setenv("ENGINE_STORE", f"sqlite:///{tmp_path}/engine.db")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    journal = Journal.open(os.environ["ENGINE_STORE"])
    yield journal
    journal.close()
    monkeypatch.undo()
    time.tzset()


def keep(journal: Journal, *exchanges: Exchange) -> None:
    for one in exchanges:
        journal.record(one, Redactor())
    assert journal.flush()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["log", *arguments])


def listed(*arguments: str) -> list[str]:
    """The ids that are listed."""
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


def local(one: Exchange) -> str:
    return datetime.fromisoformat(one.at).astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def test_a_line_for_each_exchange_newest_first(journal: Journal) -> None:
    old = exchange(ago=60, key="WEB-7", status="refused", error="no such customer\nTraceback")
    new = exchange(integration="eclipse", message="create_order")
    keep(journal, old, new)

    assert run().stdout.splitlines() == [
        f"{local(new)}  {new.id}  eclipse.create_order  done       35.2 ms",
        f"{local(old)}  {old.id}  p21.prices            refused    35.2 ms    WEB-7  no such customer",
    ]


def test_filters_can_be_combined(journal: Journal) -> None:
    wanted = exchange(integration="eclipse", message="stock", key="K", status="unreachable", ago=100)
    keep(journal, exchange(), wanted, exchange(integration="eclipse"), exchange(message="stock", ago=90_000))

    assert listed("-i", "eclipse", "-m", "stock") == [wanted.id]
    assert listed("--status", "unreachable") == [wanted.id]
    assert listed("--key", "K") == [wanted.id]
    assert listed("-m", "stock", "--from", "2h") == [wanted.id]
    assert listed("--to", "1m", "--from", "1d") == [wanted.id]
    assert len(listed("-n", "2")) == 2


def test_dates_are_local_and_count_to_their_end(journal: Journal) -> None:
    one = exchange()
    keep(journal, one)
    today = local(one)[:10]

    assert listed("--from", today, "--to", today) == [one.id]
    assert listed("--to", f"{today}T00:00") == []
    assert listed("--from", local(one).replace(" ", "T")) == [one.id]


def test_a_measuring_point_shows_its_time_and_its_payload(journal: Journal) -> None:
    cached = exchange(ago=10, moments=(Moment(100, 0, "", None), Moment(280, 4, "", None)))
    asked = exchange(moments=(Moment(100, 0, "", None), answered("first\nsecond"), Moment(280, 5, "", None)))
    keep(journal, cached, asked)

    assert run("-p", "220").stdout.splitlines() == [
        f"{local(asked)}  {asked.id}  p21.prices  done    35.2 ms  220 p21.prices +35.0 ms",
        "    HTTP 200",
        "",
        "    first",
        "    second",
    ]
    assert listed("-p", "280") == [asked.id, cached.id]
    (line,) = run("-p", "220", "--format", "json").stdout.splitlines()
    assert json.loads(line)["moments"] == [
        {"point": 220, "name": "reply", "micros": 35000, "call": "p21.prices", "payload": "HTTP 200\n\nfirst\nsecond"}
    ]


def test_of_several_calls_each_payload_of_a_measuring_point_is_told_with_its_call(journal: Journal) -> None:
    keep(journal, exchange(moments=(answered("no"), answered("yes")._replace(call="p21.stock", micros=40_000))))

    assert run("-p", "220").stdout.splitlines()[1:] == [
        "    -- p21.prices +35.0 ms",
        "    HTTP 200",
        "",
        "    no",
        "    -- p21.stock +40.0 ms",
        "    HTTP 200",
        "",
        "    yes",
    ]


def test_one_exchange_whole(journal: Journal) -> None:
    one = exchange(
        key="WEB-7", status="mapping", error="line one\nline two", moments=(value({"a": 1}), answered("yes"))
    )
    keep(journal, one)

    assert run(one.id).stdout.splitlines() == [
        f"id           {one.id}",
        "key          WEB-7",
        "message      p21.prices",
        f"began        {local(one)}",
        "took         35.2 ms",
        "status       mapping",
        "answered by  system",
        "error        line one",
        "             line two",
        "",
        "measuring point              after        step  call",
        "100 received                0.0 ms     +0.0 ms",
        "220 reply                  35.0 ms    +35.0 ms  p21.prices",
        "",
        "-- 100 received",
        '{"a":1}',
        "",
        "-- 220 reply p21.prices",
        "HTTP 200",
        "",
        "yes",
    ]


def test_without_payloads_it_says_how_to_switch_them_on(journal: Journal) -> None:
    one = exchange()
    keep(journal, one)

    shown = run(one.id[:14]).stdout

    assert "No payloads were kept. `log: {payloads: true}` in p21.yaml keeps them" in shown


def test_one_exchange_as_json(journal: Journal) -> None:
    one = exchange(moments=(value({"a": 1}),))
    keep(journal, one)

    assert json.loads(run(one.id, "--format", "json").stdout) == {
        "id": one.id,
        "integration": "p21",
        "message": "prices",
        "key": one.id,
        "event": "",
        "delivery": "",
        "at": one.at,
        "status": "done",
        "answered_by": "system",
        "duration": 35250,
        "error": "",
        "reached": 100,
        "moments": [{"point": 100, "name": "received", "micros": 0, "call": "", "payload": '{"a":1}'}],
    }


def test_what_another_system_sent_does_not_steer_the_terminal(journal: Journal) -> None:
    one = exchange(key="a\nb", error="\x1b[2Jboo\r\nmore", moments=(answered("\x1b]0;title\x07\ttext"),))
    keep(journal, one)

    assert "\x1b" not in run().stdout + run(one.id).stdout + run("-p", "220").stdout
    assert run().stdout.endswith("  a b  \ufffd[2Jboo\n")
    assert run(one.id).stdout.endswith("\ufffd]0;title\ufffd\ttext\n")


@pytest.mark.parametrize("id", ["ffffff", "0"])
def test_an_id_that_names_none_ends_with_1(journal: Journal, id: str) -> None:
    keep(journal, exchange(), exchange())

    result = run(id)

    assert result.exit_code == 1
    assert "retention" in result.stderr if id == "ffffff" else "write more of the id" in result.stderr


def test_nothing_that_fits_is_said_and_is_no_failure(journal: Journal) -> None:
    result = run("-i", "nosuch")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no exchange fits\n")
    assert run("-i", "nosuch", "--format", "json").output == ""


def test_no_store_ends_with_2_and_makes_none(tmp_path: Path) -> None:
    result = run("--store", f"sqlite:///{tmp_path}/none.db")

    assert result.exit_code == 2
    assert f"there is no store {tmp_path}/none.db" in result.stderr
    assert "ENGINE_STORE" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "yesterday"), '"yesterday" is no time'),
        (("--to", "2026-13-01"), "write 2h, 7d, 2026-05-31"),
        (("--from", "99999999d"), "too long ago"),
        (("-p", "130"), "there is no measuring point 130; there are 100, 120"),
        (("--status", "broken"), "done"),
        (("-n", "0"), "--limit"),
    ],
)
def test_what_cannot_be_meant_is_refused(journal: Journal, arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_following_shows_what_ends_from_now_on_even_what_began_long_ago(journal: Journal) -> None:
    first = exchange(ago=10)
    keep(journal, exchange(ago=20), first, exchange(integration="eclipse"))
    interrupted = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # also where tests run in the background
    follow = f"import signal, typer; from engine.cli.log import log; {interrupted}; typer.run(log)"
    command = [sys.executable, "-c", follow]
    with subprocess.Popen(
        [*command, "-f", "-n", "1", "-i", "p21", "--format", "json"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    ) as following:
        assert following.stdout is not None
        shown = [json.loads(following.stdout.readline())["id"]]

        slow, late = exchange(ago=3600), exchange()
        for one in (slow, exchange(integration="eclipse"), late):
            keep(journal, one)
            time.sleep(0.05)
        shown += [json.loads(following.stdout.readline())["id"] for _ in range(2)]
        following.send_signal(2)
        left = following.stdout.read()

    assert shown == [first.id, slow.id, late.id]
    assert (left, following.returncode) == ("", 0)


def test_help_does_not_load_the_database_layer() -> None:
    script = "import engine.cli.log, sys; print('sqlalchemy' in sys.modules)"

    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    printed = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)

    assert printed.stdout == "False\n"


# -- deliveries --------------------------------------------------------------------------------------------------


FAILED: list[tuple[float, Status]] = [(60, "unreachable"), (0, "refused")]


def accepted(journal: Journal, *, open: bool) -> str:
    """Order W-1 of customer C-1 came as an event; gives the id that its sender was told."""
    id = "019d00000000000000000001"

    async def accept() -> None:
        store = Store.open(os.environ["ENGINE_STORE"])
        name = FlowName("acme", "orders")
        one = NewDelivery(name, id, "C-1", "W-1", {"event": {"no": "W-1"}}, due=time.time())
        await store.accept(Batch([one], 1_764_000_000, EventId("acme", "placed", "W-1"), id))
        if not open:
            (claimed,) = (await store.claim(Claim(name, "us", 1, time.time(), time.time() + 30))).deliveries
            await store.end([Ending(claimed, "us", "gone", time.time())])
        store.close()

    asyncio.run(accept())
    return id


@pytest.mark.parametrize("name", ["W-1", "C-1", "019d00000000000000000001"])
def test_an_order_that_waits_is_found_by_its_number_its_key_and_the_id_that_its_sender_was_told(
    journal: Journal, name: str
) -> None:
    id = accepted(journal, open=True)

    result = run("--key", name)

    event = f'accepted  2025-11-24T16:00:00.000Z  event acme.placed "W-1": exchange {id}'
    open = f"open      {id}  2025-11-24T16:00:00.000Z  acme.orders  key C-1  ready, 0 attempts"
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [*([event] if name != "C-1" else []), open]


def test_an_order_without_an_attempt_is_told_as_it_stands(journal: Journal) -> None:
    id = accepted(journal, open=True)

    result = run(id)

    first, event, open = result.stdout.splitlines()
    assert (result.exit_code, first) == (0, "nothing was exchanged yet, or it is no longer kept")
    assert (event[:8], open[:8]) == ("accepted", "open    ")


def test_by_the_id_of_a_delivery_the_last_attempt_is_shown_and_the_others_are_listed(journal: Journal) -> None:
    id = accepted(journal, open=True)
    attempts = [
        exchange(integration="acme", message="orders", key="C-1", ago=ago, status=status)._replace(
            delivery=id, event="W-1"
        )
        for ago, status in FAILED
    ]
    keep(journal, *attempts)

    shown = run(id).stdout.splitlines()

    assert shown[:4] == [f"id           {attempts[1].id}", f"delivery     {id}", "event        W-1", "key          C-1"]
    others = shown[shown.index("all of this delivery:") + 1 :]
    assert [line.split()[2:5:2] for line in others[:2]] == [[one.id, one.status] for one in reversed(attempts)]
    assert others[2].startswith(f"open      {id}")
    assert listed("--key", "W-1") == [one.id for one in reversed(attempts)]


def test_an_order_that_was_delivered_is_found_though_its_exchanges_are_no_longer_kept(journal: Journal) -> None:
    id = accepted(journal, open=False)

    assert run("--key", "W-1").stdout.splitlines() == [
        f'accepted  2025-11-24T16:00:00.000Z  event acme.placed "W-1": exchange {id}'
    ]
    assert run("--key", "W-2").stderr == "no exchange fits\n"
