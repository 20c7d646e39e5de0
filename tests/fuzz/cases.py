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
from tests.fuzz.grown import grown
from tests.fuzz.mutations import MUTATIONS, WORDS, Lines, portioned

ROOT = Path(__file__).parents[2]

_AROUND = """engine: 1
name: acme
settings: {company: {type: text}}
connections:
  erp: {type: rest, url: "https://erp.example.com", endpoints: {price: {method: GET, path: /price}}}
messages:
  prices:
    steps: [{call: erp.price, save: found%s}]
    reply: %s
"""
_AROUND_A_FLOW = """engine: 1
name: acme
settings: {company: {type: text}}
connections:
  erp: {type: rest, url: "https://erp.example.com", endpoints: {stock: {method: GET, path: /stock, records: =reply.all}}}
events:
  order_placed: {schema: commerce.order, map: %s, when: %s, id: %s}
messages:
  tell: {input: commerce.stock, steps: [{call: erp.stock}], reply: =input}
flows:
  orders:
    trigger: {event: order_placed}
    hold: {until: %s}
    key: %s
    send: tell
    input: %s
  stock:
    trigger: {every: 1m}
    read: {call: erp.stock, query: {since: %s}, cursor: {start: {changed: "0"}, next: {changed: %s}}, value: %s}
    when: %s
    changed: [%s]
    key: =record.sku
    batch: 10
    send: tell
    input: {items: {$each: =records, $map: {sku: %s}}}
    examples: [{title: x, cursor: {changed: %s}, record: {sku: %s}, sends: [{keys: [%s], input: %s}]}]
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
    if kind < 0.55:
        made, text = _mutated(chance)
    elif kind < 0.6:
        made, text = "random", _random(chance)
    elif kind < 0.75:
        made, text = "grown", grown(chance, expression)
    elif kind < 0.85:
        made, text = "expressions in a flow", _with_expressions(chance)
    else:
        made, text = "expression", _with_expression(chance)
    content = text.encode("utf-8", chance.choice(("surrogatepass", "replace")))
    if chance.random() < 0.03:
        at = chance.randint(0, len(content))
        content = content[:at] + chance.randbytes(chance.randint(1, 4)) + content[at:]
    return Case(number, made, content)


def _mutated(chance: Random) -> tuple[str, str]:
    lines, other = list(chance.choice(seeds())), list(chance.choice(seeds()))
    if len(lines) > 1000 and chance.random() < 0.8:
        lines = portioned(chance, lines, other)
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
    text = _scalar(chance, expression(chance))
    when = f", when: {json.dumps(expression(chance))}" if chance.random() < 0.3 else ""
    return _AROUND % (when, text)


def _with_expressions(chance: Random) -> str:
    """Most of a flow as it should be, so that one mistake does not hide the others."""
    good = ("=event.order_no", "=record.sku", "=input.items[0]", "=settings.company", "=body", "x", "{a: =record.b}")
    places = _AROUND_A_FLOW.count("%s")
    return _AROUND_A_FLOW % tuple(
        _scalar(chance, expression(chance)) if chance.random() < 0.3 else chance.choice(good) for _ in range(places)
    )


def _scalar(chance: Random, text: str) -> str:
    """Text in quotes, at times without."""
    quoted = json.dumps(text, ensure_ascii=chance.random() < 0.5)
    return quoted[1:-1].replace("\n", " ") if chance.random() < 0.3 else quoted


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
