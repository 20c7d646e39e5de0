"""What every part of the language keeps: a text for each key, values that wait for settings in their own type."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import engine
from engine.document import parse
from engine.parts.part import Part
from engine.parts.resolve import resolved
from engine.parts.scalars import Range, Rate
from engine.spec.load import read


def all_parts() -> list[type[Part]]:
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: list[type[Part]] = []
    waiting: list[type[Part]] = [Part]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found += below
    return sorted(set(found), key=lambda part: part.__qualname__)


@pytest.mark.parametrize("part", all_parts(), ids=lambda part: part.__name__)
def test_every_key_of_every_part_is_described(part: type[Part]) -> None:
    assert [name for name, field in part.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("part", all_parts(), ids=lambda part: part.__name__)
def test_every_part_has_a_text_and_a_name_for_findings(part: type[Part]) -> None:
    assert part.__doc__
    assert part.__doc__ != Part.__doc__
    assert part.called()


@pytest.mark.parametrize("part", all_parts(), ids=lambda part: part.__name__)
def test_the_fields_of_a_part_are_no_texts_that_pydantic_would_compile_each_time_it_is_imported(
    part: type[Part],
) -> None:
    texts = {name: kind for name, kind in inspect.get_annotations(part).items() if isinstance(kind, str)}

    assert part.__module__.startswith("tests.") or texts == {}


@pytest.mark.parametrize(
    ("place", "value", "read_as"),
    [
        ("connections.c.timeout", "1m", 60.0),
        ("connections.c.limits.rate", "20/s", Rate(20, 1.0)),
        ("connections.c.limits.size", "16MB", 16_000_000),
        ("connections.c.limits.concurrency", 4, 4),
        ("connections.c.retry.backoff", "1s..1m", Range(1.0, 60.0)),
        ("connections.c.tls.verify", "chain", "chain"),
        ("connections.c.url", "https://x.example/", "https://x.example"),
        ("security.allow", ["10.0.0.0/8"], ("10.0.0.0/8",)),
        ("log.payloads", True, True),
        ("zone", "Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_a_value_from_a_setting_gets_the_type_of_its_place(place: str, value: Any, read_as: Any) -> None:
    tree: dict[str, Any] = {"connections": {"c": {"type": "rest", "url": "https://y.example", "endpoints": "{}"}}}
    *above, last = place.split(".")
    at = tree
    for name in above:
        at = at.setdefault(name, {})
    at[last] = "=settings.x"
    text = f"engine: 1\nname: x\nsettings: {{x: {{type: text}}}}\n{_yaml(tree)}\n"
    integration, found = read(parse(text, "x.yaml"))
    assert found == []

    whole: Any = resolved(integration, {"settings": {"x": value}})
    for name in place.split("."):
        whole = whole[name] if isinstance(whole, dict) else getattr(whole, name)

    assert whole == read_as


def _yaml(tree: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {_flow(value)}" for key, value in tree.items())


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return str(value)
