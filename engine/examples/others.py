"""Integrations that a file uses, as its examples see them: each message is one call that the example answers."""

from __future__ import annotations

from dataclasses import replace

from engine.plan import MessagePlan, Plan, compile_plan
from engine.schemas import Schemas
from engine.spec.integration import Integration


def stand_in(used: Integration) -> Plan:
    """A plan with the messages of an integration, their schemas, and nothing behind them but the example.

    A canned status of 300 or more refuses, in the words of the canned body's `text` and `code`.
    """
    names = list(used.messages)
    connection = {
        "type": "rest",
        "url": f"https://{used.name.replace('_', '-')}.example",
        "tls": {"verify": "off"},
        "retry": {"attempts": 1},
        "timeout": "1h",
        "error": {"text": "=reply.text", "code": "=reply.code"},
        "endpoints": {name: {"method": "POST", "path": f"/{name}"} for name in names},
    }
    data = {
        "engine": 1,
        "name": used.name,
        "connections": {"messages": connection},
        "messages": {name: {"steps": [_step(name)], "reply": "=answer"} for name in names},
    }
    plan = compile_plan(Integration.model_validate(data))
    schemas = Schemas(used.known_schemas, used.folder)
    return replace(plan, messages={name: _checked(plan.messages[name], used, schemas) for name in names})


def _step(name: str) -> dict[str, str]:
    return {"call": f"messages.{name}", "save": "answer", "body": "=input"}


def _checked(plan: MessagePlan, used: Integration, schemas: Schemas) -> MessagePlan:
    message = used.messages[plan.name]
    return replace(
        plan,
        check_input=schemas.check(message.input) if message.input is not None else None,
        check_output=schemas.check(message.output) if message.output is not None else None,
    )
