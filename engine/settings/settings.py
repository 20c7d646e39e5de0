"""Settings of one environment: from `--set`, the environment, a settings file, or the default; typed; secrets apart.

`password` of `acme` is `ACME_PASSWORD` in the environment, or the content of the file that `ACME_PASSWORD_FILE` names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic_core import PydanticCustomError

from engine.document import load
from engine.errors import SettingMissing, SpecError
from engine.mapping.read import data
from engine.parts import scalars
from engine.parts.suggest import did_you_mean, suggest
from engine.settings.kinds import typed

Words = PydanticCustomError


class Declared(Protocol):
    """A setting as its file declares it."""

    @property
    def type(self) -> str: ...
    @property
    def default(self) -> Any: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def description(self) -> str | None: ...

    def must_be_set(self, settings: Mapping[str, Any]) -> bool: ...


class Secret:
    """A text that shows itself to nobody: not in `repr`, not in `str`, not in a format."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the wire and for nothing else."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True)
class Settings:
    """The settings of one integration.

    Attributes:
        public: what messages see: everything but secrets.
        secrets: by name.
    """

    public: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)

    @property
    def revealed(self) -> dict[str, Any]:
        """What connections and security see: secrets in clear. Never shown, never kept."""
        return {**self.public, **{name: secret.reveal() for name, secret in self.secrets.items()}}


@dataclass(frozen=True)
class Sources:
    """Where values come from; the first that has one wins.

    Attributes:
        given: `integration.setting` → text, from `--set`.
        environment: the process's variables.
        file: `integration` → `setting` → value, from a settings file.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    file: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Iterable[str] = (), file: str | None = None) -> Sources:
        """Sources of a command line.

        Args:
            given: `acme.url=https://…` each.
            file: path of a YAML file `acme: {url: …}`.

        Raises:
            SettingMissing: one of them cannot be read.
        """
        pairs: dict[str, str] = {}
        for text in given:
            name, equals, value = text.partition("=")
            if not equals or not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", name):
                raise SettingMissing([f"--set {name}: write integration.setting=value, such as acme.company=North"])
            pairs[name] = value
        return cls(pairs, dict(os.environ), _settings_file(file) if file else {})


def _settings_file(path: str) -> dict[str, dict[str, Any]]:
    try:
        document = load(path)
    except SpecError as error:
        raise SettingMissing([str(finding) for finding in error.diagnostics]) from None
    problems = [str(finding) for finding in document.diagnostics]
    problems += [
        f"{path}: {name}: write settings below, as `{name}: {{url: …}}`"
        for name, value in document.data.items()
        if not isinstance(value, dict)
    ]
    if problems:
        raise SettingMissing(problems)
    return {name: {key: plain(value) for key, value in values.items()} for name, values in document.data.items()}


def plain(value: Any) -> Any:
    """A setting as plain data: lists and maps of constants; text as it stands, for the setting's type to read."""
    return str(value) if isinstance(value, str) else data(value)


def resolve(integration: str, declared: Mapping[str, Declared], sources: Sources) -> Settings:
    """The settings of one integration.

    Raises:
        SettingMissing: settings are missing or do not fit; every one is listed, with where to set it.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, setting in declared.items():
        try:
            found = _find(integration, name, setting, sources)
            values[name] = None if found is None else typed(setting.type, found, setting.choices)
        except Words as error:
            context = error.context or {}
            problems.append(f"{integration}.{name}: {error.message()}; {context.get('hint', '')}".rstrip("; "))
    public = {name: value for name, value in values.items() if declared[name].type != "secret"}
    for name, value in values.items():
        if value in (None, "") and declared[name].must_be_set(public):
            problems.append(_missing(integration, name, declared[name]))
    problems += _unknown(integration, declared, sources)
    if problems:
        raise SettingMissing(problems)
    secrets = {name: Secret(value) for name, value in values.items() if name not in public and value is not None}
    return Settings(
        {**public, **{name: None for name in values if name not in public and name not in secrets}}, secrets
    )


def _missing(integration: str, name: str, setting: Declared) -> str:
    """What is missing, and where to set it; a secret not on a command line, where others would see it."""
    what = f" ({setting.description})" if setting.description else ""
    key = variable(integration, name)
    if setting.type == "secret":
        return f"{integration}.{name} is not set{what}: set {key}, or {key}_FILE to the path of a file that holds it"
    return f"{integration}.{name} is not set{what}: set {key}, or `{integration}: {{{name}: …}}` in the settings file"


def variable(integration: str, name: str) -> str:
    """The environment variable of a setting."""
    return f"{integration}_{name}".upper()


def _find(integration: str, name: str, setting: Declared, sources: Sources) -> Any:
    if f"{integration}.{name}" in sources.given:
        return sources.given[f"{integration}.{name}"]
    key = variable(integration, name)
    path = sources.environment.get(f"{key}_FILE")
    if path and key in sources.environment:
        raise scalars.wrong(f"both {key} and {key}_FILE are set", "remove one of them")
    if path:
        return _content(f"{key}_FILE", path)
    if key in sources.environment:
        return sources.environment[key]
    return sources.file.get(integration, {}).get(name, setting.default)


def _content(key: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise scalars.wrong(f"the file {path} of {key} cannot be read", error.strerror or "check its rights") from None
    except ValueError:
        raise scalars.wrong(f"the file {path} of {key} cannot be read", "it is no UTF-8 text") from None


def _unknown(integration: str, declared: Mapping[str, Declared], sources: Sources) -> Iterable[str]:
    """Settings that are given but not declared: a misspelling that would go unseen."""
    given = [name.partition(".")[2] for name in sources.given if name.partition(".")[0] == integration]
    for name in [*given, *sources.file.get(integration, {})]:
        if name not in declared:
            hint = did_you_mean(suggest(name, declared))
            yield f"{integration} has no setting {name}; {hint}it has: {', '.join(sorted(declared))}"
