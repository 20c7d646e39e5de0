"""Elements in the types of a WSDL as values: attributes are `_name`, text beside attributes `_`."""

from __future__ import annotations

from typing import Any

from engine.formats.format import Undecodable
from engine.formats.xml import MAX_DEPTH, local, value_of
from engine.soap.names import NIL, TYPE, XSI
from engine.soap.references import References, is_of_encoding
from engine.soap.texts import read
from engine.soap.typed import Typed
from engine.wsdl.shape import KIND, Shape


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
        if shape.text is not None and len(element):
            return value_of(element, depth=depth)  # elements, where the WSDL says text
        if shape.text is not None and not shape.attributes:
            return read(shape.text, element.text or "", element.tag)
        if not shape.children and shape.text is None and not shape.attributes and not shape.kinds:
            return self._as_it_says(element, depth)
        if shape.array:
            inner = next(iter(shape.children.values()))
            return [self.read(child, inner.shape, depth + 1) for child in element]
        value: dict[str, Any] = {}
        if shape.kinds:
            said = element.get(TYPE, "").rpartition(":")[2]
            if said in shape.kinds:
                shape, value = shape.kinds[said], {KIND: said}
        for name, text in element.attrib.items():
            known = shape.attributes.get(local(name))
            of_encoding = self._references is not None and known is None and is_of_encoding(name)
            if not of_encoding and not name.startswith(f"{{{XSI}}}"):
                value[f"_{local(name)}"] = read(known.text, text, name) if known else text
        if shape.text is not None:
            value["_"] = read(shape.text, element.text or "", element.tag)
            return value
        for child in element:
            self._add(value, child, shape, depth)
        return value or None

    def _as_it_says(self, element: Any, depth: int) -> Any:
        """An element of which the WSDL says nothing: by its own type, if it carries one."""
        if self._references is None and element.get(TYPE) is None:
            return value_of(element, depth=depth)
        return Typed(self._references or References(element)).value(element, depth)

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
