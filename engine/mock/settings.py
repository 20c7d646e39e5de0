"""What to set, so that the engine talks to the mock."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from engine.examples.stand_ins import is_wanting, stand_in
from engine.expression.ast import walk
from engine.expression.operations import printed
from engine.formats.json import dumps
from engine.parts.fields import Deferred
from engine.protocols.connection import Connection
from engine.protocols.http import HttpConnection
from engine.settings.settings import variable
from engine.spec.integration import Integration
from engine.spec.standing import standing


def exports(integration: Integration, base: str) -> Iterator[str]:
    """Lines for a shell: where each connection is, and something for each setting that has no default."""
    told: set[str] = set()
    for name, connection in integration.connections.items():
        setting = address_setting(connection)
        if setting is not None and setting not in told:
            told.add(setting)
            yield _export(integration.name, setting, f"{base}/{integration.name}/{name}")
    elsewhere = {setting for _, setting in unserved(integration)}
    for setting, spec in integration.settings.items():
        if setting not in told | elsewhere and is_wanting(spec):
            value = _of_examples(integration, setting) or stand_in(integration, setting, spec)
            yield _export(integration.name, setting, _text(value))


def _of_examples(integration: Integration, setting: str) -> Any:
    """The value that most examples give a setting; None if none does."""
    of_messages = [example for message in integration.messages.values() for example in message.examples]
    of_flows = [example for flow in integration.flows.values() for example in flow.examples]
    given = [(example.settings or {}).get(setting) for example in (*of_messages, *of_flows)]
    values = [value for value in given if value is not None]
    return max(values, key=values.count, default=None)


def unserved(integration: Integration) -> Iterator[tuple[str, str]]:
    """The connections that are no HTTP, with the setting by which an administrator says where they are, if there is one."""
    for name, connection in integration.connections.items():
        if not isinstance(connection, HttpConnection):
            where = [getattr(connection, key, None) for key in ("url", "folder")]
            given = (setting for setting, found in standing([connection]) if any(found is place for place in where))
            yield name, next(given, "")


def fixed(integration: Integration) -> list[str]:
    """Connections whose address stands in the file, so that the engine cannot be pointed at the mock."""
    return [
        name
        for name, connection in integration.connections.items()
        if isinstance(connection, HttpConnection) and isinstance(connection.url, str)
    ]


def address_setting(connection: Connection) -> str | None:
    """The setting that a connection's address is taken from."""
    url = connection.url if isinstance(connection, HttpConnection) else None
    if not isinstance(url, Deferred):
        return None
    found = [
        visit.node["children"][1]["value"]
        for visit in walk(url.query.tree)
        if visit.node["type"] == "subexpression" and visit.node["children"][0].get("value") == "settings"
    ]
    return found[0] if found else None


def _export(integration: str, setting: str, value: str) -> str:
    return f"export {variable(integration, setting)}={shlex.quote(value)}"


def _text(value: Any) -> str:
    """A value as the environment holds it."""
    if isinstance(value, list):
        return ",".join(map(printed, value))
    return dumps(value).decode() if isinstance(value, dict) else printed(value)
