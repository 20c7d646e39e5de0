"""Values as elements in the types of a WSDL, and back: attributes are `_name`, text beside attributes `_`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby, zip_longest
from typing import Any

from engine.errors import Fault
from engine.expression.operations import printed
from engine.formats.format import Undecodable
from engine.formats.xml import MAX_DEPTH, Xml, clean, local, value_of
from engine.parts.suggest import did_you_mean, suggest
from engine.soap.names import ARRAY, ARRAY_TYPE, ENCODING, NIL, TYPE, XSI
from engine.soap.references import OF_ENCODING, References
from engine.wsdl.shape import Child, Shape, Simple

_PLAIN = Xml()


class Typed:
    """Writes and reads elements by their shapes.

    Args:
        encoded: whether elements carry their types.
        references: what elements refer to that are read; None: they refer to none.
    """

    def __init__(self, *, encoded: bool = False, references: References | None = None) -> None:
        self._encoded = encoded
        self._references = references

    # -- writing -------------------------------------------------------------------------------------------------

    def write(self, child: Child, value: Any, above: str = "") -> Any:
        """A value as an element of lxml.

        Raises:
            Fault: it does not fit the type; the text names the field.
        """
        from lxml import etree

        where = f"{above}.{local(child.tag)}" if above else local(child.tag)
        kind, item = self._types(child.shape)
        element = etree.Element(child.tag, nsmap=_prefixes(child.tag, kind, item))
        if value is None and (child.nillable or self._encoded):
            element.set(NIL, "true")
            return element
        if kind:
            element.set(TYPE, f"{'enc' if item else 't'}:{local(kind)}")
        if item:
            element.set(ARRAY_TYPE, f"i:{local(item)}[{len(value or ())}]")
        self._fill(element, child.shape, value, where)
        return element

    def _types(self, shape: Shape) -> tuple[str, str]:
        """What an element says of its type, and an array of its elements'; empty where it is to say nothing."""
        if not self._encoded:
            return "", ""
        if shape.array:
            inner = next(iter(shape.children.values())).shape
            return ARRAY, inner.type or _ANY
        return shape.type, ""

    def _fill(self, element: Any, shape: Shape, value: Any, where: str) -> None:
        if shape.array:
            value = {next(iter(shape.children)): value}
        if shape.text is not None and not isinstance(value, dict):
            value = {"_": value}
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise Fault(f"{where} is an object, not {_kind(value)}", value)
        known = {f"_{name}" for name in shape.attributes} | set(shape.children) | ({"_"} if shape.text else set())
        more = [name for name in value if name not in known]
        if more and not shape.open:
            near = did_you_mean(suggest(more[0], known)) or f"it has: {', '.join(sorted(known))}"
            raise Fault(f"{where} has no field {more[0]!r}; {near.strip()}")
        for name, attribute in shape.attributes.items():
            text = value.get(f"_{name}")
            if text is not None:
                element.set(attribute.tag, _text(attribute.text, text, f"{where}._{name}"))
            elif attribute.required:
                raise Fault(f"{where} needs the attribute `_{name}`")
        if shape.text is not None:
            text = value.get("_")
            element.text = None if text is None else _text(shape.text, text, where)
        for child, inner in _in_order(shape.children, value, where):
            element.append(self.write(child, inner, where))
        for name in more:
            if value[name] is not None:
                element.append(_PLAIN.element(name, value[name]))

    # -- reading -------------------------------------------------------------------------------------------------

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


_ANY = "{http://www.w3.org/2001/XMLSchema}anyType"


def _prefixes(tag: str, kind: str, item: str) -> dict[str, str]:
    """The prefixes that an element and its attributes use."""
    names = {"ns": tag, "enc" if item else "t": kind, "i": item}
    return {prefix: name[1:].partition("}")[0] for prefix, name in names.items() if name.startswith("{")}


def _in_order(children: Mapping[str, Child], value: Mapping[str, Any], where: str) -> Iterator[tuple[Child, Any]]:
    """The elements to be written, in the order of the schema; those of a repeated group come in turn.

    Raises:
        Fault: one is missing, or a list where only one may come.
    """
    for repeats, group in groupby(children.items(), key=lambda pair: pair[1].repeats):
        columns = [list(_elements(name, child, value.get(name), where)) for name, child in group]
        if repeats:
            yield from (pair for row in zip_longest(*columns) for pair in row if pair is not None)
        else:
            yield from (pair for column in columns for pair in column)


def _elements(name: str, child: Child, value: Any, where: str) -> Iterator[tuple[Child, Any]]:
    if isinstance(value, list) and not child.shape.array:
        if not child.many and len(value) > 1:
            raise Fault(f"{where}.{name} may come once, and is a list of {len(value)}")
        values = [one for one in value if one is not None]
    else:
        values = [] if value is None else [value]
    if not values and child.required and child.nillable:
        values = [None]
    if not values and child.required:
        raise Fault(f"{where}.{name} is missing")
    for one in values:
        yield child, one


def _text(simple: Simple, value: Any, where: str) -> str:
    """A value as the text of an XSD type.

    Raises:
        Fault: it is none.
    """
    try:
        text = clean(printed(value))
    except Fault as fault:
        raise Fault(f"{where}: {fault.message}", value) from None
    if simple.kind in ("integer", "decimal") and not _is_number(text, whole=simple.kind == "integer"):
        raise Fault(f"{where} is {'a whole number' if simple.kind == 'integer' else 'a number'}, not this text", value)
    if simple.kind == "boolean" and text not in ("true", "false", "1", "0"):
        raise Fault(f"{where} is true or false, not this text", value)
    if simple.longest is not None and len(text) > simple.longest:
        raise Fault(f"{where} has {len(text)} characters; at most {simple.longest} fit", value)
    return text


def _is_number(text: str, *, whole: bool) -> bool:
    try:
        number = Decimal(text)
    except ArithmeticError:
        return False
    return number == number.to_integral_value() if whole and number.is_finite() else not whole


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


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "one value"
