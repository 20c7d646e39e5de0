"""Flows that read files, and messages that write them, by the code of production."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path

import pytest

from engine.delivery.clock import Clock
from engine.delivery.store import Store
from engine.delivery.telling import Ask
from engine.errors import EngineError, SpecError
from engine.files import importing
from engine.runtime.by_hand.dry_run import DryRun, Failure
from engine.runtime.intake.reading import Reading
from tests.flows.stage import BEGIN, FlowStage
from tests.runtime.stage import staged

ACME = """
engine: 1
name: acme
connections:
  erp: {type: rest, url: "https://erp.example", endpoints: {post: {method: POST, path: /orders}}}
  disk:
    type: files
    folder: FOLDER
    endpoints:
      products:
        type: read
        match: "*.csv"
        ready: {quiet: 0s}
        format: {type: csv, columns: {SKU: text(20) required, PRICE: "decimal(12,4)"}}
      order: {type: write, path: "ORDER_{no}.json", format: json, exists: EXISTS}
messages:
  take: {steps: [{call: erp.post, save: done, body: =input}], reply: =done}
  order: {steps: [{call: disk.order, save: done, path: {no: =input.no}, body: =input}], reply: =done}
flows:
  products:
    trigger: {every: 1m}
    read: {call: disk.products}
    when: =record.PRICE
    key: =record.SKU
    send: take
    input: {sku: =record.SKU, price: =record.PRICE, at: "{{ file.name }}:{{ file.line }}"}
"""
Make = Callable[..., FlowStage]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Make]:
    stages: list[FlowStage] = []

    def make(exists: str = "refuse") -> FlowStage:
        (tmp_path / "in").mkdir(exist_ok=True)
        text = ACME.replace("FOLDER", str(tmp_path / "in")).replace("EXISTS", exists)
        stages.append(FlowStage(staged(tmp_path, text), Store.open()))
        stages[-1].erp.on("POST /orders", {})
        return stages[-1]

    yield make
    for stage in stages:
        await stage.engine.aclose(1)
        stage.store.close()


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder / "in")) for path in (folder / "in").rglob("*") if path.is_file())


async def test_the_rows_of_a_file_are_delivered_and_know_where_they_stood(made: Make, tmp_path: Path) -> None:
    stage = made()
    (tmp_path / "in" / "a.csv").write_text("SKU,PRICE\nA,1.10\nB,\n,1\nC,2\n")

    reading = await stage.read("products")
    await stage.work()

    assert stage.erp.bodies() == [
        {"sku": "A", "price": Decimal("1.1"), "at": "a.csv:2"},
        {"sku": "C", "price": 2, "at": "a.csv:5"},
    ]
    assert (reading.count.read, reading.count.skipped, reading.count.accepted, reading.count.share) == (3, 1, 2, 1.0)
    assert files(tmp_path) == ["archive/a.csv", "error/a.csv.rejected"]
    assert (tmp_path / "in/error/a.csv.rejected").read_text() == (
        "4\tSKU: it is empty, and the column is required\t,1\n"
    )


async def test_a_rehearsal_knows_where_the_rows_stood_too(made: Make, tmp_path: Path) -> None:
    stage, failures = made(), list[Failure]()
    (tmp_path / "in" / "a.csv").write_text("SKU,PRICE\nA,1.10\nB,\n")
    trial = DryRun(stage.engine, stage.live, stage.live.flows["products"], failures.append)

    await trial.run(None)

    assert failures == []
    assert (trial.count.read, trial.count.skipped, trial.count.fit) == (2, 1, 1)
    assert files(tmp_path) == ["a.csv"]


async def test_people_are_told_of_rows_that_were_set_aside_and_the_others_go(made: Make, tmp_path: Path) -> None:
    stage = made()
    (tmp_path / "in" / "a.csv").write_text("SKU,PRICE\nA,1\n,1\nB,cheap\n")
    (tmp_path / "in" / "b.csv").write_text("SKU,PRICE\nC,1\n")
    ask = Ask("acme", "1", ["flow_failed"], (), stage.clock.now(), 0)

    await stage.read("products")
    await stage.work()
    (told,) = await stage.store.untold(ask)

    rejected = tmp_path / "in/error/a.csv.rejected"
    words = f"a.csv: 2 rows cannot be read; correct what stands in {rejected}, and send it in a file of its own"
    assert (told.flow, told.error) == ("products", words)
    assert [body["sku"] for body in stage.erp.bodies()] == ["A", "C"]
    await stage.read("products")
    assert await stage.store.untold(ask) == []


async def test_how_far_a_long_import_is_stands_in_the_log(
    made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(importing, "PAGE", 2)
    stage = made()
    seconds = itertools.count()
    stage.clock = Clock(lambda: BEGIN, lambda: float(next(seconds)))
    (tmp_path / "in" / "a.csv").write_text("SKU,PRICE\n" + "".join(f"{n:04},1\n" for n in range(30)))

    with caplog.at_level("INFO", "engine.reading"):
        await stage.read("products")

    told = [record.getMessage() for record in caplog.records if record.name == "engine.reading"]
    assert len(told) > 1
    assert re.fullmatch(r"acme\.products: \d+ % of the file is read, \d+ records so far", told[0])


async def test_the_same_file_is_not_imported_twice_also_by_the_next_run(made: Make, tmp_path: Path) -> None:
    stage = made()
    for name in ("a.csv", "b.csv"):
        (tmp_path / "in" / name).write_text("SKU,PRICE\nA,1\n")
        await stage.read("products")
    await stage.work()

    assert len(stage.erp.bodies()) == 1
    assert files(tmp_path) == ["archive/a.csv", "archive/b.csv"]


async def test_a_broken_file_fails_the_run_with_its_name_and_what_came_before_is_safe(
    made: Make, tmp_path: Path
) -> None:
    stage = made()
    (tmp_path / "in" / "a.csv").write_bytes(b"SKU,PRICE\n" + b"".join(b"%d,1\n" % n for n in range(600)) + b'"X,1\n')

    with pytest.raises(EngineError, match=r"a\.csv is broken behind record 600: line \d+: unexpected end of data"):
        await Reading(stage.engine, stage.store, stage.clock, stage.live, stage.live.flows["products"]).run()
    await stage.work()

    assert len(stage.erp.bodies()) == 600
    assert files(tmp_path) == ["error/a.csv"]


async def test_a_folder_that_is_away_is_told(made: Make, tmp_path: Path) -> None:
    stage = made()
    (tmp_path / "in").rmdir()
    with pytest.raises(EngineError, match="No such file or directory"):
        await Reading(stage.engine, stage.store, stage.clock, stage.live, stage.live.flows["products"]).run()


async def test_a_file_is_written_whole_and_refused_if_it_is_there(made: Make, tmp_path: Path) -> None:
    stage = made()

    done = await stage.engine.run("acme", "order", {"no": "W-1", "total": 1})
    again = await stage.engine.run("acme", "order", {"no": "W-1", "total": 2})

    assert done.exchange.reply == {"path": "ORDER_W-1.json", "written": True}
    assert (again.exchange.status, again.exchange.error) == ("refused", "ORDER_W-1.json is there already")
    assert files(tmp_path) == ["ORDER_W-1.json"]
    assert (tmp_path / "in/ORDER_W-1.json").read_text() == '{"no":"W-1","total":1}'


@pytest.mark.parametrize(("exists", "written", "total"), [("keep", False, 1), ("replace", True, 2)])
async def test_one_that_is_there_is_kept_or_replaced(
    made: Make, tmp_path: Path, exists: str, written: bool, total: int
) -> None:
    stage = made(exists)
    await stage.engine.run("acme", "order", {"no": "W-1", "total": 1})
    again = await stage.engine.run("acme", "order", {"no": "W-1", "total": 2})

    assert again.exchange.reply == {"path": "ORDER_W-1.json", "written": written}
    assert (tmp_path / "in/ORDER_W-1.json").read_text() == f'{{"no":"W-1","total":{total}}}'


@pytest.mark.parametrize("no", ["../../evil", "..", "", "a/b", "a\\b", "a\0b", None])
async def test_a_name_never_leads_out_of_the_folder(made: Make, tmp_path: Path, no: object) -> None:
    stage = made()
    answer = await stage.engine.run("acme", "order", {"no": no})

    assert answer.exchange.status == "mapping"
    assert "`path.no` is no part of the name of a file" in answer.exchange.error
    assert files(tmp_path) == []


def test_a_folder_is_named_from_the_root_on(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match='"incoming" depends on where the engine is started'):
        staged(tmp_path, ACME.replace("FOLDER", "incoming").replace("EXISTS", "keep"))
