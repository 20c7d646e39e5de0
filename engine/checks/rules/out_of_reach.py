"""A name in an expression must be in reach where it stands.

An expression that uses another name gives null, silently, for every record. Which names are in reach is fixed for each
place (LANGUAGE §5): an endpoint, for example, never sees `input`, because many messages use it.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import names
from engine.parts.suggest import suggest
from engine.spec.sites import Site


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        for name, offset in names(site.expression.tree):
            if name not in site.in_reach:
                yield Diagnostic(
                    site.expression.at(offset), "out-of-reach", f'there is no "{name}" here', _remedy(site, name)
                )


def _remedy(site: Site, name: str) -> str:
    if name in ("true", "false", "null"):
        return f"a {name} stands in backticks: `{name}`"
    near = suggest(name, site.in_reach)
    hint = f'did you mean "{near}"? ' if near else ""
    return f"{hint}in reach: {', '.join(sorted(site.in_reach))}"
