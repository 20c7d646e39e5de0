"""A secret in a file is read by everybody who reads the file, and stays in its history for good.

A constant is taken for a secret by the name it is given (a header `Authorization`, a parameter `api_key`, a key of `auth`),
or because it is written as well-known kinds of keys are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from engine.auth.api_key import ApiKey
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Mark
from engine.document import Path_
from engine.mapping.nodes import Build, Constant, Fields, Items, Merge, Node
from engine.protocols.rest import Endpoint

LOCAL = True

_SECRET = re.compile(
    r"(^|_)(password|passwd|passphrase|pwd|secret|token|credentials?|authorization|cookie|apikey"
    r"|(api|access|private|secret|signing|subscription)_key)$"
)
_WRITTEN_AS_KEYS = re.compile(
    r"\b((sk|pk|rk)_(live|test)_\w{10,}|gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}"
    r"|AIza[\w-]{35}|xox[abprs]-[\w-]{10,}|whsec_\w{20,}|SG\.[\w-]{20,}\.[\w-]{40,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_ADDRESS_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/@:]*:(?!\{)[^\s/@]+@.*", re.IGNORECASE)
_SHORTEST = 4
_HINT = "declare it: `settings: {NAME: {type: secret}}`, and write =settings.NAME here"


def check(subject: Subject) -> Iterator[Diagnostic]:
    keys = tuple(
        (*path, field) for path, part in subject.parts if isinstance(part, ApiKey) for field in ("header", "query")
    )
    for tree in subject.trees:
        always = any(tree.path[: len(key)] == key for key in keys)
        for name, constant in _named(tree.node, str(tree.path[-1])):
            if isinstance(constant.value, str) and _is_secret(name, constant.value, always):
                yield _finding(constant.place.mark, f"the value of {name} stands")
    for site in subject.sites:
        found = _WRITTEN_AS_KEYS.search(site.expression.text)
        if found:
            yield _finding(site.expression.place.at(found.start()), "a key stands")
    if subject.looks_at(("settings",)):
        yield from _settings(subject)
    for path, part in subject.parts:
        if isinstance(part, Endpoint):
            yield from _path(subject, part, path)


def _named(node: Node, name: str) -> Iterator[tuple[str, Constant]]:
    """The constants of a mapping, each with the field it is put into."""
    match node:
        case Constant():
            yield name, node
        case Fields():
            for entry in node.entries:
                yield from _named(entry.node, entry.name)
        case Items():
            for child in node.nodes:
                yield from _named(child, name)
        case Merge():
            for part in node.parts:
                yield from _named(part, name)
        case Build():
            yield from _named(node.map, name)
        case _:
            return


def _is_secret(name: str, value: str, always: bool = False) -> bool:
    if len(value.strip()) < _SHORTEST:
        return False
    return always or _is_secret_name(name) or _is_written_as_secret(value.strip())


def _is_written_as_secret(value: str) -> bool:
    return bool(_WRITTEN_AS_KEYS.search(value) or _ADDRESS_WITH_PASSWORD.fullmatch(value))


def _is_secret_name(name: str) -> bool:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    return _SECRET.search(words) is not None


def _settings(subject: Subject) -> Iterator[Diagnostic]:
    """A default that is one, of a setting that is no secret (those have none)."""
    for name, setting in subject.integration.settings.items():
        if setting.type == "text" and isinstance(setting.default, str) and _is_secret(name, setting.default):
            words = f"the setting {name} looks like a secret, and its value stands here in clear"
            hint = "write `type: secret` without a default; set it in the environment"
            yield Diagnostic(subject.mark("settings", name, "default"), "secret-in-clear", words, hint)


def _path(subject: Subject, endpoint: Endpoint, path: Path_) -> Iterator[Diagnostic]:
    for name, value in parse_qsl(urlsplit(endpoint.path).query):
        if _is_secret(name, value) and "{" not in value:
            yield _finding(subject.mark(*path, "path"), f"the value of {name} stands")


def _finding(mark: Mark, words: str) -> Diagnostic:
    return Diagnostic(mark, "secret-in-clear", f"{words} here in clear", _HINT)
