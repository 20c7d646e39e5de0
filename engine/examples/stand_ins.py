"""Settings of an example: what it gives, the defaults, and something of the right type for what has no default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from engine.errors import Fault
from engine.expression.operations import printed
from engine.parts.fields import Deferred
from engine.settings import Sources
from engine.spec.integration import Integration
from engine.spec.settings import Setting
from engine.spec.sites import parts
from engine.spec.standing import standing

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
    stand_ins = {name: stand_in(integration, name, setting) for name, setting in wanting.items()}
    own = {name: _setting(value) for name, value in (given or {}).items()}
    return Sources({}, {}, {integration.name: {**stand_ins, **own}})


def stand_in(integration: Integration, name: str, setting: Setting) -> Any:
    """`company` is COMPANY, `erp_url` is https://erp-url.example; where the place takes neither, what it takes."""
    return fitting(integration, name, [_usual(name, setting), *of_places(f"{_host(name)}.example", f"/{name}")])


def of_places(host: str, folder: str) -> list[str]:
    """What text of a setting may have to be, where it stands for more than text: a database, a folder, a host key."""
    return [f"postgresql://{host}/erp", folder, f"SHA256:{'0' * 43}"]


def fitting(integration: Integration, name: str, values: Sequence[Any]) -> Any:
    """The first of some values that every place takes where the setting stands; the first of all, if none is."""
    places = [deferred for found, deferred in standing(part for _, part in parts(integration)) if found == name]
    return next((value for value in values if all(_takes(place, value) for place in places)), values[0])


def _takes(place: Deferred, value: Any) -> bool:
    try:
        place.given(value)
    except ValidationError:
        return False
    return True


def _usual(name: str, setting: Setting) -> Any:
    """Something of a setting's type."""
    if setting.choices:
        return setting.choices[0]
    if setting.type == "url":
        return f"https://{_host(name)}.example"
    if setting.type == "list":
        return [name.upper()]
    return _STAND_INS.get(setting.type, name.upper())


def _host(name: str) -> str:
    return name.replace("_", "-")


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
