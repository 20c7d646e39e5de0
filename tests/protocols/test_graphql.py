"""GraphQL: a query and its variables go out, `errors` in an answer refuse, and examples compare the variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from engine.calls import Call
from engine.cli.app import app
from engine.errors import Refused
from engine.exchange import Trace
from engine.formats.graphql import changes
from tests.protocols.conftest import Open

ERP = """
connections:
  erp:
    type: rest
    url: https://erp.example
    retry: {attempts: 1}
    endpoints:
      order: {method: POST, path: /graphql, graphql: "query($no: ID!) { order(no: $no) { status } }"}
      cancel: {method: POST, path: /graphql, graphql: "mutation($no: ID!) { cancel(no: $no) { status } }"}
"""


def answering(asked: list[Any], answer: Any) -> httpx.MockTransport:
    def answered(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return httpx.Response(200, json=answer)

    return httpx.MockTransport(answered)


async def test_the_body_of_a_call_is_its_variables(opened: Open) -> None:
    asked: list[Any] = []
    sessions = opened(ERP, answering(asked, {"data": {"order": {"status": "open"}}}))

    reply = await sessions["erp"].send(Call("order", body={"no": "7"}), Trace(payloads=False))
    await sessions["erp"].send(Call("order"), Trace(payloads=False))

    query = "query($no: ID!) { order(no: $no) { status } }"
    assert asked == [{"query": query, "variables": {"no": "7"}}, {"query": query, "variables": {}}]
    assert reply.body == {"data": {"order": {"status": "open"}}}


@pytest.mark.parametrize(
    ("errors", "text", "code"),
    [
        ([{"message": "no such order", "extensions": {"code": "NOT_FOUND"}}], "no such order", "NOT_FOUND"),
        ([{"message": "a"}, {"message": "b"}], "a; b", ""),
        ([{}], "an error without a message", ""),
        (["nonsense"], "an error without a message", ""),
    ],
)
async def test_errors_in_an_answer_refuse(opened: Open, errors: Any, text: str, code: str) -> None:
    sessions = opened(ERP, answering([], {"data": None, "errors": errors}))
    with pytest.raises(Refused) as refused:
        await sessions["erp"].send(Call("order", body={"no": "7"}), Trace(payloads=False))
    assert (refused.value.text, refused.value.code, refused.value.temporary) == (text, code, False)


async def test_no_errors_is_an_answer(opened: Open) -> None:
    sessions = opened(ERP, answering([], {"data": {}, "errors": []}))
    assert (await sessions["erp"].send(Call("order"), Trace(payloads=False))).body == {"data": {}, "errors": []}


@pytest.mark.parametrize(
    ("query", "does"),
    [
        ("{ order { status } }", False),
        ("query mutations($mutation: ID) { mutation(no: $mutation) { no } }", False),
        ("# the mutation\nquery { a }", False),
        ('query { a(b: "} mutation {") }', False),
        ("mutation{ cancel { no } }", True),
        ("# cancels an order\nmutation cancel { cancel { no } }", True),
        ("fragment f on Order { no }\nmutation { cancel { ...f } }", True),
        ("\ufeffmutation { a }", True),
    ],
)
def test_what_does_something_is_known_whatever_stands_before_it(query: str, does: bool) -> None:
    assert changes(query) is does


def test_a_query_reads_and_a_mutation_does_something(opened: Open) -> None:
    from engine.document import parse
    from engine.spec.load import read

    integration, _ = read(parse(f"engine: 1\nname: erp\n{ERP}", "erp.yaml"))
    endpoints: Any = integration.connections["erp"]
    assert (endpoints.endpoints["order"].what_twice, endpoints.endpoints["cancel"].what_twice) == ("read", "once")


def test_an_example_compares_the_variables(tmp_path: Path) -> None:
    (tmp_path / "erp.yaml").write_text(
        f"engine: 1\nname: erp\n{ERP}"
        """
messages:
  status:
    steps: [{call: erp.order, save: found, body: {no: =input.no}, value: =reply.data.order}]
    reply: {status: =found.status}
    examples:
      - title: open
        input: {no: "7"}
        calls: [{call: erp.order, sent: {body: {no: "7"}}, reply: {body: {data: {order: {status: open}}}}}]
        reply: {status: open}
      - title: unknown
        input: {no: "8"}
        calls: [{call: erp.order, reply: {body: {errors: [{message: no such order}]}}}]
        error: {kind: refused, text: no such order}
  cancel: {steps: [{call: erp.cancel, body: {no: =input.no}}]}
"""
    )
    ran = CliRunner().invoke(app, ["test", str(tmp_path)])
    assert (ran.exit_code, "2 examples, none failed" in ran.stdout) == (0, True), ran.stdout
