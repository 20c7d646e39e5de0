"""The cases, by their number, and what holds for each."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from engine import query as compile_query
from engine.checks.explained import HEAD, explanation, names
from engine.checks.files import validate, validate_content
from engine.checks.fixes import fixed
from engine.document import load
from engine.plan.compile import compile_plan
from engine.report import Report, formats, writer
from engine.spec.load import read
from tests.fuzz import expressions
from tests.fuzz.beside import with_file
from tests.fuzz.cuts import Whole
from tests.fuzz.grown import grown
from tests.fuzz.mutations import MUTATIONS, WORDS, Lines

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


SMALL = 3_000
"""Bytes of a file that is mended as well: each mending is a validation of its own."""
NEIGHBOUR = "orocommerce"


@dataclass(frozen=True)
class Case:
    """One file, and how it came to be.

    Attributes:
        beside: the files beside it, by name: an integration that it uses, a WSDL, an OpenAPI file.
    """

    number: int
    made: str
    content: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)


@cache
def shipped() -> tuple[str, ...]:
    """The shipped files, which are large."""
    return tuple(file.read_text(encoding="utf-8") for file in sorted((ROOT / "integrations").glob("*.yaml")))


@cache
def small() -> tuple[str, ...]:
    """Files of the language's tests, and the examples of its rules."""
    files = [file for folder in ("ok", "err") for file in sorted((ROOT / "tests/language" / folder).glob("*.yaml"))]
    explained = [text for rule in names() for text in (explanation(rule).wrong, explanation(rule).right) if text]
    heads = [text if text.startswith("# the whole file") else HEAD + text for text in explained]
    return (*(file.read_bytes().decode("utf-8", "replace") for file in files), *heads)


def seeds() -> tuple[str, ...]:
    """Every file that damage begins with, or a piece of it."""
    return (*shipped(), *small())


def _seed(chance: Random) -> Lines:
    """The lines of a file to damage: mostly small, as most mistakes are; at times a shipped one, whole."""
    kind = chance.random()
    if kind < 0.2:
        return Whole.of(chance.choice(shipped())).cut(chance)
    return (chance.choice(shipped()) if kind < 0.202 else chance.choice(small())).split("\n")


@cache
def _written() -> tuple[str, ...]:
    return tuple(found for text in seeds() for found in expressions.written(text))


def case(number: int) -> Case:
    """The case of a number."""
    chance = Random(number)
    kind = chance.random()
    if kind < 0.06:
        text, files = with_file(chance)
        return Case(number, "files beside it", text.encode(), files)
    if kind < 0.45:
        made, text = _mutated(chance)
    elif kind < 0.5:
        made, text = "random", _random(chance)
    elif kind < 0.62:
        made, text = "grown", grown(chance, expression)
    elif kind < 0.7:
        made, text = "expressions in a flow", _with_expressions(chance)
    else:
        made, text = "expression", _with_expression(chance)
    return Case(number, made, _encoded(chance, text), _beside(text) if chance.random() < 0.1 else {})


def _encoded(chance: Random, text: str) -> bytes:
    """The bytes of a file: UTF-8, at times with other line ends, in another encoding, or with a few bytes that fit none."""
    kind = chance.random()
    if kind < 0.04:
        text = text.replace("\n", chance.choice(("\r\n", "\r", "\x85", "\u2028", "\n\r", "\n\t")))
    if kind > 0.98:
        return text.encode(chance.choice(("utf-8-sig", "utf-16", "utf-32", "latin-1", "utf-16-be")), "replace")
    content = text.encode("utf-8", chance.choice(("surrogatepass", "replace")))
    if 0.5 < kind < 0.53:
        at = chance.randint(0, len(content))
        content = content[:at] + chance.randbytes(chance.randint(1, 4)) + content[at:]
    return content


def _beside(text: str) -> dict[str, bytes]:
    """The shop that a file uses, with the messages it calls and no others."""
    called = set(re.findall(r"\bshop\.(\w+)", text))
    shop = next(found for found in shipped() if f"\nname: {NEIGHBOUR}\n" in found)
    return {f"{NEIGHBOUR}.yaml": "\n".join(Whole.of(shop).messages(sorted(called))).encode()} if called else {}


def _mutated(chance: Random) -> tuple[str, str]:
    lines, other = _seed(chance), _seed(chance)
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
    """Validate a case; at times, tell its findings in every format, and mend what can be mended.

    Raises:
        AssertionError: a finding stands outside the file, or a file without finding cannot be compiled.
        Exception: any other is a defect too.
    """
    file = folder / "acme.yaml"
    for old in folder.iterdir():
        old.unlink()
    for name, content in {file.name: case.content, **case.beside}.items():
        (folder / name).write_bytes(content)
    found = validate(file)
    lines = len(case.content.decode("utf-8", "replace").splitlines()) + 1
    for finding in found:
        assert finding.file == str(file), finding
        assert 1 <= finding.line <= lines, finding
        assert finding.column >= 1, finding
        assert str(finding).isprintable() or "\n" not in str(finding), finding
    if not found:
        compile_plan(read(load(file))[0])
    if case.number % 10 == 0:
        for format in formats():
            writer(format)(Report((str(file),), tuple(found)))
    if case.number % 20 == 0 and len(case.content) < SMALL:
        fixed(case.content, lambda raw: validate_content(file, raw))


def check_query(number: int, compiled: Callable[[str], object] = compile_query) -> None:
    """Compile a lone Query; the only error is a ValueError that says where."""
    chance = Random(number)
    text = expressions.query(chance) if chance.random() < 0.5 else expressions.deep(chance)
    with contextlib.suppress(ValueError):
        compiled(text)
