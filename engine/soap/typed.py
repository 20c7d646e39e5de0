"""Values by the types that elements carry themselves (`xsi:type`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.formats.format import Undecodable
from engine.formats.xml import MAX_DEPTH, local, value_of
from engine.soap.names import ARRAY_TYPE, NIL, TYPE
from engine.soap.references import References, is_of_encoding
from engine.soap.texts import fits, valued
from engine.wsdl.shape import Kind

_NUMBERS = frozenset({"decimal", "float", "double"})
_WHOLE = frozenset(
    ["int", "integer", "long", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"]
) | {"nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"}


class Typed:
    """Reads values by the types that the elements carry; without one an element is what XML says of it."""

    def __init__(self, references: References) -> None:
        self._references = references

    def value(self, element: Any, depth: int = 0) -> Any:
        """An element as a value.

        Raises:
            Undecodable: nested too deeply, or what is referred to grows without end.
        """
        if depth > MAX_DEPTH:
            raise Undecodable("it is nested too deeply")
        element = self._references.followed(element)
        if element.get(NIL) in ("true", "1"):
            return None
        kind = element.get(TYPE, "")
        bare = kind.rpartition(":")[2]
        if bare == "Map":
            return dict(self._pairs(element, depth))
        if bare == "Array" or element.get(ARRAY_TYPE) is not None:
            return [self.value(child, depth + 1) for child in element]
        if len(element):
            return self._object(element, depth)
        if bare or all(is_of_encoding(name) for name in element.attrib):
            return _scalar(element.text or "", bare)
        return value_of(element)

    def _pairs(self, element: Any, depth: int) -> Iterator[tuple[str, Any]]:
        for item in element:
            parts = {local(child.tag): child for child in item}
            if "key" in parts:
                key = self.value(parts["key"], depth + 1)
                yield str(key), self.value(parts["value"], depth + 1) if "value" in parts else None

    def _object(self, element: Any, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in element:
            name, inner = local(child.tag), self.value(child, depth + 1)
            before = found.get(name)
            found[name] = inner if name not in found else [*(before if isinstance(before, list) else [before]), inner]
        return found


def _scalar(text: str, kind: str) -> Any:
    """A text in the XSD type that it carries; what is none stays text, an empty one is null."""
    known: Kind = (
        "integer" if kind in _WHOLE else "decimal" if kind in _NUMBERS else "boolean" if kind == "boolean" else "text"
    )
    if known == "text" or not fits(known, text.strip()):
        return text or None
    try:
        return valued(known, text.strip())
    except ValueError:  # int() takes so many digits and no more
        return text
