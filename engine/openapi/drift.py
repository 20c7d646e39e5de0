"""What the OpenAPI file of a live system says otherwise than the one that is vendored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.mapping.read import data
from engine.openapi.schemas import at_pointer, converted

_SAID = ("type", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
_OF_SEVERAL = ("allOf", "anyOf", "oneOf")
_VERBS = ("get", "head", "post", "put", "patch", "delete")


def drift(vendored: Any, live: Any, pointer: str) -> list[str]:
    """Each difference of a schema that calls may feel, in a few words. What a system shows may be any JSON.

    Args:
        vendored, live: whole documents.
        pointer: the schema's place, `#/components/schemas/Price`.
    """
    found = _Drift(vendored, live).of({"$ref": pointer}, {"$ref": pointer}, pointer.rpartition("/")[2])
    try:
        return list(found)
    except RecursionError:
        return ["it is nested too deeply to be compared"]


def operations(document: Any) -> frozenset[str]:
    """The operations of a document as `GET /items/{}`, whatever their parameters are called."""
    paths = document.get("paths") if isinstance(document, dict) else None
    return frozenset(
        operation(verb, str(path))
        for path, item in (paths.items() if isinstance(paths, dict) else ())
        for verb in _VERBS
        if isinstance(item, dict) and verb in item
    )


def operation(verb: str, path: str) -> str:
    """How `operations` calls one."""
    return f"{verb.upper()} {re.sub(r'{[^{}]*}', '{}', path)}"


@dataclass(frozen=True)
class _Drift:
    vendored: Any
    live: Any
    seen: set[tuple[str, str]] = field(default_factory=set)

    def of(self, before: Any, now: Any, path: str) -> Iterator[str]:
        """Schemas may hold themselves: a pair of references is looked at once."""
        names = _reference(before), _reference(now)
        if all(names):
            if names in self.seen:
                return
            self.seen.add(names)
        was, found = _followed(self.vendored, before), _followed(self.live, now)
        if found is None or was is None:
            if found is not was:
                yield f"{path} is {'gone' if found is None else 'new'}"
            return
        if not isinstance(was, dict) or not isinstance(found, dict):
            if was != found:
                yield f"{path} was {was}, and is {found}"
            return
        yield from self._said(was, found, path)
        yield from self._fields(was, found, path)
        yield from self._inside(was, found, path)

    def _said(self, was: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Iterator[str]:
        for key in _SAID:
            before, now = _plain(was.get(key)), _plain(found.get(key))
            if before != now:
                yield f"{path}: `{key}` was {_shown(before)}, and is {_shown(now)}"

    def _fields(self, was: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Iterator[str]:
        before, now = _properties(was), _properties(found)
        needed = [_listed(was, "required"), _listed(found, "required")]
        for name in [*before, *(name for name in now if name not in before)]:
            at = f"{path}.{name}"
            if name not in now:
                yield f"{at} is gone"
            elif name not in before:
                yield f"{at} is new{', and required' if name in needed[1] else ''}"
            else:
                if (name in needed[0]) != (name in needed[1]):
                    yield f"{at} is {'now' if name in needed[1] else 'no longer'} required"
                yield from self.of(before[name], now[name], at)

    def _inside(self, was: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Iterator[str]:
        if isinstance(was.get("items"), dict) or isinstance(found.get("items"), dict):
            yield from self.of(was.get("items"), found.get("items"), f"{path}[]")
        for key in _OF_SEVERAL:
            before, now = _listed(was, key), _listed(found, key)
            if len(before) != len(now):
                yield f"{path}: `{key}` has {len(now)} schemas, and had {len(before)}"
            else:
                for one, other in zip(before, now, strict=True):
                    yield from self.of(one, other, path)


def _followed(document: Any, schema: Any) -> Any:
    """The schema that a reference leads to, as JSON Schema says it; None where it leads nowhere."""
    for _ in range(20):
        reference = _reference(schema)
        if not reference:
            return converted(schema, "")
        if not reference.startswith("#"):
            return reference
        schema = at_pointer(document, reference)
    return None


def _reference(schema: Any) -> str:
    """Where a schema refers to; empty where it says itself what it is."""
    found = schema.get("$ref") if isinstance(schema, dict) else None
    return str(found) if isinstance(found, str) else ""


def _listed(schema: Mapping[str, Any], key: str) -> list[Any]:
    found = schema.get(key)
    return found if isinstance(found, list) else []


def _properties(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def _plain(value: Any) -> Any:
    found = data(value)
    return sorted(found, key=str) if isinstance(found, list) else found


def _shown(value: Any) -> str:
    if value is None:
        return "not given"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
