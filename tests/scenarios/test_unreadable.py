"""What comes back is no answer: every question of the shop is told so, and none is answered wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.fakes.faults import Call, Fault, Html, Reset, Status, TruncatedJson, WrongContentType
from tests.scenarios.test_p21_account import QUESTIONS as OF_P21
from tests.scenarios.world import Erp, World, asked, order

CUSTOMER = {"customer_id": "12625"}
BOTH = {**CUSTOMER, **asked(["1E10"], erp_id="110")}
OF_ECLIPSE: dict[str, dict[str, Any]] = {
    "prices": BOTH,
    "stock": asked(["1E10"], erp_id="110"),
    "price_and_stock": BOTH,
    "order_total": order(),
    "part_numbers": CUSTOMER,
    "fulfilment": {**CUSTOMER, "order_no": "W-1"},
    "quote": {**CUSTOMER, "erp_id": "S2680001"},
}
QUESTIONS: list[tuple[Erp, str, dict[str, Any]]] = [
    *[("p21", *question) for question in OF_P21.items()],
    *[("eclipse", *question) for question in OF_ECLIPSE.items()],
]


@dataclass(frozen=True)
class ButNotTo:
    """A fault of everything but the probe: the system itself is there."""

    probe: str
    fault: Fault

    async def play(self, call: Call) -> None:
        if call.scope["path"] == self.probe:
            await call.app(call.scope, call.receive, call.send)
        else:
            await self.fault.play(call)


UNREAD: dict[str, tuple[Fault, int]] = {
    "a gateway's page": (Html(), 502),
    "the half of an answer": (TruncatedJson(), 502),
    "an answer that calls itself a page": (WrongContentType(), 502),
    "nothing at all": (Reset(), 503),
}
REFUSED: dict[str, tuple[Fault, int]] = {
    "a gateway's page, as an error": (Html(502, "<html><h1>502 Bad Gateway</h1></html>"), 502),
    "an empty error": (Status(500), 502),
}


@pytest.mark.parametrize(("erp", "message", "wish"), QUESTIONS, ids=[f"{erp}.{name}" for erp, name, _ in QUESTIONS])
async def test_what_is_no_answer_is_told_as_none(world: World, erp: Erp, message: str, wish: dict[str, Any]) -> None:
    await world.ask(erp, "prices", {**CUSTOMER, **asked(["3.10"], erp_id="310")})  # it has logged in
    await world.reply("eclipse", "create_quote", order("17"))
    probe = {"p21": "/api/entity/customers/ping", "eclipse": "/Branches"}[erp]
    told: dict[str, str | int] = {}
    for name, (fault, _) in (UNREAD | REFUSED).items():
        world.of(erp).faults.add(ButNotTo(probe, fault), times=None)
        answer = await world.ask(erp, message, wish)
        world.of(erp).faults.clear()
        told[name] = answer.headers.get("engine-answered-by") or answer.status_code

    unread = {name: "fallback" if message == "stock" else status for name, (_, status) in UNREAD.items()}
    assert told == unread | {name: status for name, (_, status) in REFUSED.items()}
    assert not world.is_offline(erp)
