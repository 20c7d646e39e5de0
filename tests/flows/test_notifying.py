"""People are told what needs them: together, not too often, and again until it was handed in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from engine.delivery.outages import Share
from engine.delivery.reading import Begin, End
from engine.errors import EngineError
from engine.notices.mail_server import MailServer
from engine.runtime.by_itself.notifying import LOOK, Notifier, Post
from engine.runtime.by_itself.upkeep import Upkeep
from engine.runtime.intake.reading import Reading
from tests.flows.conftest import MakeFlows
from tests.flows.stage import BEGIN, FlowStage
from tests.mail_server import Mails, mail_server

MESSAGES = "\n  place: {steps: [{call: erp.post, save: done, body: =input}], reply: =done}\n"
FLOWS = """
events: {placed: {}}
flows:
  orders: {trigger: {event: placed}, key: =event.no, send: place, input: =record, delivery: {attempts: 1}}
  held: {trigger: {event: placed}, key: =event.no, hold: {until: =record.paid}, send: place, input: =record}
  stock: {trigger: {every: 1m}, read: {call: erp.list}, send: place, input: =record}
notify:
"""
MAIL = "  - {type: email, to: [ops@example.com], group: 5m, events: [EVENTS]}\n"
CALL = (
    "  - {type: call, call: erp.log_in, events: [parked], "
    "body: {text: =notice.title, how_many: =notice.count, key: =notice.key}}\n"
)


class Told:
    """A stage with a notifier, looked at as time goes on."""

    def __init__(self, make: MakeFlows, mails: Mails, notify: str, url: str = "", flows: str = FLOWS) -> None:
        self.stage: FlowStage = make(MESSAGES, flows + notify)
        self.mails = mails
        self.notifier = self.another(url)

    def another(self, url: str = "") -> Notifier:
        """The notifier of another engine on the same store."""
        stage = self.stage
        return Notifier(stage.engine, stage.store, stage.clock, Post(MailServer.of(self.mails.url), url))

    async def after(self, seconds: float, *notifiers: Notifier) -> list[str]:
        """The subjects of the mails that were sent until then."""
        self.stage.hands.at += seconds
        for notifier in notifiers or (self.notifier,):
            await notifier.look()
        return [str(message["subject"]).strip() for message in self.mails.taken]  # long ones are folded

    async def refuse(self, *numbers: str, why: str = "customer {} is on hold") -> None:
        for number in numbers:
            self.stage.erp.on("POST /orders", _refusal(why.format(number)))
            await self.stage.post("placed", {"no": number, "paid": True})
            await self.stage.work()


def _refusal(why: str) -> httpx.Response:
    return httpx.Response(422, text=why)


async def test_records_of_one_failure_are_told_in_one_mail_after_the_next_look(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "parked"), "https://engine.example.com/")
        await told.refuse("W-1", "W-2", "W-3")

        assert await told.after(0) == []
        assert await told.after(LOOK) == ["[acme] 3 records of acme.orders need a person, and 1 more"]

    text = mails.taken[0].get_content()
    assert "3 records of acme.orders need a person" in text
    assert "customer W-1 is on hold" in text
    assert "Records:       W-1, W-2, W-3" in text
    assert "See:           https://engine.example.com/v1/acme/deliveries/" in text
    assert mails.receivers == [["ops@example.com"]]


async def test_five_hundred_records_of_one_failure_are_one_mail(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "parked").replace("group: 5m", "group: 5m, flows: [orders]"))
        told.stage.erp.on("POST /orders", _refusal("the warehouse is closed"))
        for number in range(500):
            await told.stage.post("placed", {"no": f"W-{number}"})
        await told.stage.work()
        await told.after(0)
        found = await told.after(LOOK)
        later = await told.after(3600)

    assert found == later == ["[acme] 500 records of acme.orders need a person"]
    assert "W-9, and 490 more" in mails.taken[0].get_content()
    assert "the warehouse is closed" in mails.taken[0].get_content()


async def test_an_answer_that_is_overdue_is_told(flows: MakeFlows) -> None:
    with mail_server() as mails:
        confirmed = FLOWS.replace(
            "send: place, input: =record, delivery: {attempts: 1}}",
            "send: place, input: =record, confirm: {flow: stock, refused: =record.no, within: 4h}}",
            1,
        ).replace("read: {call: erp.list}, send", "read: {call: erp.list}, key: =record.sku, send")
        told = Told(flows, mails, MAIL.replace("EVENTS", "confirm_late"), flows=confirmed)
        upkeep = Upkeep(told.stage.engine, told.stage.store, told.stage.clock)
        told.stage.erp.on("POST /orders", {})
        await told.stage.post("placed", {"no": "W-1"})
        await told.stage.work()
        await upkeep.look()
        assert await told.after(4 * 3600 - 60) == []
        await told.after(60)
        await upkeep.look()
        await told.after(LOOK)
        found = await told.after(LOOK)

    assert found == ["[acme] record W-1 of acme.orders waits for an answer for longer than agreed"]


async def test_what_happens_meanwhile_is_told_together_when_it_is_time(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "parked").replace("group: 5m", "group: 5m, flows: [orders]"))
        await told.refuse("W-1")
        await told.after(0)
        first = await told.after(LOOK)
        await told.refuse("W-2")
        await told.refuse("W-3")
        for _ in range(50):
            early = await told.after(LOOK)
        late = await told.after(60)

    assert first == early == ["[acme] record W-1 of acme.orders needs a person"]
    assert late == [*first, "[acme] 2 records of acme.orders need a person"]


async def test_one_of_several_engines_tells(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "parked").replace("group: 5m", "flows: [orders]"))
        other = told.another()
        await told.refuse("W-1")
        for _ in range(5):
            found = await told.after(LOOK, told.notifier, other)

    assert found == ["[acme] record W-1 of acme.orders needs a person"]


async def test_a_mail_server_that_is_away_delays_mails_and_loses_none(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "parked").replace("group: 5m", "flows: [orders]"))
        await told.refuse("W-1")
        mails.refuse = "452 mailbox full"
        await told.after(0)
        assert await told.after(LOOK) == []
        mails.refuse = ""
        assert await told.after(LOOK) == []
        assert await told.after(60) == ["[acme] record W-1 of acme.orders needs a person"]


async def test_an_outage_a_reading_that_failed_and_their_end_are_told(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(
            flows, mails, MAIL.replace("EVENTS", "offline, online, flow_failed").replace("group: 5m", "group: 1s")
        )
        stage = told.stage
        stage.erp.on("GET /list", _refusal("no rights"))
        with pytest.raises(EngineError):
            await Reading(stage.engine, stage.store, stage.clock, stage.live, stage.live.flows["stock"]).run()
        await stage.store.share(Share("us", {"acme.erp": BEGIN + 60}, [], BEGIN, BEGIN + 10))
        await told.after(0)
        subjects = await told.after(LOOK)
        text = mails.taken[0].get_content()
        await stage.store.share(Share("us", {"acme.erp": None}, [], BEGIN, BEGIN + 10))
        await told.after(LOOK)
        subjects = await told.after(LOOK)

    assert "the connection acme.erp is offline" in text
    assert "the flow acme.stock could not read" in text
    assert "no rights" in text
    assert subjects[1:] == ["[acme] the connection acme.erp is online again"]


@pytest.mark.parametrize("error", ["acme.erp is offline: it cannot be reached", "acme.erp broke off: it was closed"])
async def test_readings_that_met_an_outage_are_not_told_beside_it(flows: MakeFlows, error: str) -> None:
    with mail_server() as mails:
        told = Told(
            flows, mails, MAIL.replace("EVENTS", "offline, flow_failed") + MAIL.replace("EVENTS", "flow_failed")
        )
        stage = told.stage
        name, now = stage.live.flows["stock"].name, BEGIN
        await stage.store.begin(Begin(name, "us", now, now + 10, scheduled=False))
        await stage.store.finish(End(name, "us", now, error))
        await stage.store.share(Share("us", {"acme.erp": BEGIN + 60}, [], BEGIN, BEGIN + 10))
        await told.after(0)
        subjects = await told.after(LOOK)

    assert subjects == [
        "[acme] the connection acme.erp is offline",
        "[acme] the flow acme.stock could not read",
    ]


async def test_a_reading_of_another_system_than_the_one_that_is_away_is_told(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "offline, flow_failed").replace("group: 5m", "group: 1s"))
        stage = told.stage
        name, now = stage.live.flows["stock"].name, BEGIN
        await stage.store.begin(Begin(name, "us", now, now + 10, scheduled=False))
        await stage.store.finish(End(name, "us", now, "acme.erp broke off: it was closed"))
        await stage.store.share(Share("us", {"acme.e_p": BEGIN + 60}, [], BEGIN, BEGIN + 10))
        await told.after(0)
        await told.after(LOOK)
        text = mails.taken[0].get_content()

    assert "the flow acme.stock could not read" in text


async def test_what_waits_too_long_is_told(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, MAIL.replace("EVENTS", "waiting").replace("group: 5m", "after: 2h, flows: [held]"))
        told.stage.erp.on("POST /orders", {})
        await told.stage.post("placed", {"no": "W-1"})
        await told.stage.work()
        await told.after(7190)
        assert await told.after(5) == []
        await told.after(10)
        assert await told.after(LOOK) == ["[acme] record W-1 of acme.held waits for longer than 2h"]


async def test_a_call_tells_each_thing_by_itself(flows: MakeFlows) -> None:
    with mail_server() as mails:
        told = Told(flows, mails, CALL.replace("[parked]", "[parked], flows: [orders]"))
        told.stage.erp.on("POST /log_in", {})
        await told.refuse("W-1", "W-2")
        await told.after(0)
        await told.after(LOOK)

    assert told.stage.erp.bodies()[-1] == {
        "text": "2 records of acme.orders need a person",
        "how_many": 2,
        "key": "W-1",
    }


async def test_without_a_mail_server_it_is_said_in_the_log_and_calls_are_made_all_the_same(
    flows: MakeFlows, caplog: Any
) -> None:
    with mail_server() as mails:
        told = Told(
            flows, mails, MAIL.replace("EVENTS", "parked") + CALL.replace("[parked]", "[parked], flows: [orders]")
        )
        told.notifier = Notifier(told.stage.engine, told.stage.store, told.stage.clock, Post())
        told.stage.erp.on("POST /log_in", {})
        await told.refuse("W-1")
        await told.after(0)
        assert await told.after(LOOK) == []

    assert "acme: nobody is told by mail, there is no mail server (ENGINE_MAIL)" in caplog.text
    assert told.stage.erp.asked[-1] == "POST /log_in"
