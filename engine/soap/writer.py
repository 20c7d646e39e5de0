"""Values as elements in the types of a WSDL: attributes are `_name`, text beside attributes `_`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from engine.errors import Fault
from engine.formats.xml import MAX_DEPTH, Xml, local
from engine.parts.suggest import did_you_mean, suggest
from engine.soap.names import ARRAY, ARRAY_TYPE, ENCODING, NIL, TYPE, XSD, XSI
from engine.soap.texts import Where, told, written
from engine.wsdl.shape import ANY_TYPE, KIND, Child, Shape, Simple

_PLAIN = Xml()
_TEXT = Simple("text")
_XSD = {str: "string", bool: "boolean", int: "int", Decimal: "decimal", float: "decimal"}
"""What a value says of its type where any may stand."""


class Writer:
    """Writes one element and what is in it.

    Args:
        child: the element.
        encoded: whether elements carry their types.
    """

    def __init__(self, child: Child, *, encoded: bool = False) -> None:
        from lxml import etree  # here: whoever only checks does not wait for it

        self._etree = etree
        self._child = child
        self._encoded = encoded
        known = [*_namespaces(child, encoded=encoded), *((XSI, ENCODING) if encoded else ())]
        self._prefixes = {namespace: f"n{number}" for number, namespace in enumerate(dict.fromkeys(known), 1)}
        self._prefixes |= {XSI: "xsi"}

    def write(self, value: Any) -> Any:
        """A value as an element of lxml.

        Raises:
            Fault: it does not fit the type; the text names the field.
        """
        declared = {prefix: namespace for namespace, prefix in self._prefixes.items()}
        element = self._etree.Element(self._child.tag, nsmap=declared)
        self._put(element, self._child, value, (local(self._child.tag),))
        return element

    def _put(self, element: Any, child: Child, value: Any, where: Where) -> None:
        """A value into its element."""
        if value is None and (child.nillable or self._encoded):
            element.set(NIL, "true")
            return
        shape = child.shape
        if shape.kinds:
            shape, value = _of_its_kind(shape, value, where)
        if shape.anything and not isinstance(value, dict):
            self._put_any(element, value, where)
            return
        if self._encoded or shape is not child.shape:
            self._mark(element, shape, value)
        if shape.text is not None and not isinstance(value, dict):
            if shape.attributes:
                value = {"_": value}
            else:
                element.text = None if value is None else written(shape.text, value, where)
                return
        self._fill(element, shape, value, where)

    def _mark(self, element: Any, shape: Shape, value: Any) -> None:
        """What an element says of its type, and an array of that of its elements."""
        if shape.array:
            inner = next(iter(shape.children.values())).shape
            element.set(TYPE, self._prefixed(ARRAY))
            element.set(ARRAY_TYPE, f"{self._prefixed(inner.type or ANY_TYPE)}[{len(value or ())}]")
        elif shape.type:
            element.set(TYPE, self._prefixed(shape.type))

    def _put_any(self, element: Any, value: Any, where: Where) -> None:
        """One value where the schema allows any: it says of what type it is."""
        if value is None:
            return
        element.text = written(_TEXT, value, where)
        element.set(TYPE, self._prefixed(f"{{{XSD}}}{_XSD[type(value)]}"))

    def _prefixed(self, name: str) -> str:
        namespace, _, bare = name[1:].partition("}")
        return f"{self._prefixes[namespace]}:{bare}"

    def _fill(self, element: Any, shape: Shape, value: Any, where: Where) -> None:
        if len(where) > MAX_DEPTH:
            raise Fault(f"{told(where)} is nested too deeply")
        if shape.array:
            value = {next(iter(shape.children)): value}
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise Fault(f"{told(where)} is an object, not {_kind(value)}", value)
        more = [name for name in value if name not in shape.known]
        if more and not shape.open:
            near = did_you_mean(suggest(more[0], shape.known)) or f"it has: {', '.join(sorted(shape.known))}"
            raise Fault(f"{told(where)} has no field {more[0]!r}; {near.strip()}")
        for name, attribute in shape.attributes.items():
            text = value.get(f"_{name}")
            if text is not None:
                element.set(attribute.tag, written(attribute.text, text, (*where, f"_{name}")))
            elif attribute.required:
                raise Fault(f"{told(where)} needs the attribute `_{name}`")
        if shape.text is not None:
            text = value.get("_")
            element.text = None if text is None else written(shape.text, text, where)
        for name, child, inner in _in_order(shape, value, where):
            self._put(self._etree.SubElement(element, child.tag), child, inner, (*where, name))
        for name in more:
            if value[name] is not None:
                element.append(_PLAIN.element(name, value[name]))


def _namespaces(child: Child, *, encoded: bool) -> Iterator[str]:
    """The namespaces of an element and all that may be in it, and those of the types that are named."""
    yield from _of_names([child.tag])
    waiting, seen = [(child.shape, encoded)], set()
    while waiting:
        shape, is_named = waiting.pop()
        yield from _of_names([shape.type or ANY_TYPE] if is_named or shape.anything else [])
        if id(shape) not in seen:
            seen.add(id(shape))
            yield from _of_names([one.tag for one in shape.attributes.values()])
            yield from _of_names([one.tag for one in shape.children.values()])
            waiting += ((one.shape, encoded) for one in shape.children.values())
            waiting += ((kind, True) for kind in shape.kinds.values())


def _of_names(names: Iterable[str]) -> Iterator[str]:
    return (name[1:].partition("}")[0] for name in names if name.startswith("{"))


def _of_its_kind(shape: Shape, value: Any, where: Where) -> tuple[Shape, Any]:
    """Of several kinds the one that a value says it is, and the value without that word, and without the nulls of others.

    Raises:
        Fault: there is no such kind, or it must say one and does not.
    """
    said = value.get(KIND) if isinstance(value, dict) else None
    if said is None and not shape.abstract:
        return shape, value
    found = shape.kinds.get(said) if isinstance(said, str) else None
    if found is None:
        fact = "must say what it is" if said is None else f"cannot be {said!r}"
        raise Fault(f"{told(where)} {fact}; `{KIND}` is one of: {', '.join(shape.kinds)}")
    return found, {name: inner for name, inner in value.items() if name != KIND and inner is not None}


def _in_order(shape: Shape, value: Mapping[str, Any], where: Where) -> Iterator[tuple[str, Child, Any]]:
    """The elements to be written, in the order of the schema; those of a repeated group come in turn.

    Raises:
        Fault: one is missing, or a list where only one may come.
    """
    for repeats, group in shape.groups:
        columns = [list(_elements(name, child, value.get(name), where)) for name, child in group]
        if repeats:
            yield from (pair for row in zip_longest(*columns) for pair in row if pair is not None)
        else:
            for column in columns:
                yield from column


def _elements(name: str, child: Child, value: Any, where: Where) -> Iterator[tuple[str, Child, Any]]:
    if value is None or (isinstance(value, list) and not child.shape.array):
        values = [one for one in value or () if one is not None]
        if not child.many and len(values) > 1:
            raise Fault(f"{told((*where, name))} may come once, and is a list of {len(values)}")
        if not values and child.required and not child.nillable:
            raise Fault(f"{told((*where, name))} is missing")
        if not values and child.required:
            yield name, child, None
        for one in values:
            yield name, child, one
    else:
        yield name, child, value


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "one value"
