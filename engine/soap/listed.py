"""Calls without a WSDL: arguments as listed in the file, in order; values carry their types where `use` is encoded.

A map is what xml-soap made of it, and most servers of that time read: `<item><key/><value/></item>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from engine.errors import Fault
from engine.expression.operations import printed
from engine.formats.xml import MAX_DEPTH, Xml, clean, local
from engine.parts.suggest import did_you_mean, suggest
from engine.soap.names import ARRAY_TYPE, NIL, PREFIXES, TYPE
from engine.soap.references import References
from engine.soap.texts import read, written
from engine.soap.typed import Typed
from engine.wsdl.shape import Simple

Kind = Literal["text", "integer", "decimal", "boolean", "map", "xml"]

_XSD = {"text": "string", "integer": "int", "decimal": "decimal", "boolean": "boolean", "xml": "string"}
_PLAIN = Xml()
_TEXT = Simple("text")
_SIMPLE = {"integer": Simple("integer"), "decimal": Simple("decimal"), "boolean": Simple("boolean")}


@dataclass(frozen=True)
class Arguments:
    """How the arguments of an operation are written, and its result is read.

    Attributes:
        parameters: their kinds, in order.
        returns: what the result is; None: an object of what comes back, by name.
        encoded: whether values carry their types.
        qualified: the namespace of arguments; empty: they have none.
        form: how texts that hold XML are written and read.
    """

    parameters: Mapping[str, Kind]
    returns: Kind | None
    encoded: bool
    qualified: str
    form: Xml

    # -- requests ------------------------------------------------------------------------------------------------

    def write(self, element: Any, value: Any) -> None:
        """Arguments into the element of their call.

        Raises:
            Fault: one is unknown, or none of its kind.
        """
        given = {} if value is None else value
        if not isinstance(given, dict):
            raise Fault("the body of a call is an object of its arguments", value)
        for name in given:
            if name not in self.parameters:
                near = did_you_mean(suggest(name, self.parameters)) or f"there is: {', '.join(self.parameters)}"
                raise Fault(f"there is no argument {name!r}; {near.strip()}")
        for name, kind in self.parameters.items():
            if given.get(name) is not None or self.encoded:  # arguments count by their order, too
                element.append(self._argument(name, kind, given.get(name)))

    def _argument(self, name: str, kind: Kind, value: Any) -> Any:
        from lxml import etree

        tag = f"{{{self.qualified}}}{name}" if self.qualified else name
        if value is None:
            element = etree.Element(tag)
            element.set(NIL, "true")
        elif kind == "map":
            element = self._map(tag, value) if self.encoded else _PLAIN.element(tag, value)
        else:
            element = etree.Element(tag, nsmap=PREFIXES if self.encoded else None)
            element.text = self._text(name, kind, value)
            if self.encoded:
                element.set(TYPE, f"xsd:{_XSD[kind]}")
        return element

    def _text(self, name: str, kind: Kind, value: Any) -> str:
        if kind == "xml" and isinstance(value, dict):
            return self.form.text(value)
        return written(_SIMPLE.get(kind, _TEXT), value, (name,))

    def _map(self, tag: str, value: Any, depth: int = 0) -> Any:
        """A value with its type: an object as a map, a list as an array."""
        from lxml import etree

        if depth > MAX_DEPTH:
            raise Fault("the map is nested too deeply")
        element = etree.Element(tag, nsmap=PREFIXES)
        if value is None:
            element.set(NIL, "true")
        elif isinstance(value, dict):
            element.set(TYPE, "map:Map")
            for key, inner in value.items():
                item = etree.SubElement(element, "item")
                item.append(self._map("key", key, depth + 1))
                item.append(self._map("value", inner, depth + 1))
        elif isinstance(value, list):
            element.set(TYPE, "enc:Array")
            element.set(ARRAY_TYPE, f"xsd:anyType[{len(value)}]")
            element.extend(self._map("item", inner, depth + 1) for inner in value)
        else:
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            kind = "boolean" if isinstance(value, bool) else "int" if is_whole else "string"
            element.set(TYPE, f"xsd:{'decimal' if isinstance(value, Decimal) else kind}")
            element.text = clean(printed(value))
        return element

    def read_arguments(self, element: Any) -> dict[str, Any]:
        """The arguments of a call, as the other side reads them."""
        typed = Typed(References(element))
        return {
            local(child.tag): self._result(self.parameters.get(local(child.tag)), typed.value(child), child.tag)
            for child in element
        }

    # -- replies -------------------------------------------------------------------------------------------------

    def read(self, element: Any) -> Any:
        """The result in the element of a reply.

        Raises:
            Undecodable: it is none of its kind.
        """
        typed = Typed(References(element.getparent()))
        found = {}
        for child in element:
            value = typed.value(child)
            if self.returns is not None:
                return self._result(self.returns, value, child.tag)
            found[local(child.tag)] = value
        return found or None

    def _result(self, kind: Kind | None, value: Any, tag: str) -> Any:
        """A value as its kind says; one that carries a type of its own is of that already."""
        if not isinstance(value, str):
            return value
        if kind == "xml":
            return self.form.held(value)
        return read(_SIMPLE[kind], value, tag) if kind in _SIMPLE else value

    def write_result(self, element: Any, value: Any) -> None:
        """A result, as the other side writes it."""
        if self.returns is not None:
            element.append(self._argument("return", self.returns, value))
            return
        for name, inner in (value or {}).items():
            element.append(self._map(name, inner) if self.encoded else _PLAIN.element(name, inner))
