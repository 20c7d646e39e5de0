"""A connection at work: repeats, limits, an address that is asked for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from engine.calls import Call, Reply
from engine.errors import Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from engine.protocols import http_address
from tests.fakes.eclipse import Eclipse
from tests.fakes.faults import CrashAfterWrite, Fault, Reset, RetryAfter, Status
from tests.fakes.serving import serving
from tests.flows.stage import Hands
from tests.protocols.conftest import Open
from tests.runtime.stage import Held

ERP = """
settings: {url: {type: url, default: "https://erp.test"}, rate: {type: text, default: 1000/s}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a test
    timeout: 60s
    limits: {concurrency: 3, rate: =settings.rate}
    retry: {attempts: 3, backoff: 1ms..2ms}
    endpoints:
      read: {method: GET, path: /x}
      inquire: {method: POST, path: /x, effect: read}
      order: {method: POST, path: /x}
      cancel: {method: DELETE, path: /x, effect: once}
      status: {method: PUT, path: /x}
      stubborn: {method: POST, path: /x, effect: repeatable, retry: {attempts: 4, backoff: 1ms..2ms, causes: [reset, "500"]}}
"""


def scripted(*script: Any) -> tuple[httpx.MockTransport, list[float]]:
    """A transport that plays these in turn: exceptions and statuses; and when it was asked."""
    left, times = list(script), list[float]()

    def answer(_: httpx.Request) -> httpx.Response:
        times.append(asyncio.get_running_loop().time())
        part = left.pop(0) if left else 200
        if isinstance(part, Exception):
            raise part
        return part if isinstance(part, httpx.Response) else httpx.Response(part, json={})

    return httpx.MockTransport(answer), times


LOST, TIMEOUT, RESET = httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.ReadError("x")


@pytest.mark.parametrize(
    ("endpoint", "script", "outcome", "times"),
    [
        ("read", [LOST, TIMEOUT], 200, 3),
        ("read", [503, 504, 502], "refused 502", 3),
        ("read", [500], "refused 500", 1),
        ("read", [RESET], "reset, may have happened", 1),
        ("inquire", [TIMEOUT, 429], 200, 3),
        ("status", [TIMEOUT, 503], 200, 3),
        ("order", [LOST, LOST], 200, 3),
        ("order", [LOST, TIMEOUT], "timeout, may have happened", 2),
        ("order", [503], "refused 503", 1),
        ("order", [LOST, LOST, LOST], "connect, surely not", 3),
        ("cancel", [TIMEOUT], "timeout, may have happened", 1),
        ("stubborn", [RESET, 500, RESET], 200, 4),
    ],
)
async def test_a_failed_call_is_made_again_where_that_does_no_harm(
    opened: Open, endpoint: str, script: list[Any], outcome: object, times: int
) -> None:
    transport, asked = scripted(*script)

    assert (await became(opened(ERP, transport)["erp"], Call(endpoint)), len(asked)) == (outcome, times)


async def became(session: Any, call: Call) -> object:
    try:
        reply: Reply = await session.send(call, Trace(payloads=False))
    except Unreachable as error:
        return f"{error.cause}, {'may have happened' if error.may_have_happened else 'surely not'}"
    except Refused as error:
        return f"refused {error.status}"
    return reply.status


async def test_under_a_flow_only_its_delivery_counts(opened: Open) -> None:
    transport, asked = scripted(503)

    found = await became(opened(ERP, transport)["erp"], Call("read", retries=False))

    assert (found, len(asked)) == ("refused 503", 1)


async def test_it_waits_as_long_as_the_other_side_asks(opened: Open) -> None:
    transport, asked = scripted(httpx.Response(429, headers={"Retry-After": "1"}))

    found = await became(opened(ERP, transport)["erp"], Call("read"))

    assert (found, len(asked), asked[1] - asked[0] >= 1.0) == (200, 2, True)


async def test_it_does_not_wait_for_ever(opened: Open) -> None:
    transport, asked = scripted(httpx.Response(429, headers={"Retry-After": "3600"}))

    assert (await became(opened(ERP, transport)["erp"], Call("read")), len(asked)) == ("refused 429", 1)


@pytest.mark.parametrize(
    ("fault", "endpoint", "outcome", "created"),
    [
        (Reset(), "order", "reset, may have happened", 0),
        (CrashAfterWrite(), "order", "reset, may have happened", 1),
        (Status(503), "order", "refused 503", 0),
        (RetryAfter(0), "orders", 200, 0),
        (Reset(), "orders", 200, 0),
    ],
)
async def test_an_order_is_never_sent_twice(
    opened: Open, fault: Fault, endpoint: str, outcome: object, created: int
) -> None:
    eclipse = Eclipse()
    text = ERP.partition("    endpoints:\n")[0] + ECLIPSE
    line = {"productId": 5, "quantity": 10, "um": "EA", "umQuantity": 1}
    order = {"billToCustomer": 12625, "shipToCustomer": 102235, "lines": [{"lineItemProduct": line}]}
    call = (
        Call("order", body={**order, "orderStatus": "Bid", "writer": "WEB"}) if endpoint == "order" else Call(endpoint)
    )

    with serving(eclipse.app) as url:
        session = opened(text, url=url)["erp"]
        await session.send(Call("orders"), Trace(payloads=False))
        before = len(eclipse.orders)
        eclipse.faults.add(fault, path="/SalesOrders")
        found = await became(session, call)

    assert (found, len(eclipse.orders) - before) == (outcome, created)


ECLIPSE = """\
    auth:
      type: login
      request: {call: erp.log_in, body: {username: WEBAPI, password: secret}}
      token: =reply.sessionToken
      headers: {sessionToken: =token}
    endpoints:
      log_in: {method: POST, path: /Sessions, auth: {type: none}}
      orders: {method: GET, path: /SalesOrders}
      order: {method: POST, path: /SalesOrders}
"""


async def test_never_more_calls_at_a_time_than_the_system_bears(opened: Open) -> None:
    now, most = 0, 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0.005)
        now -= 1
        return httpx.Response(200, json={})

    session = opened(ERP, httpx.MockTransport(answer))["erp"]
    await asyncio.gather(*(session.send(Call("read"), Trace(payloads=False)) for _ in range(20)))

    assert most == 3


async def test_never_more_calls_per_time_than_the_system_bears(opened: Open) -> None:
    transport, asked = scripted()
    session = opened(ERP, transport, rate="2/s")["erp"]

    await asyncio.gather(*(session.send(Call("read", timeout=60), Trace(payloads=False)) for _ in range(3)))

    assert (asked[1] - asked[0] < asked[2] - asked[1], asked[2] - asked[0] > 0.95) == (True, True)


async def test_a_call_that_finds_no_place_has_surely_not_happened(opened: Open) -> None:
    held = Held(httpx.Response(200, json={}))
    session = opened(ERP, httpx.MockTransport(held))["erp"]
    three = [asyncio.create_task(became(session, Call("order"))) for _ in range(3)]
    await held.asked.wait()

    found = await became(session, Call("order", timeout=0.1))
    held.goes_on.set()

    assert (found, await asyncio.gather(*three)) == ("busy, surely not", [200] * 3)


async def test_the_calls_own_time_limit_counts(opened: Open) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200)

    session = opened(ERP, httpx.MockTransport(answer))["erp"]

    with pytest.raises(Unreachable) as error:
        await session.send(Call("order", timeout=0.05), Trace(payloads=False))

    assert str(error.value) == "erp.test:443 did not answer within 0.05 s"


async def test_the_measuring_points_are_passed(opened: Open) -> None:
    trace = Trace(payloads=True)

    await opened(ERP, scripted(503)[0])["erp"].send(Call("read"), trace)

    assert [(moment.point, repr(moment.payload)) for moment in trace.moments] == [
        (180, "<HttpRequest GET https://erp.test:443/x, 0 bytes>"),
        (220, "<HttpReply 503, 2 bytes>"),
        (180, "<HttpRequest GET https://erp.test:443/x, 0 bytes>"),
        (220, "<HttpReply 200, 2 bytes>"),
    ]


# -- an address that another call names ------------------------------------------------------------------------------

NAMED = """
connections:
  ui:
    type: rest
    url: {call: erp.router, value: =reply.Url, keep: 50ms, hosts: [ui.test, "ui.test:8443"]}
    endpoints:
      order: {method: POST, path: /order}
  erp:
    type: rest
    url: https://erp.test
    endpoints:
      router: {method: GET, path: /router}
"""


def routed(seen: list[str], named: Any) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={"Url": named} if request.url.path == "/router" else {})

    return httpx.MockTransport(answer)


async def test_an_address_is_asked_for_once_and_kept_for_a_while(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    hands, seen = Hands(), list[str]()
    monkeypatch.setattr(http_address, "time", SimpleNamespace(monotonic=hands))
    session = opened(NAMED, routed(seen, "https://ui.test:8443/base/"))["ui"]

    await asyncio.gather(*(session.send(Call("order", body={}), Trace(payloads=False)) for _ in range(3)))
    hands.at += 0.06
    await session.send(Call("order", body={}), Trace(payloads=False))

    asked, sent = "https://erp.test/router", "https://ui.test:8443/base/order"
    assert seen == [asked, sent, sent, sent, asked, sent]


@pytest.mark.parametrize(
    ("named", "outcome"),
    [
        ("https://ui.test", 200),
        ("https://erp.test/ui", 200),
        ("https://evil.test", "erp.router named evil.test:443, which is not among `hosts`"),
        ("https://ui.test:444", "erp.router named ui.test:444, which is not among `hosts`"),
        ("http://ui.test:443", "erp.router named an address in plain http"),
        ("https://ui.test@evil.test/", "erp.router named no address"),
        ("nowhere", "erp.router named no address"),
        (None, "erp.router named no address"),
        (7, "erp.router named no address"),
    ],
)
async def test_a_named_address_is_one_that_the_file_knows(opened: Open, named: Any, outcome: object) -> None:
    session = opened(NAMED, routed([], named))["ui"]

    try:
        found: object = (await session.send(Call("order", body={}), Trace(payloads=False))).status
    except (Refused, Unreachable) as error:
        found = str(error)

    assert found == outcome


async def test_an_order_whose_address_is_not_told_has_surely_not_happened(opened: Open) -> None:
    assert await became(opened(NAMED, scripted(*[TIMEOUT] * 20)[0])["ui"], Call("order", body={})) == (
        "timeout, surely not"
    )


@pytest.mark.parametrize("url", ["https://erp.test/?a=b", "https://erp.test/#x", "https://u:p@erp.test", "erp.test"])
def test_an_address_is_one_to_put_paths_behind(opened: Open, url: str) -> None:
    with pytest.raises(SettingMissing):
        opened(ERP, url=url)
