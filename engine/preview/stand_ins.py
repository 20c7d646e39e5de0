"""Settings that are missing: something of their type stands in, so that requests can be built and shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from engine.errors import MappingError
from engine.examples.stand_ins import fitting, of_places, stand_in
from engine.settings import Sources
from engine.settings.kinds import typed
from engine.settings.settings import variable
from engine.spec.integration import Integration
from engine.spec.settings import Setting

_RECOGNISED = {"text": "<{0}>", "secret": "stand-in-of-{0}", "url": "https://{host}.stand-in.invalid"}


@dataclass(frozen=True)
class StandIns:
    """What stands in for missing settings.

    Attributes:
        sources: the usual ones, and behind them the stand-ins.
        names: the settings that are missing, as `integration.setting`.
        shown: how a stand-in is shown: `<url>` for its address.
    """

    sources: Sources
    names: tuple[str, ...]
    shown: Mapping[str, str]

    def text(self, text: str) -> str:
        """A text with every stand-in as it is shown."""
        for found, words in self.shown.items():
            text = text.replace(found, words)
        return text


def stand_ins(integrations: Iterable[Integration], sources: Sources, known: Mapping[str, Any]) -> StandIns:
    """Stand-ins for what is missing; `known` are values that count before them, such as those of an example."""
    file = {name: dict(values) for name, values in sources.file.items()}
    names: list[str] = []
    shown: dict[str, str] = {}
    for integration in integrations:
        for name, setting in _wanting(integration, sources):
            values = file.setdefault(integration.name, {})
            if name in known and setting.type != "secret":
                values[name] = known[name]
                continue
            values[name] = found = _stand_in(integration, name, setting)
            names.append(f"{integration.name}.{name}")
            shown |= _shown(name, found)
    return StandIns(replace(sources, file=file), tuple(names), shown)


def _wanting(integration: Integration, sources: Sources) -> Iterator[tuple[str, Setting]]:
    """The settings that must be set, and are not."""
    defaults = {
        name: None if setting.default is None else typed(setting.type, setting.default, setting.choices)
        for name, setting in integration.settings.items()
    }
    for name, setting in integration.settings.items():
        try:
            must = setting.must_be_set(defaults)
        except MappingError:
            must = True
        if must and not _is_set(integration.name, name, sources):
            yield name, setting


def _is_set(integration: str, name: str, sources: Sources) -> bool:
    key = variable(integration, name)
    given = f"{integration}.{name}" in sources.given or name in sources.file.get(integration, {})
    return given or key in sources.environment or f"{key}_FILE" in sources.environment


def _stand_in(integration: Integration, name: str, setting: Setting) -> Any:
    """As in an example, but to be recognised in what is shown."""
    if setting.choices or setting.type not in _RECOGNISED:
        return stand_in(integration, name, setting)
    host = name.replace("_", "-")
    usual = _RECOGNISED[setting.type].format(name, host=host)
    return fitting(integration, name, [usual, *of_places(f"{host}.stand-in.invalid", f"/{name}/stand-in")])


def _shown(name: str, found: Any) -> dict[str, str]:
    if not isinstance(found, str) or "stand-in" not in found:
        return {quote(f"<{name}>", safe=""): f"<{name}>"}
    return {found: f"<{name}>"}
