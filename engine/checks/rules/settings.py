"""A setting must be declared before it is used, and a secret stays under `connections` and `security`.

Secrets never enter a message, so no mapping can send one to the wrong system or into a log.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.parts.suggest import did_you_mean, suggest

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    declared = subject.integration.settings
    known = subject.names("settings")
    for site in subject.sites:
        for name, offset in site.expression.settings:
            if known is not None and name not in known:
                near = suggest(name, known)
                declare = f"declare it: `settings: {{{name}: {{type: text}}}}`"
                hint = f"{did_you_mean(near).strip()} else {declare}" if near else declare
                yield Diagnostic(site.expression.at(offset), "unknown-setting", f'there is no setting "{name}"', hint)
            elif name in declared and declared[name].type == "secret" and not site.may_hold_secrets:
                hint = "use it under `connections` (auth, headers) or `security`"
                yield Diagnostic(
                    site.expression.at(offset), "secret-out-of-place", f'the secret "{name}" cannot be used here', hint
                )
