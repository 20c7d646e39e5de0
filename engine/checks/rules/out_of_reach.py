"""A name in an expression must be in reach where it stands.

An expression that uses another name gives null, silently, for every record. Which names are in reach is fixed for each
place (LANGUAGE §5): an endpoint, for example, never sees `input`, because many messages use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.expressions import Query
from engine.parts.scalars import RESERVED
from engine.parts.suggest import did_you_mean, suggest
from engine.spec.sites import Site

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        strange = [(name, offset) for name, offset in site.expression.names if name not in site.in_reach]
        unread = _unread(subject, site) if strange else None
        for name, offset in strange:
            if unread is not None and name not in unread:
                fix = f"`{name}`" if _is_literal(name) and isinstance(site.expression, Query) else None
                words, mark = f'there is no "{name}" here', site.expression.at(offset)
                yield Diagnostic(mark, "out-of-reach", words, _remedy(site, name), fix=fix)


def _unread(subject: Subject, site: Site) -> frozenset[str] | None:
    """Names that steps of the message meant to give, but wrongly; None if its steps cannot be read at all."""
    if site.path[0] != "messages":
        return frozenset()
    message = subject.document.data["messages"][site.path[1]]
    steps = message.get("steps") or []
    if not isinstance(steps, list):
        return None
    saved = {step.save for step in subject.integration.messages[str(site.path[1])].steps}
    given = (step.get(key) for step in steps if isinstance(step, dict) for key in ("save", "item"))
    return frozenset(name for name in given if isinstance(name, str) and name not in saved and not _is_name(name))


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_]*", text) is not None and text not in RESERVED


def _remedy(site: Site, name: str) -> str:
    if _is_literal(name):
        return f"a {name} stands in backticks: `{name}`"
    return f"{did_you_mean(suggest(name, site.in_reach))}in reach: {', '.join(sorted(site.in_reach))}"


def _is_literal(name: str) -> bool:
    return name in ("true", "false", "null")
