"""Messages against running: a reply is of its type whichever steps ran, and one that fits is never called wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import MappingError, Refused, Unreachable
from engine.expression.ast import SyntaxFault
from engine.inference import Typing
from engine.plan.compile import compile_plan
from engine.runtime.connections.outside import Outside
from engine.runtime.messages.engine import Engine
from engine.settings import Sources
from engine.types import holds
from tests.inference.generated import Schema, conditions, fitting, inputs, mappings, queries
from tests.inference.test_flow_soundness import typed
from tests.inference.test_soundness import MANY, PATIENT, schema_of, unconditional
from tests.runtime.stage import UNREACHABLE, Erp, Recorder

pytestmark = pytest.mark.timeout(120 + MANY)

ROWS: Schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["b"]}
PAGE: Schema = {"type": "object", "properties": {"rows": {"type": "array", "items": ROWS}}, "required": ["rows"]}

ANSWERED = st.one_of(
    st.lists(fitting(ROWS), max_size=2).map(lambda rows: {"rows": rows}), st.sampled_from([500, UNREACHABLE])
)
"""What the list gives; it may fail."""

FOUND = st.one_of(fitting(ROWS), st.sampled_from([404, 500]))
"""What asking for one gives; it may not be there."""


@st.composite
def steps(draw: st.DrawFn, tests: Sequence[str]) -> list[dict[str, Any]]:
    """A few steps, each over what those before it keep."""
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        names = ["input", *(step["save"] for step in found if "save" in step)]
        step = draw(_step(names))
        if "refuse" in step or draw(st.booleans()):
            step["when"] = "=" + draw(st.one_of(st.sampled_from(tests), looked_at(names)))
        if "refuse" not in step:
            step["save"] = f"s{number}"
        found.append(step)
    return found


def looked_at(names: Sequence[str]) -> st.SearchStrategy[str]:
    """Whether something is kept, or something in it."""
    return st.builds(str.format, st.sampled_from(["{0}", "!({0})", "{0}.a", "{0}[0].a"]), st.sampled_from(names))


def _step(names: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    value = mappings(*names)
    more = {"optional": st.just(True), "unless": st.sampled_from(names)}
    called = st.one_of(
        st.fixed_dictionaries({"call": st.sampled_from(["erp.list", "erp.get"])}, optional=more),
        st.fixed_dictionaries(
            {"call": st.just("erp.list"), "value": mappings("reply", "records", *names)}, optional=more
        ),
        st.fixed_dictionaries(
            {"call": st.just("erp.get"), "each": queries(*names).map("=list({})".format)}, optional=more
        ),
    )
    computed = st.fixed_dictionaries({"value": value}, optional={"optional": st.just(True)})
    refused = st.fixed_dictionaries({"refuse": st.just("no")}, optional={"optional": st.just(True)})
    return st.one_of(computed, computed, called, refused)


def message(schema: Schema, steps: list[dict[str, Any]], reply: Any) -> dict[str, Any]:
    """An integration with one message."""
    for step in steps:
        if step.get("unless") == "input":
            del step["unless"]
    endpoints = {
        "list": {"method": "GET", "path": "/list", "records": "=reply.rows", "reply": PAGE},
        "get": {"method": "GET", "path": "/get", "absent": [404], "reply": ROWS},
    }
    erp = {"type": "rest", "url": "https://erp.example", "retry": {"attempts": 1}, "endpoints": endpoints}
    return {
        "engine": 1,
        "name": "x",
        "connections": {"erp": erp},
        "messages": {"m": {"input": schema, "steps": steps, "reply": reply}},
    }


def replies(types: Typing, values: list[Any], answered: Any, found: Any) -> list[Any]:
    """What the message replies to each input that it can answer."""
    try:
        plan = compile_plan(types.integration)
    except SyntaxFault:
        assume(False)
    erp = Erp()
    erp.on("GET /list", answered)
    erp.on("GET /get", found)
    outside = Outside(transport=lambda name, tls, tunnel: httpx.MockTransport(erp))
    return asyncio.run(_replies(Engine.start({"x": plan}, Sources({}, {}, {}), Recorder(), outside), values))


async def _replies(engine: Engine, values: list[Any]) -> list[Any]:
    given = []
    for value in values:
        answer = await engine.run("x", "m", value)
        assert isinstance(answer.error, MappingError | Refused | Unreachable | None), answer.error
        if answer.error is None:
            given.append(answer.exchange.reply)
    await engine.aclose(1)
    return given


@PATIENT
@given(st.data(), inputs())
def test_a_reply_is_of_its_type_whichever_steps_ran(data: st.DataObject, schema: Schema) -> None:
    tests = data.draw(st.lists(conditions(schema), min_size=1, max_size=2))
    made = data.draw(steps(tests))
    names = ["input", *(step["save"] for step in made if "save" in step)]
    when = st.one_of(st.sampled_from(tests), looked_at(names)).map("={}".format)
    branch = st.fixed_dictionaries({"$when": when, "$map": mappings(*names)})
    types = typed(
        message(schema, made, data.draw(st.lists(st.one_of(branch, mappings(*names)), min_size=1, max_size=2)))
    )

    values = data.draw(st.lists(fitting(schema), min_size=1, max_size=3))
    for reply in replies(types, values, data.draw(ANSWERED), data.draw(FOUND)):
        assert holds(types.output("m"), reply), (made, str(types.output("m")), reply)


@PATIENT
@given(st.data(), inputs())
def test_a_message_whose_replies_fit_is_never_called_wrong(data: st.DataObject, schema: Schema) -> None:
    made = data.draw(steps(data.draw(st.lists(conditions(schema), min_size=1, max_size=2))))
    names = ["input", *(step["save"] for step in made if "save" in step)]
    file = message(schema, made, data.draw(mappings(*names).map(unconditional)))
    values = data.draw(st.lists(fitting(schema), min_size=1, max_size=3))
    given = replies(typed(file), values, data.draw(ANSWERED), data.draw(FOUND))
    assume(given)

    file["messages"]["m"]["output"] = schema_of(given)
    told = typed(file).misfits

    assert [one for one in told if one.gap.sure] == [], (file, given)
