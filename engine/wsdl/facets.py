"""What zeep leaves out of a WSDL and its schemas: lengths and choices of texts, which types stand in for which, and which
operations are `encoded`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
_NO_FACETS: tuple[int | None, tuple[str, ...]] = (None, ())
MAX_BASES = 20


class Facets:
    """Learns from every document that is loaded."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int | None, tuple[str, ...]]] = {}
        self._bases: dict[str, str] = {}
        self._encoded: set[tuple[str, str]] = set()
        self._derived: dict[str, list[str]] = {}
        self._abstract: set[str] = set()

    def learn(self, content: bytes) -> None:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError:
            return  # zeep says so
        for schema in root.iter(f"{_XSD}schema"):
            for name, restriction in _restrictions(schema):
                self._note(f"{{{schema.get('targetNamespace', '')}}}{name}", restriction)
            for kind in schema.iterfind(f"{_XSD}complexType[@name]"):
                self._note_kind(f"{{{schema.get('targetNamespace', '')}}}{kind.get('name')}", kind)
        for binding in root.iter(f"{_WSDL}binding"):
            for operation in binding.iterfind(f"{_WSDL}operation"):
                if any(one.get("use") == "encoded" for one in operation.iter() if isinstance(one.tag, str)):
                    self._encoded.add((binding.get("name", ""), operation.get("name", "")))

    def of(self, name: str) -> tuple[int | None, tuple[str, ...]]:
        """The longest length and the choices of a type; those of its bases where it says nothing itself."""
        longest, choices = _NO_FACETS
        for _ in range(MAX_BASES):
            own = self._found.get(name, _NO_FACETS)
            longest, choices = longest if longest is not None else own[0], choices or own[1]
            name = self._bases.get(name, "")
        return longest, choices

    def is_encoded(self, binding: str, operation: str) -> bool:
        return (binding, operation) in self._encoded

    def is_abstract(self, name: str) -> bool:
        """Whether an element of a type must say which of those derived from it it is."""
        return name in self._abstract

    def derived(self, name: str) -> tuple[str, ...]:
        """The types that may stand in for one: those derived from it, and from them."""
        found: dict[str, None] = {}
        waiting = [*self._derived.get(name, ())]
        while waiting:
            one = waiting.pop(0)
            if one not in found:
                found[one] = None
                waiting += self._derived.get(one, ())
        return tuple(found)

    def _note(self, name: str, restriction: Any) -> None:
        lengths = [one.get("value") for kind in ("maxLength", "length") for one in restriction.iter(f"{_XSD}{kind}")]
        longest = next((int(text) for text in lengths if text and text.isdigit()), None)
        choices = tuple(one.get("value", "") for one in restriction.iter(f"{_XSD}enumeration"))
        found = (longest, choices)
        if self._found.setdefault(name, found) != found:  # types without a name, of elements of the same name
            self._found[name] = _NO_FACETS
        self._bases[name] = _base(restriction)

    def _note_kind(self, name: str, kind: Any) -> None:
        if kind.get("abstract") in ("true", "1"):
            self._abstract.add(name)
        for content in kind.iterfind(f"{_XSD}complexContent/*[@base]"):
            self._derived.setdefault(_base(content), []).append(name)


def _base(derivation: Any) -> str:
    """What a restriction or an extension starts from, as `{namespace}name`."""
    prefix, _, local = derivation.get("base", "").rpartition(":")
    return f"{{{derivation.nsmap.get(prefix or None, '')}}}{local}"


def _restrictions(schema: Any) -> Iterator[tuple[str, Any]]:
    """The simple types of a schema that restrict another one; one without a name is called as zeep calls it."""
    for kind in schema.iter(f"{_XSD}simpleType"):
        name = kind.get("name") or kind.getparent().get("name")
        restriction = kind.find(f"{_XSD}restriction")
        if name and restriction is not None:
            yield name, restriction
