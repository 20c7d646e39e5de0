"""The cases, by their number, and what holds for each."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from engine import query as compile_query
from engine.checks.files import validate
from engine.document import load
from engine.plan.compile import compile_plan
from engine.spec.load import read
from tests.fuzz import expressions
from tests.fuzz.mutations import MUTATIONS, WORDS, Lines

ROOT = Path(__file__).parents[2]

AROUND = """engine: 1
name: acme
settings: {company: {type: text}}
connections:
  erp: {type: rest, url: "https://erp.example.com", endpoints: {price: {method: GET, path: /price}}}
messages:
  prices:
    steps: [{call: erp.price, save: found%s}]
    reply: %s
"""


@dataclass(frozen=True)
class Case:
    """One file, and how it came to be."""

    number: int
    made: str
    content: bytes


@cache
def seeds() -> tuple[tuple[str, ...], ...]:
    """The lines of shipped files and of those of the language's tests; most are small, as most mistakes are."""
    folders = ("integrations", "tests/language/ok", "tests/language/err", "engine/commerce")
    files = [file for folder in folders for file in sorted((ROOT / folder).glob("*.yaml"))]
    return tuple(tuple(file.read_bytes().decode("utf-8", "replace").split("\n")) for file in files)


@cache
def _written() -> tuple[str, ...]:
    return tuple(found for lines in seeds() for found in expressions.written("\n".join(lines)))


def case(number: int) -> Case:
    """The case of a number."""
    chance = Random(number)
    kind = chance.random()
    if kind < 0.6:
        made, text = _mutated(chance)
    elif kind < 0.7:
        made, text = "random", _random(chance)
    else:
        made, text = "expression", _with_expression(chance)
    content = text.encode("utf-8", chance.choice(("surrogatepass", "replace")))
    if chance.random() < 0.03:
        at = chance.randint(0, len(content))
        content = content[:at] + chance.randbytes(chance.randint(1, 4)) + content[at:]
    return Case(number, made, content)


def _mutated(chance: Random) -> tuple[str, str]:
    lines, other = list(chance.choice(seeds())), list(chance.choice(seeds()))
    chosen = [chance.choice(MUTATIONS) for _ in range(chance.choice((1, 1, 1, 2, 3, 5)))]
    for mutation in chosen:
        lines = mutation(chance, lines, other)
    return " ".join(mutation.__name__ for mutation in chosen), "\n".join(lines)


def _random(chance: Random) -> str:
    keys = (
        "engine",
        "name",
        "settings",
        "connections",
        "messages",
        "type",
        "steps",
        "reply",
        "call",
        "$map",
        "x",
        "security",
    )

    def line() -> str:
        value = chance.choice((*WORDS, "rest", "1", "acme", "erp.price", "", "", "", expressions.query(chance, 4)))
        return (
            " " * chance.choice((0, 0, 2, 2, 4, 6, 8, 3))
            + chance.choice(("", "", "- "))
            + chance.choice(keys)
            + ": "
            + value
        )

    lines: Lines = [line() for _ in range(chance.randint(0, 30))]
    return "\n".join(lines)


def expression(chance: Random) -> str:
    """A Query with its `=`, or a Template."""
    kind = chance.random()
    if kind < 0.35:
        return "=" + expressions.query(chance)
    if kind < 0.5:
        return expressions.template(chance)
    if kind < 0.9:
        return expressions.tampered(chance, chance.choice(_written()))
    return "=" + expressions.deep(chance) if chance.random() < 0.7 else "{{ " + expressions.deep(chance) + " }}"


def _with_expression(chance: Random) -> str:
    text = json.dumps(expression(chance), ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.3:
        text = text[1:-1].replace("\n", " ")  # as a plain scalar
    when = f", when: {json.dumps(expression(chance))}" if chance.random() < 0.3 else ""
    return AROUND % (when, text)


def check(case: Case, folder: Path) -> None:
    """Validate a case.

    Raises:
        AssertionError: a finding stands outside the file, or a file without finding cannot be compiled.
        Exception: any other is a defect too.
    """
    file = folder / "acme.yaml"
    file.write_bytes(case.content)
    found = validate(file)
    lines = len(case.content.decode("utf-8", "replace").splitlines()) + 1
    for finding in found:
        assert finding.file == str(file), finding
        assert 1 <= finding.line <= lines, finding
        assert finding.column >= 1, finding
        assert str(finding).isprintable() or "\n" not in str(finding), finding
    if not found:
        compile_plan(read(load(file))[0])


def check_query(number: int, compiled: Callable[[str], object] = compile_query) -> None:
    """Compile a lone Query; the only error is a ValueError that says where."""
    chance = Random(number)
    text = expressions.query(chance) if chance.random() < 0.5 else expressions.deep(chance)
    with contextlib.suppress(ValueError):
        compiled(text)
