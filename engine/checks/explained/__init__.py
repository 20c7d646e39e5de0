"""What each rule means: one Markdown file per rule id, with why it exists, a wrong and a right example.

# unknown-key: a part of the language has no key of that name
error

Why it matters, in a paragraph or two.

## Wrong      (a YAML block; the head of the file may be left out)
## Right
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.diagnostics import Severity

HEAD = "engine: 1\nname: example\n"
"""What an example begins with, if it does not say so itself."""

_FOLDER = Path(__file__).parent
_FILE = re.compile(
    r"# (?P<rule>\S+): (?P<summary>.+)\n(?P<severity>error|warning)(?P<ignorable>, may be ignored)?\n\n(?P<why>.*?)\s*"
    r"(?:## Wrong\n+```yaml\n(?P<wrong>.*?)```\n+## Right\n+```yaml\n(?P<right>.*?)```\s*)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Explanation:
    """One rule, for people.

    Attributes:
        ignorable: whether `# engine: ignore[rule] reason` may silence it: the file can be run all the same.
        why: paragraphs of Markdown.
        wrong, right: YAML; empty where a text cannot show it.
    """

    rule: str
    summary: str
    severity: Severity
    ignorable: bool
    why: str
    wrong: str
    right: str


@cache
def names() -> tuple[str, ...]:
    """The ids of all rules, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.md")))


@cache
def explanation(rule: str) -> Explanation:
    """What is written about a rule.

    Raises:
        KeyError: there is no such rule.
    """
    if rule not in names():
        raise KeyError(rule)
    found = _FILE.fullmatch((_FOLDER / f"{rule}.md").read_text(encoding="utf-8"))
    assert found is not None, f"{rule}.md is not written as the others are"
    severity: Severity = "error" if found["severity"] == "error" else "warning"
    wrong, right = found["wrong"] or "", found["right"] or ""
    return Explanation(
        found["rule"], found["summary"], severity, bool(found["ignorable"]), found["why"].strip(), wrong, right
    )


def explanations() -> Mapping[str, Explanation]:
    """All rules, by id."""
    return {rule: explanation(rule) for rule in names()}
