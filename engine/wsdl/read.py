"""Reading a WSDL with zeep: its operations as shapes. zeep is imported when the first one is read.

Only files beside the integration are read, never the network: what a WSDL imports is vendored with it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from engine.wsdl.facets import Facets
from engine.wsdl.shape import ANY_TYPE, Attribute, Child, Kind, Operation, Part, Shape, Simple

if TYPE_CHECKING:
    from lxml.etree import QName

MAX_BYTES = 20_000_000
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
VERSIONS = {"Soap11Binding": "soap11", "Soap12Binding": "soap12"}
"""What zeep calls them, and the language."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("Boolean", "boolean"),
    ("Integer", "integer"),
    ("Decimal", "decimal"),
    ("Float", "decimal"),
    ("Double", "decimal"),
    ("DateTime", "date-time"),
    ("Date", "date"),
    ("Time", "time"),
)


class Unusable(Exception):
    """A WSDL that cannot be used: the fact, and what to do.

    Attributes:
        missing: what it imports and is not beside it.
    """

    def __init__(self, message: str, hint: str, missing: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.missing = missing


def operations(path: Path) -> dict[str, dict[str, Operation]]:
    """The operations of a WSDL's services: by version (`soap11`, `soap12`), then by name; of those that several ports
    have, the first.

    Raises:
        Unusable: the file is missing, is no WSDL, or imports what is not beside it.
    """
    return _operations(str(path), path.name, _Files(path.parent))


def operations_in(url: str, documents: Mapping[str, bytes]) -> dict[str, dict[str, Operation]]:
    """As `operations`, of a WSDL that a service itself shows.

    Args:
        documents: the WSDL, and what it imports, by their addresses.

    Raises:
        Unusable: as `operations`; `missing` is the address of what it imports and is not given.
    """
    return _operations(url, "what it shows", _Fetched(documents))


def _operations(location: str, name: str, files: _Files | _Fetched) -> dict[str, dict[str, Operation]]:
    from lxml import etree
    from zeep import exceptions
    from zeep.settings import Settings
    from zeep.wsdl import Document

    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # zeep warns of messages it leaves out: calls would go without their body
            document = Document(location, cast(Any, files), settings=settings)
    except (
        exceptions.Error,
        Warning,
        etree.LxmlError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise Unusable(f"{name} cannot be read as a WSDL: {_words(error)}", "vendor the whole WSDL") from None
    except (AssertionError, NotImplementedError) as error:
        raise Unusable(f"{name} says something that is not understood: {_words(error)}", "simplify it") from None
    reader = _Reader(files.facets, document.types)
    found: dict[str, dict[str, Operation]] = {version: {} for version in VERSIONS.values()}
    for service in document.services.values():
        for port in service.ports.values():
            version = VERSIONS.get(type(port.binding).__name__)
            if version is not None:
                address = str((port.binding_options or {}).get("address") or "")
                for operation in port.binding.all().values():
                    binding = port.binding.name.localname
                    found[version].setdefault(operation.name, reader.operation(operation, binding, address))
    return found


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


class _Files:
    """What zeep loads from: files below one folder. Implements its `Transport`."""

    def __init__(self, home: Path) -> None:
        self._home = home.resolve()
        self.facets = Facets()

    def load(self, url: str) -> bytes:
        parts = urlsplit(url)
        if url == ENCODING:
            return (Path(__file__).parent / "encoding.xsd").read_bytes()
        if parts.scheme in ("http", "https"):
            hint = f"vendor it, too: `engine new NAME --wsdl {url}` fetches a WSDL with all that it imports"
            raise Unusable(f"it imports {url}, which is not beside the integration", hint, url)
        path = Path(unquote(parts.path) if parts.scheme == "file" else url).resolve()
        if not path.is_relative_to(self._home) or not isfile(path):
            raise Unusable(f"there is no file {path.name} beside the WSDL", "vendor it, too", str(url))
        if path.stat().st_size > MAX_BYTES:
            raise Unusable(f"{path.name} has more than {MAX_BYTES:,} bytes", "keep only what is used")
        content = path.read_bytes()
        self.facets.learn(content)
        return content


class _Fetched:
    """What zeep loads from: documents that were fetched before. Implements its `Transport`."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self._documents = documents
        self.facets = Facets()

    def load(self, url: str) -> bytes:
        if url not in self._documents:
            raise Unusable(f"it imports {url}", "look at it by hand", url)
        self.facets.learn(self._documents[url])
        return self._documents[url]


class _Reader:
    """Turns zeep's types into shapes, each once."""

    def __init__(self, facets: Facets, types: Any) -> None:
        self._facets = facets
        self._types = types
        self._shapes: dict[int, tuple[Any, Shape]] = {}  # with zeep's type, so that nothing else gets its id

    def operation(self, found: Any, binding: str, address: str) -> Operation:
        abstract = found.abstract
        return Operation(
            name=found.name,
            action=found.soapaction or "",
            address=address,
            request=self._part(found.input),
            reply=self._part(found.output),
            encoded=self._facets.is_encoded(binding, found.name),
            rpc=found.style == "rpc",
            documentation=" ".join(str(getattr(abstract, "documentation", "") or "").split()),
        )

    def _part(self, message: Any) -> Part:
        body = getattr(message, "body", None)
        header = getattr(message, "header", None)
        blocks = {name: self._child(element) for name, element in header.type.elements} if header is not None else {}
        return Part(self._child(body) if body is not None else None, blocks)

    def _child(self, element: Any, *, optional: bool = False, repeats: int = 0) -> Child:
        return Child(
            tag=_text(element.qname),
            shape=self._shape(element.type),
            many=element.accepts_multiple or bool(repeats),
            required=element.min_occurs > 0 and not optional,
            nillable=bool(element.nillable),
            repeats=repeats,
        )

    def _shape(self, kind: Any) -> Shape:
        if id(kind) not in self._shapes:
            self._shapes[id(kind)] = kind, self._read(kind)
        return self._shapes[id(kind)][1]

    def _read(self, kind: Any) -> Shape:
        from zeep import xsd

        name = _text(kind.qname) if getattr(kind, "is_global", False) else ""
        if isinstance(kind, xsd.ComplexType):
            element = kind._element
            if isinstance(element, xsd.Element) and isinstance(element.type, xsd.AnySimpleType):
                return Shape(name, self._simple(element.type), self._attributes(kind))
            array = kind._array_type is not None
            return Shape(
                type=name,
                attributes={} if array else self._attributes(kind),
                open=any(True for _ in _anys(kind.elements_nested)),
                array=array,
                abstract=self._facets.is_abstract(name),
                others=lambda: {} if array else self._kinds(name),
                inner=lambda: self._array(kind) if array else dict(self._children(kind.elements_nested)),
            )
        if isinstance(kind, xsd.AnySimpleType):
            return Shape(name, self._simple(kind))
        return Shape(ANY_TYPE, open=True)

    def _kinds(self, name: str) -> dict[str, Shape]:
        """The types derived from one that an element may be; none of those that are abstract themselves."""
        from lxml.etree import QName

        named = [QName(one) for one in self._facets.derived(name) if not self._facets.is_abstract(one)]
        return {one.localname: self._shape(self._types.get_type(one)) for one in named}

    def _attributes(self, kind: Any) -> Mapping[str, Attribute]:
        found = [attribute for _, attribute in kind.attributes if getattr(attribute, "name", None)]
        return {one.name: Attribute(_text(one.qname), self._simple(one.type), bool(one.required)) for one in found}

    def _array(self, kind: Any) -> Mapping[str, Child]:
        """The elements of a SOAP array, which its type names and its schema does not."""
        from lxml.etree import QName

        item = kind._array_type.array_type
        inner = Child("item", self._shape(item) if item is not None else Shape(ANY_TYPE, open=True), many=True)
        named = [(name, child) for name, child in self._children(kind.elements_nested) if QName(child.tag).localname]
        return dict(named[:1]) or {"item": inner}

    def _children(self, nested: Any, *, optional: bool = False, repeats: int = 0) -> Iterator[tuple[str, Child]]:
        """The elements of a type, through its sequences, choices and groups."""
        from zeep import xsd

        for _, found in nested:
            if isinstance(found, xsd.Element):
                yield str(found.name), self._child(found, optional=optional, repeats=repeats)
            elif not isinstance(found, xsd.Any):
                may_lack = optional or found.min_occurs == 0 or isinstance(found, xsd.Choice)
                again = repeats or (id(found) if found.accepts_multiple else 0)
                yield from self._children(_within(found), optional=may_lack, repeats=again)

    def _simple(self, kind: Any) -> Simple:
        from zeep import xsd

        name = _text(kind.qname) if kind.qname is not None else ""
        longest, choices = self._facets.of(name)
        found = next((ours for theirs, ours in _KINDS if isinstance(kind, getattr(xsd, theirs))), "text")
        return Simple(found, name if kind.is_global else "", longest, choices)  # type: ignore[arg-type]


def _anys(nested: Any) -> Iterator[Any]:
    """The places for any element of a type."""
    from zeep import xsd

    for _, found in nested:
        if isinstance(found, xsd.Any):
            yield found
        elif not isinstance(found, xsd.Element):
            yield from _anys(_within(found))


def _within(indicator: Any) -> Any:
    """What stands in a sequence, choice or group."""
    from zeep import xsd

    return [(None, indicator.child)] if isinstance(indicator, xsd.Group) else [(None, one) for one in indicator]


def _text(name: QName | None) -> str:
    return name.text if name is not None else ""
