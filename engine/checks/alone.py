"""What rules say of an expression that stands in no file: other names than those given may be in reach too."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from engine.checks import rules
from engine.checks.entry import HEAD, Entry
from engine.checks.files import one_per_cause
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import parse
from engine.expression.expressions import Expression
from engine.spec.integration import Integration
from engine.spec.sites import Tree

_OF_FILES = ("whole_scope",)
"""Rules that hold only where settings are in reach."""


def findings_in(expression: Expression, names: Collection[str]) -> list[Diagnostic]:
    """What is found in an expression, by place.

    Args:
        names: those that are surely in reach.
    """
    integration = Integration.model_construct(engine=1, name="expression")
    whole = Entry(HEAD, integration)
    vars(whole).update(trees=(Tree(("expression",), expression, frozenset(names)),))
    subject = Subject(parse("engine: 1"), integration, cut=(whole,))
    found = chain.from_iterable(rule.check(subject) for rule in rules() if rule.local and rule.name not in _OF_FILES)
    return sorted(filter(_is_sure, one_per_cause((), found)), key=lambda finding: finding.mark)


def _is_sure(finding: Diagnostic) -> bool:
    """Whether it holds whatever else may be in reach: of names, what can be mended because it is a literal."""
    return finding.rule != "out-of-reach" or finding.fix is not None
