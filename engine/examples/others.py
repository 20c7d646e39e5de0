"""Integrations that a file uses, as its examples see them: each message is one call that the example answers."""

from __future__ import annotations

from dataclasses import replace

from engine.document import parse
from engine.plan import MessagePlan, Plan, compile_plan
from engine.schemas import Schemas
from engine.spec.integration import Integration
from engine.spec.load import read

_HEAD = """
engine: 1
name: {name}
connections:
  messages:
    type: rest
    url: https://{host}.example
    retry: {{attempts: 1}}
    timeout: 1h
    tls: {{verify: "off"}}
    error: {{text: =reply.text, code: =reply.code}}
    endpoints:
"""
_ENDPOINT = "      {name}: {{method: POST, path: /{name}}}\n"
_MESSAGE = "  {name}: {{steps: [{{call: messages.{name}, save: answer, body: =input}}], reply: =answer}}\n"


def stand_in(used: Integration) -> Plan:
    """A plan with the messages of an integration, their schemas, and nothing behind them but the example.

    A canned status of 300 or more refuses, in the words of the canned body's `text` and `code`.
    """
    names = list(used.messages)
    if not names:
        text = f"engine: 1\nname: {used.name}\n"
    else:
        text = _HEAD.format(name=used.name, host=used.name.replace("_", "-")).lstrip()
        text += "".join(_ENDPOINT.format(name=name) for name in names)
        text += "messages:\n" + "".join(_MESSAGE.format(name=name) for name in names)
    plan = compile_plan(read(parse(text, used.name))[0])
    schemas = Schemas(used.schemas, used.folder)
    return replace(plan, messages={name: _checked(plan.messages[name], used, schemas) for name in names})


def _checked(plan: MessagePlan, used: Integration, schemas: Schemas) -> MessagePlan:
    message = used.messages[plan.name]
    return replace(
        plan,
        check_input=schemas.check(message.input) if message.input is not None else None,
        check_output=schemas.check(message.output) if message.output is not None else None,
    )
