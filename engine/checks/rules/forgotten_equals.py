"""A constant that looks like a path was probably meant as a Query; without `=` its letters are sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.mapping.nodes import Constant

LOCAL = True

_BRACED = re.compile(
    r"\$?\{\s*(?:settings|input|reply|records?|event|item|exchange)\.[\w.]+\s*\}"
    r"|\$\{\s*(?:body|payload|headers?|vars|env|config)[.:][\w.]+\s*\}|#[\[{]\s*\w+\.[\w.]+\s*[\]}]"
)
"""How other tools write what a Template is here."""
_PATH = re.compile(
    r"(settings|input|reply|records|record|event|notice|item|exchange)(\[\d*\])?\.[A-Za-z_][\w.\[\]]*|(coalesce|decimal|lookup|find|text|integer)\(.*\)"
)


def check(subject: Subject) -> Iterator[Diagnostic]:
    for node in subject.nodes:
        if isinstance(node, Constant) and isinstance(node.value, str) and _PATH.fullmatch(node.value):
            query, words = f"={node.value}", "this is a constant, but looks like a Query"
            hint = f'did you mean "{query}"? Text like this stands under `$raw`'
            yield Diagnostic(node.place.mark, "forgotten-equals", words, hint, fix=query)
        elif isinstance(node, Constant) and isinstance(node.value, str) and (found := _BRACED.search(node.value)):
            path = found[0].strip("#$[{ }]").replace(":", ".")
            hint = f"write the Query ={path}" if found[0] == node.value else f"write {{{{ {path} }}}} in it"
            words = f"this is a constant, and {found[0]} stays as it is"
            yield Diagnostic(node.place.mark, "forgotten-equals", words, f"{hint}; text like this stands under `$raw`")
