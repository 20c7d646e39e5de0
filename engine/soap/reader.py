"""Elements in the types of a WSDL as values: attributes are `_name`, text beside attributes `_`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.formats.format import Undecodable
from engine.formats.xml import MAX_DEPTH, local, value_of
from engine.soap.names import ENCODING, NIL, XSI
from engine.soap.references import OF_ENCODING, References
from engine.wsdl.shape import Shape, Simple


class Reader:
    """Reads elements by their shapes. What a shape does not know is read as XML says it.

    Args:
        references: what elements refer to; None: they refer to none.
    """

    def __init__(self, references: References | None = None) -> None:
        self._references = references

    def read(self, element: Any, shape: Shape, depth: int = 0) -> Any:
        """An element of lxml as a value, in its types.

        Raises:
            Undecodable: a text is none of its type, or it is nested too deeply.
        """
        if depth > MAX_DEPTH:
            raise Undecodable("it is nested too deeply")
        if self._references is not None:
            element = self._references.followed(element)
        if element.get(NIL) in ("true", "1"):
            return None
        if shape.text is not None and not shape.attributes and not len(element):
            return _value(shape.text, element)
        if not shape.children and shape.text is None and not shape.attributes:
            return value_of(element, depth=depth)
        if shape.array:
            inner = next(iter(shape.children.values()))
            return [self.read(child, inner.shape, depth + 1) for child in element]
        value: dict[str, Any] = {}
        for name, text in element.attrib.items():
            known = shape.attributes.get(local(name))
            of_encoding = self._references is not None and known is None and local(name) in OF_ENCODING
            if not of_encoding and not name.startswith((f"{{{XSI}}}", f"{{{ENCODING}}}")):
                value[f"_{local(name)}"] = _converted(known.text, text, element) if known else text
        if shape.text is not None:
            value["_"] = _value(shape.text, element)
            return value
        for child in element:
            self._add(value, child, shape, depth)
        return value or None

    def _add(self, value: dict[str, Any], child: Any, shape: Shape, depth: int) -> None:
        name = local(child.tag)
        known = shape.children.get(name)
        inner = self.read(child, known.shape, depth + 1) if known else value_of(child, depth=depth + 1)
        if known is not None and known.many:
            value.setdefault(name, []).append(inner)
        elif name not in value:
            value[name] = inner
        else:
            before = value[name]
            value[name] = [*before, inner] if isinstance(before, list) else [before, inner]


def _value(simple: Simple, element: Any) -> Any:
    """An element's text in its type; empty is null, of a text it is an empty text."""
    text = element.text or ""
    if simple.kind == "text":
        return text
    return _converted(simple, text.strip(), element) if text.strip() else None


def _converted(simple: Simple, text: str, element: Any) -> Any:
    try:
        if simple.kind == "integer":
            return int(text)
        if simple.kind == "decimal":
            number = Decimal(text)
            return number if number.is_finite() else text
    except (ValueError, ArithmeticError):
        raise Undecodable(f"{local(element.tag)} holds no {simple.kind}: {text[:40]!r}") from None
    if simple.kind == "boolean":
        if text not in ("true", "false", "1", "0"):
            raise Undecodable(f"{local(element.tag)} holds no boolean: {text[:40]!r}")
        return text in ("true", "1")
    return text
