"""Settings of one environment: from `--set`, the environment, a settings file, or the default; typed; secrets apart.

`password` of `acme` is `ACME_PASSWORD` in the environment, or the content of the file that `ACME_PASSWORD_FILE` names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from pydantic_core import PydanticCustomError

from engine.document import load
from engine.errors import SettingMissing, SpecError
from engine.mapping.read import data
from engine.parts import scalars

Words = PydanticCustomError
_T = TypeVar("_T", list[Any], dict[str, Any])


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
    @property
    def must_be_set(self) -> bool: ...


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
    return {name: data(values) for name, values in document.data.items()}


def resolve(integration: str, declared: Mapping[str, Declared], sources: Sources) -> Settings:
    """The settings of one integration.

    Raises:
        SettingMissing: settings are missing or do not fit; every one is listed, with where to set it.
    """
    public: dict[str, Any] = {}
    secrets: dict[str, Secret] = {}
    problems: list[str] = []
    for name, setting in declared.items():
        try:
            found = _find(integration, name, setting, sources)
            value = None if found is None else typed(setting.type, found, setting.choices)
        except Words as error:
            context = error.context or {}
            problems.append(f"{integration}.{name}: {error.message()}; {context.get('hint', '')}".rstrip("; "))
            continue
        if value is None and setting.must_be_set:
            what = f" ({setting.description})" if setting.description else ""
            problems.append(
                f"{integration}.{name} is not set{what}: set {variable(integration, name)}, or --set {integration}.{name}=…"
            )
        if setting.type == "secret" and value is not None:
            secrets[name] = Secret(value)
        else:
            public[name] = value
    problems += _unknown(integration, declared, sources)
    if problems:
        raise SettingMissing(problems)
    return Settings(public, secrets)


def variable(integration: str, name: str) -> str:
    """The environment variable of a setting."""
    return f"{integration}_{name}".upper()


def _find(integration: str, name: str, setting: Declared, sources: Sources) -> Any:
    if f"{integration}.{name}" in sources.given:
        return sources.given[f"{integration}.{name}"]
    key = variable(integration, name)
    if key in sources.environment:
        return sources.environment[key]
    path = sources.environment.get(f"{key}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise scalars.wrong(f"the file {path} of {key}_FILE cannot be read", str(error)) from None
    return sources.file.get(integration, {}).get(name, setting.default)


def _unknown(integration: str, declared: Mapping[str, Declared], sources: Sources) -> Iterable[str]:
    """Settings that are given but not declared: a misspelling that would go unseen."""
    given = [name.partition(".")[2] for name in sources.given if name.partition(".")[0] == integration]
    for name in [*given, *sources.file.get(integration, {})]:
        if name not in declared:
            yield f"{integration} has no setting {name}; it has: {', '.join(sorted(declared))}"


def typed(kind: str, value: Any, choices: tuple[str, ...] = ()) -> Any:
    """A value in the type of its setting; text from the environment is read, `a,b` as a list, JSON as a map.

    Raises:
        PydanticCustomError: it does not fit; with a remedy.
    """
    if value == "" and kind not in ("text", "secret"):
        return None
    found = _KINDS[kind](value)
    if choices and found not in choices:
        raise scalars.wrong(f'"{found}" is not among the choices', f"one of: {', '.join(choices)}")
    return found


def _url(value: Any) -> str:
    text = scalars.text(value)
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname:
        raise scalars.wrong("this is no address", "write one such as https://erp.example.com")
    return text.rstrip("/")


def _number(value: Any) -> int | Decimal:
    try:
        number = (
            value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else Decimal(scalars.text(value))
        )
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(number, Decimal) and not number.is_finite():
        raise scalars.wrong("this is no number", "write one such as 4.5")
    return number


def _duration(value: Any) -> str:
    scalars.duration(value)
    return str(value)


def _cron(value: Any) -> str:
    text = scalars.text(value)
    if len(text.split()) != 5:
        raise scalars.wrong("this is no cron expression", 'write five fields, such as "0 3 * * *"')
    return text


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    text = scalars.text(value).strip()
    if text.startswith("["):
        return _json(text, list)
    return [part.strip() for part in text.split(",") if part.strip()]


def _map(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    text = scalars.text(value).strip()
    if text.startswith("{"):
        return _json(text, dict)
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(equals for _, equals, _ in pairs):
        raise scalars.wrong("this is no map", 'write each=EA,box=BX, or JSON such as {"each": "EA"}')
    return {key.strip(): inner.strip() for key, _, inner in pairs}


def _json(text: str, kind: type[_T]) -> _T:
    found: Any
    try:
        found = json.loads(text, parse_float=Decimal)
    except ValueError:
        found = None
    if not isinstance(found, kind):
        raise scalars.wrong("this is no JSON", "check its quotes and brackets")
    return found


def _emails(value: Any) -> list[str]:
    found = [scalars.text(address) for address in _list(value)]
    for address in found:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            raise scalars.wrong(f'"{address}" is no e-mail address', "write name@example.com, several with commas")
    return found


def _networks(value: Any) -> list[str]:
    return [scalars.network(part) for part in _list(value)]


_KINDS: dict[str, Callable[[Any], Any]] = {
    "text": scalars.text,
    "secret": scalars.text,
    "url": _url,
    "integer": scalars.whole,
    "number": _number,
    "boolean": scalars.flag,
    "duration": _duration,
    "zone": scalars.zone,
    "cron": _cron,
    "list": _list,
    "emails": _emails,
    "networks": _networks,
    "map": _map,
}
