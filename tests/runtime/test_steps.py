"""Each key of a step, and the keys together."""

from __future__ import annotations

from decimal import Decimal

from tests.runtime.conftest import MakeStage


async def test_the_result_of_a_call_is_its_reply_and_of_a_list_its_records(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.get, save: thing, path: {id: =input.id}}
      - {call: erp.list, save: rows}
    reply: {thing: =thing, rows: =rows}
""")
    s.erp.on("GET /things/00123", {"a": 1})
    s.erp.on("GET /list", {"rows": [1, 2], "more": True})

    assert await s.reply(value={"id": "00123"}) == {"thing": {"a": 1}, "rows": [1, 2]}


async def test_all_pages_are_one_list(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps: [{call: erp.pages, save: rows}]
    reply: =rows
""")
    s.erp.on("GET /pages", {"rows": [1, 2]}, {"rows": [3, 4]}, {"rows": [5]})

    assert await s.reply() == [1, 2, 3, 4, 5]
    assert [dict(r.url.params)["page"] for r in s.erp.requests] == ["1", "2", "3"]


async def test_path_query_headers_and_body_are_sent(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - call: erp.post
        query: {company: =settings.company, tag: =input.tags, none: =input.none}
        headers: {X-Order: "A-{{ input.no }}"}
        body: {price: =input.price, no: =input.no}
""")
    s.erp.on("POST /orders", {})

    await s.reply(value={"no": "1E10", "tags": ["x y", "z"], "price": Decimal("3.10")})

    request = s.erp.requests[0]
    assert str(request.url) == "https://erp.example/orders?company=NORTH&tag=x%20y&tag=z"
    assert request.headers["x-order"] == "A-1E10"
    assert request.content == b'{"price":3.10,"no":"1E10"}'


async def test_value_says_what_the_name_stands_for(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - call: erp.list
        save: seen
        value: {records: =records, all: =reply, status: =status, kind: =headers.content_type}
    reply: =seen
""")
    s.erp.on("GET /list", {"rows": [1]})

    assert await s.reply() == {"records": [1], "all": {"rows": [1]}, "status": 200, "kind": "application/json"}


async def test_a_value_alone_is_computed(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {save: a, value: =input.x}
      - {save: b, value: {twice: "=[a, a]"}}
    reply: =b
""")

    assert await s.reply(value={"x": 7}) == {"twice": [7, 7]}
    assert s.erp.asked == []


async def test_when_skips_a_step_and_its_name_is_null(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.list, save: rows, when: =input.ask}
      - {save: computed, when: =input.ask, value: 1}
      - {when: =input.ask, refuse: no}
    reply: {rows: =rows, computed: =computed}
""")

    assert await s.reply(value={"ask": []}) == {"rows": None, "computed": None}
    assert s.erp.asked == []


async def test_unless_takes_the_earlier_result(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.get, save: existing, path: {id: "7"}}
      - {call: erp.post, save: order, unless: existing, body: {}}
    reply: =order
""")
    s.erp.on("GET /things/7", {"no": "old"}, 404)
    s.erp.on("POST /orders", {"no": "new"})

    assert [await s.reply(), await s.reply()] == [{"no": "old"}, {"no": "new"}]
    assert s.erp.asked == ["GET /things/7", "GET /things/7", "POST /orders"]


async def test_only_null_counts_for_unless(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {save: existing, value: =input.found}
      - {call: erp.post, save: order, unless: existing, body: {}}
    reply: =order
""")

    assert await s.reply(value={"found": []}) == []
    assert await s.reply(value={"found": False}) is False


async def test_when_comes_before_unless(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {save: existing, value: old}
      - {call: erp.post, save: order, unless: existing, when: =input.go, body: {}}
    reply: {order: =order}
""")

    assert await s.reply() == {"order": None}


async def test_each_makes_one_call_per_element_in_order(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - call: erp.get
        save: rows
        each: =input.ids
        item: id
        path: {id: =id}
        query: {n: =number}
        value: {id: =id, n: =number, got: =reply.x}
    reply: =rows
""")
    s.erp.on("GET /things/a", {"x": 1})
    s.erp.on("GET /things/b", {"x": 2})

    assert await s.reply(value={"ids": ["a", "b"]}) == [{"id": "a", "n": 1, "got": 1}, {"id": "b", "n": 2, "got": 2}]
    assert [r.url.params["n"] for r in s.erp.requests] == ["1", "2"]


async def test_each_over_nothing_is_an_empty_list(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps: [{call: erp.get, save: rows, each: =input.ids, path: {id: =item}}]
    reply: =rows
""")

    assert [await s.reply(), await s.reply(value={"ids": []})] == [[], []]


async def test_each_over_something_else_is_an_error(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps: [{call: erp.get, each: =input.ids, path: {id: =item}}]
""")

    assert "`each` wants a list" in await s.failure(value={"ids": "abc"})


async def test_chunks_make_batches(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.post, save: out, each: "=chunks(input.ids, `2`)", item: batch, body: =batch, value: =reply.n}
    reply: =out
""")
    s.erp.on("POST /orders", {"n": 1}, {"n": 2}, {"n": 3})

    assert await s.reply(value={"ids": [1, 2, 3, 4, 5]}) == [1, 2, 3]
    assert s.erp.bodies() == [[1, 2], [3, 4], [5]]


async def test_each_stops_at_the_first_failure(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps: [{call: erp.get, each: =input.ids, path: {id: =item}}]
""")
    s.erp.on("GET /things/1", {})
    s.erp.on("GET /things/2", 500)

    assert (await s.failure(value={"ids": [1, 2, 3]})).startswith("Refused: status 500")
    assert s.erp.asked == ["GET /things/1", "GET /things/2"]


async def test_a_reply_that_does_not_fit_its_schema_is_not_given(stage: MakeStage) -> None:
    s = stage("""
  m:
    output: {type: object, required: [price], properties: {price: {type: number}}}
    reply: {price: =input.price}
""")

    assert await s.reply(value={"price": 1}) == {"price": 1}
    answer = await s.run(value={"price": "cheap"})
    assert str(answer.error) == ("the reply of acme.m does not fit its output schema: price must be number, is string")
    assert (answer.exchange.reply, answer.exchange.status) == (None, "mapping")


async def test_failed_records_are_told_beside_the_reply(stage: MakeStage) -> None:
    s = stage("""
  m:
    reply: {done: 1}
    failed:
      $each: =input.bad
      $map: {index: =item, error: no such item, temporary: false}
""")

    answer = await s.run(value={"bad": [2]})

    assert answer.exchange.reply == {"done": 1}
    assert answer.failed == [{"index": 2, "error": "no such item", "temporary": False}]
