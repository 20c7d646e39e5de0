"""Settings of an example: what it gives, the defaults, and something of the right type for what has no default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import Fault
from engine.expression.operations import printed
from engine.parts.fields import Deferred
from engine.protocols.connection import Connection, NetworkConnection
from engine.protocols.files import FilesConnection
from engine.protocols.sql import SqlConnection
from engine.settings import Sources
from engine.spec.integration import Integration
from engine.spec.settings import Setting
from engine.tunnels.ssh import SshTunnel

_STAND_INS: Mapping[str, Any] = {
    "integer": "1",
    "number": "1",
    "boolean": "false",
    "duration": "1m",
    "zone": "UTC",
    "cron": "0 3 * * *",
    "emails": ["person@company.example"],
    "networks": ["127.0.0.0/8"],
    "map": {},
}


def sources(integration: Integration, given: Mapping[str, Any] | None) -> Sources:
    """Where the settings of one example come from: nothing of the machine's environment is among them."""
    wanting = {name: setting for name, setting in integration.settings.items() if is_wanting(setting)}
    stand_ins = {name: stand_in(name, setting) for name, setting in wanting.items()}
    stand_ins |= {
        name: f"postgresql://{name.replace('_', '-')}.example/erp" for name in databases(integration) & set(wanting)
    }
    stand_ins |= {name: f"/{name}" for name in folders(integration) & set(wanting)}
    stand_ins |= dict.fromkeys(host_keys(integration) & set(wanting), f"SHA256:{'0' * 43}")
    own = {name: _setting(value) for name, value in (given or {}).items()}
    return Sources({}, {}, {integration.name: {**stand_ins, **own}})


def stand_in(name: str, setting: Setting) -> Any:
    """`company` is COMPANY, `erp_url` is https://erp-url.example."""
    if setting.choices:
        return setting.choices[0]
    if setting.type == "url":
        return f"https://{name.replace('_', '-')}.example"
    if setting.type == "list":
        return [name.upper()]
    return _STAND_INS.get(setting.type, name.upper())


def databases(integration: Integration) -> set[str]:
    """The settings that hold the address of a database."""
    return _settings_of([one.url for one in integration.connections.values() if isinstance(one, SqlConnection)])


def folders(integration: Integration) -> set[str]:
    """The settings that hold the path of a folder."""
    return _settings_of([one.folder for one in integration.connections.values() if isinstance(one, FilesConnection)])


def host_keys(integration: Integration) -> set[str]:
    """The settings that hold the key of a server through which a tunnel leads."""
    return _settings_of([one.host_key for connection in integration.connections.values() for one in _way(connection)])


def _way(connection: Connection) -> Iterator[SshTunnel]:
    """The tunnels that lead to a system, from the last one on."""
    tunnel = connection.tunnel if isinstance(connection, NetworkConnection) else None
    while isinstance(tunnel, SshTunnel):
        yield tunnel
        tunnel = tunnel.tunnel


def _settings_of(values: Sequence[object]) -> set[str]:
    return {name for value in values if isinstance(value, Deferred) for name, _ in value.query.settings}


def is_wanting(setting: Setting) -> bool:
    """Whether a setting has no default, and needs a value."""
    return "default" not in setting.model_fields_set and setting.required is not False


def _setting(value: Any) -> Any:
    """A value as an administrator gives it: text, lists, maps."""
    if value is None or isinstance(value, (list, dict)):
        return value
    try:
        return printed(value)
    except Fault:
        return value
