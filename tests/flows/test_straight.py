"""Records of files go straight to their target; what cannot is kept, and goes in its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from engine.calls import Reply
from engine.delivery.delivery import FlowName
from engine.delivery.store import Store
from engine.errors import Refused, Unreachable
from engine.files import importing
from engine.runtime.delivering.straight import Straight
from engine.runtime.intake.reading import Reading, Tally
from tests.flows.stage import FlowStage
from tests.runtime.stage import staged

ACME = """
engine: 1
name: acme
connections:
  erp: {type: rest, url: "https://erp.example", endpoints: {post: {method: POST, path: /items, effect: repeatable}}}
  disk:
    type: files
    folder: FOLDER
    endpoints: {items: {type: read, match: "*.jsonl", ready: {quiet: 0s}, format: json_lines}}
messages:
  take:
    steps: [{call: erp.post, save: told, body: =input}]
    failed: =told.failed
flows:
  items:
    trigger: {manual: true}
    read: {call: disk.items}
    when: =record.sku != 'X'
    key: =record.sku
    batch: 2
    send: take
    input: {skus: "=records[].join(' ', [sku, coalesce(color, '')])"}
    MORE
"""
Make = Callable[..., FlowStage]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Make]:
    stages: list[FlowStage] = []

    def make(more: str = "description: items") -> FlowStage:
        (tmp_path / "in").mkdir(exist_ok=True)
        stages.append(
            FlowStage(staged(tmp_path, ACME.replace("FOLDER", f"{tmp_path}/in").replace("MORE", more)), Store.open())
        )
        stages[-1].erp.on("POST /items", {})
        return stages[-1]

    yield make
    for stage in stages:
        await stage.engine.aclose(1)
        stage.store.close()


def put(folder: Path, *records: str, name: str = "a.jsonl") -> None:
    lines = [f'{{"sku": "{sku}", "color": "{color}"}}\n' for sku, _, color in (one.partition(" ") for one in records)]
    (folder / "in" / name).write_text("".join(lines))


def reading(stage: FlowStage) -> Reading:
    flow = stage.live.flows["items"]
    straight = Straight.of(stage.engine, stage.store, stage.live, flow)
    assert straight is not None
    return Reading(stage.engine, stage.store, stage.clock, stage.live, flow, straight=straight)


async def read(stage: FlowStage) -> Tally:
    one = reading(stage)
    await one.run()
    return one.count


def to_a(reply: Any) -> Callable[[Any], Awaitable[Any]]:
    """What the batch with A is answered; the others are taken."""

    async def answer(request: Any) -> Any:
        return reply if b"A" in request.content else {}

    return answer


def sent(stage: FlowStage) -> list[list[str]]:
    return [[text.strip() for text in body["skus"]] for body in stage.erp.bodies()]


async def test_they_go_in_batches_and_nothing_is_kept(made: Make, tmp_path: Path) -> None:
    stage = made()
    put(tmp_path, "A", "X", "B", "C")

    count = await read(stage)

    assert sorted(sent(stage)) == [["A", "B"], ["C"]]
    assert (count.read, count.skipped, count.accepted) == (4, 1, 3)
    assert await stage.open() == []
    assert [exchange.status for exchange, _ in stage.stage.recorded if exchange.message == "items"] == ["done"] * 3
    assert (tmp_path / "in/archive/a.jsonl").exists()


async def test_what_the_other_side_refuses_is_kept_and_goes_on_alone(made: Make, tmp_path: Path) -> None:
    stage = made()
    put(tmp_path, "A", "B", "C")
    stage.erp.on("POST /items", to_a({"failed": [{"index": 1, "error": "no B"}]}))

    await read(stage)

    assert [(one.key, one.state) for one in await stage.open()] == [("B", "ready")]
    await stage.work()
    assert (sorted(sent(stage)[:2]), sent(stage)[2:]) == ([["A", "B"], ["C"]], [["B"]])


async def test_a_record_comes_behind_an_open_one_of_its_key(made: Make, tmp_path: Path) -> None:
    stage = made()
    stage.erp.on("POST /items", Unreachable("away", cause="connect", may_have_happened=False))
    put(tmp_path, "A old")
    await read(stage)
    stage.erp.on("POST /items", {})
    put(tmp_path, "A new", "B", name="b.jsonl")

    await read(stage)
    await stage.work(60)

    assert sent(stage)[1:] == [["B"], ["A old"], ["A new"]]


async def test_a_key_that_comes_twice_goes_in_order(made: Make, tmp_path: Path) -> None:
    stage = made()
    put(tmp_path, "A 1", "A 2", "A 3")

    await read(stage)
    await stage.work()

    assert sent(stage) == [["A 1"], ["A 2"], ["A 3"]]


async def test_while_the_other_side_is_away_everything_is_kept_and_it_is_not_tried_in_vain(
    made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PAGE", 2)
    stage = made()
    stage.erp.on("POST /items", Unreachable("away", cause="connect", may_have_happened=False))
    put(tmp_path, "A", "B", "C", "D", "E")

    await read(stage)

    assert len(sent(stage)) == 1
    assert [one.key for one in await stage.open()] == ["A", "B", "C", "D", "E"]


async def test_a_batch_that_is_refused_stops_no_other(made: Make, tmp_path: Path) -> None:
    stage = made()
    stage.erp.on("POST /items", to_a(Refused("no", code="no")))
    put(tmp_path, "A", "B", "C")

    await read(stage)

    assert [one.key for one in await stage.open()] == ["A", "B"]
    assert sorted(sent(stage)) == [["A", "B"], ["C"]]


async def test_what_has_not_changed_is_not_sent_again(made: Make, tmp_path: Path) -> None:
    stage = made("changed: [=record.color]")
    put(tmp_path, "A red", "B red")
    await read(stage)
    put(tmp_path, "A red", "B blue", "C red", name="b.jsonl")

    count = await read(stage)

    assert sent(stage) == [["A red", "B red"], ["B blue", "C red"]]
    assert (count.read, count.skipped, count.accepted) == (3, 0, 3)


async def test_where_a_record_stood_may_count(made: Make, tmp_path: Path) -> None:
    stage = made("changed: [=file.line]")
    put(tmp_path, "A", "B")
    await read(stage)
    put(tmp_path, "A", "C", "B", name="b.jsonl")

    await read(stage)

    assert sent(stage) == [["A", "B"], ["C", "B"]]


async def test_what_cannot_be_judged_is_parked(made: Make, tmp_path: Path) -> None:
    stage = made()
    (tmp_path / "in/a.jsonl").write_text('{"sku": null}\n{"sku": "B", "color": null}\n')

    await read(stage)

    assert [state for _, state, _ in await stage.states()] == ["parked"]
    assert sent(stage) == [["B"]]


async def test_a_page_that_was_broken_off_goes_again(made: Make, tmp_path: Path) -> None:
    stage = made()
    put(tmp_path, "A", "B")
    hangs = asyncio.Event()

    async def hang(request: Any) -> Reply:
        hangs.set()
        await asyncio.sleep(3600)
        raise AssertionError

    stage.erp.on("POST /items", hang)
    task = asyncio.create_task(reading(stage).run())
    await hangs.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stage.erp.on("POST /items", {})

    await read(stage)

    assert sent(stage)[-1] == ["A", "B"]
    assert (await stage.store.position(FlowName("acme", "items"))).cursor["name"] == ""


RESULTS = "  results: {trigger: {manual: true}, read: {call: disk.items}, key: =record.sku, send: take}"


async def test_what_waits_for_an_answer_or_answers_is_kept_first(made: Make) -> None:
    stage = made(f"confirm: {{flow: results}}\n{RESULTS}")
    for flow in stage.live.flows.values():
        assert Straight.of(stage.engine, stage.store, stage.live, flow) is None
