"""Orders go to an ERP that answers by and by, and the engine is killed in between: each is placed once and confirmed."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.serving import serving
from tests.installed import free_port
from tests.scenarios.crashes import ACME, Engines, Erp, Shop, until

ORDERS, KILLS, CUSTOMERS = 240, 6, 12

ASKING = (
    ACME.replace(
        "      place: {method: POST, path: /orders}\n",
        "      place: {method: POST, path: /orders}\n"
        "      results: {method: GET, path: /results, records: =reply, page: {type: keyset, size_param: size, size: 20}}\n",
    ).replace("    key: =event.customer\n", "    key: =event.no\n")
    + """    confirm: {flow: results, refused: =record.bad, error: "order {{ record.no }} is bad", within: 1h}
  results:
    trigger: {every: 200ms}
    read: {call: erp.results, query: {after: =cursor.n}, cursor: {start: {n: 0}, next: {n: =record.n}}}
    when: =`false`
    key: =record.no
    send: create_order
"""
)


class AnsweringErp(Erp):
    """Has a result for each order at once, in the order in which they were placed; every tenth order is bad."""

    def __init__(self, seed: int, trouble: int) -> None:
        super().__init__(seed, trouble)
        self.app.router.routes.append(Route("/results", self._results))

    async def _results(self, request: Request) -> Response:
        after, size = int(request.query_params["after"]), int(request.query_params["size"])
        with self._lock:
            found = [{"n": n, "no": one["no"], "bad": one["no"].endswith("7")} for n, one in enumerate(self.orders, 1)]
        return JSONResponse(found[after : after + size])


@pytest.mark.timeout(300)
def test_every_order_is_placed_once_and_answered_though_the_engine_is_killed(tmp_path: Path) -> None:
    chance, erp, port = random.Random(3), AnsweringErp(3, trouble=4), free_port()
    with serving(erp.app) as url:
        engines, shop = Engines(tmp_path, "sqlite:///engine.db", url, lease=3.0, text=ASKING), Shop([port])
        engines.start(port)
        posting = threading.Thread(target=shop.post, args=(list(range(ORDERS)), CUSTOMERS))
        posting.start()
        try:
            for kill in range(1, KILLS + 1):
                until(lambda so_far=kill * ORDERS / (KILLS + 1): len(shop.accepted) >= so_far, 120)
                time.sleep(chance.random() / 5)
                engines.kill(port)
                engines.start(port)
            posting.join(120)
            bad = {no for no in erp.count() if no.endswith("7")}
            until(lambda: engines.open() == engines.open("--text", "is bad") == _bad(erp), 120)
        finally:
            engines.kill_all()

    assert {no: count for no, count in erp.count().items() if count != 1} == {}
    assert shop.accepted <= set(erp.count())
    assert bad


def _bad(erp: AnsweringErp) -> int:
    return sum(no.endswith("7") for no in erp.count())
