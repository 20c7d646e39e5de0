"""What stands in the body of an envelope: the elements of a WSDL, or of arguments that the file lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.errors import Fault
from engine.formats.format import Undecodable
from engine.formats.xml import Xml, local, value_of
from engine.soap.listed import Arguments
from engine.soap.names import PREFIXES
from engine.soap.reader import Reader
from engine.soap.references import References
from engine.soap.writer import Writer
from engine.wsdl.shape import Child, Operation

PLAIN = Xml()


class Content(ABC):
    """What stands in the body of an envelope."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the element of a request is called; empty: there is none."""

    @property
    def is_answered(self) -> bool:
        """Whether a reply says anything; the operations that only tell something are answered by a status."""
        return True

    @abstractmethod
    def request(self, value: Any) -> Any | None:
        """The element of a request; None: the body is empty."""

    @abstractmethod
    def reply(self, value: Any) -> Any | None:
        """The element of a reply, as the other side writes it."""

    @abstractmethod
    def block(self, name: str, value: Any, namespace: str) -> Any:
        """The element of a header block.

        Raises:
            Fault: there is no such block, or the value does not fit.
        """

    @abstractmethod
    def read_request(self, element: Any) -> Any:
        """A request, as the other side reads it."""

    @abstractmethod
    def read_reply(self, element: Any | None) -> Any:
        """A reply; None: the body is empty.

        Raises:
            Undecodable: it is none of this operation, or not in its types.
        """


@dataclass(frozen=True)
class OfWsdl(Content):
    """Elements in the types of a WSDL.

    Attributes:
        texts: fields of the request that are text for the WSDL, and hold XML.
        returns_xml: whether the first field of the reply is such a text: the reply is what it holds.
        form: how that XML is written and read.
    """

    operation: Operation
    texts: frozenset[str] = frozenset()
    returns_xml: bool = False
    form: Xml = PLAIN

    @property
    def name(self) -> str:
        body = self.operation.request.body
        return local(body.tag) if body is not None else ""

    @property
    def is_answered(self) -> bool:
        return self.operation.reply.body is not None

    def request(self, value: Any) -> Any | None:
        if self.texts and isinstance(value, dict):
            value = {name: self._text(name, inner) for name, inner in value.items()}
        return self._asked.write(value) if self._asked is not None else None

    @cached_property
    def _asked(self) -> Writer | None:
        return self._writer(self.operation.request.body)

    @cached_property
    def _answered(self) -> Writer | None:
        return self._writer(self.operation.reply.body)

    def _writer(self, child: Child | None) -> Writer | None:
        return Writer(child, encoded=self.operation.encoded) if child is not None else None

    def _text(self, name: str, value: Any) -> Any:
        return self.form.text(value) if name in self.texts and isinstance(value, dict) else value

    def reply(self, value: Any) -> Any | None:
        body = self.operation.reply.body
        if self.returns_xml and body is not None:
            name = next(iter(body.shape.children), "")
            value = {name: self.form.text(value) if isinstance(value, dict) else value}
        return self._answered.write(value) if self._answered is not None else None

    def block(self, name: str, value: Any, namespace: str) -> Any:
        known = self.operation.request.headers
        child = known.get(name) or next((one for one in known.values() if local(one.tag) == name), None)
        if child is None:
            hint = f"it has: {', '.join(known)}" if known else "it has none"
            raise Fault(f"the WSDL knows no header {name!r} of {self.operation.name}; {hint}")
        return Writer(child, encoded=self.operation.encoded).write(value)

    def read_request(self, element: Any) -> Any:
        body = self.operation.request.body
        found = Reader().read(element, body.shape) if body is not None else None
        if not self.texts or not isinstance(found, dict):
            return found
        return {name: self.form.held(inner) if name in self.texts else inner for name, inner in found.items()}

    def read_reply(self, element: Any | None) -> Any:
        body = self.operation.reply.body
        if body is None:
            return value_of(element) if element is not None else None
        wanted = local(body.tag)
        if element is None or not (self.operation.rpc or local(element.tag) == wanted):
            held = f"holds <{local(element.tag)}>" if element is not None else "is empty"
            raise Undecodable(f"the body of its envelope {held}, where the WSDL has <{wanted}>")
        references = References(element.getparent()) if self.operation.encoded else None
        found = Reader(references).read(element, body.shape)
        if not self.returns_xml:
            return found
        return self.form.held(next(iter(found.values()), None)) if isinstance(found, dict) else None


@dataclass(frozen=True)
class Listed(Content):
    """An element named after the operation, with the arguments that the file lists."""

    operation: str
    namespace: str
    arguments: Arguments

    @property
    def name(self) -> str:
        return self.operation

    def request(self, value: Any) -> Any | None:
        element = self._named(self.operation)
        self.arguments.write(element, value)
        return element

    def reply(self, value: Any) -> Any | None:
        element = self._named(f"{self.operation}Response")
        self.arguments.write_result(element, value)
        return element

    def block(self, name: str, value: Any, namespace: str) -> Any:
        return Xml(type="xml", namespace=namespace or None).element(name, value)

    def read_request(self, element: Any) -> Any:
        return self.arguments.read_arguments(element)

    def read_reply(self, element: Any | None) -> Any:
        return self.arguments.read(element) if element is not None else None

    def _named(self, name: str) -> Any:
        from lxml import etree

        try:
            prefixes = {"m": self.namespace, **(PREFIXES if self.arguments.encoded else {})}
            return etree.Element(f"{{{self.namespace}}}{name}", nsmap=prefixes)
        except ValueError:
            raise Fault(f"{name!r} cannot name an operation") from None
