"""SOAP envelopes: a codec that writes requests and reads replies, and its other side; faults in the words of SOAP 1.2."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.errors import Fault
from engine.formats.format import Codec, No, Undecodable
from engine.formats.xml import Xml, clean, local, root, value_of
from engine.soap.listed import Arguments
from engine.soap.names import ENCODING, PREFIXES, SOAP11, SOAP12
from engine.soap.references import References
from engine.soap.typed import Typed
from engine.wsdl.shape import Operation

FAULT = "fault"
"""The field of a reply that is a fault: `{code, text, actor, detail}`."""

_PLAIN = Xml()


class Content(ABC):
    """What stands in the body of an envelope."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the element of a request is called; empty: there is none."""

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
    def read_reply(self, element: Any) -> Any:
        """A reply."""


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
    form: Xml = _PLAIN

    @property
    def name(self) -> str:
        body = self.operation.request.body
        return local(body.tag) if body is not None else ""

    def request(self, value: Any) -> Any | None:
        body = self.operation.request.body
        if self.texts and isinstance(value, dict):
            value = {name: self._text(name, inner) for name, inner in value.items()}
        return Typed(encoded=self.operation.encoded).write(body, value) if body is not None else None

    def _text(self, name: str, value: Any) -> Any:
        return self.form.text(value) if name in self.texts and isinstance(value, dict) else value

    def reply(self, value: Any) -> Any | None:
        body = self.operation.reply.body
        if self.returns_xml and body is not None:
            name = next(iter(body.shape.children), "")
            value = {name: self.form.text(value) if isinstance(value, dict) else value}
        return Typed(encoded=self.operation.encoded).write(body, value) if body is not None else None

    def block(self, name: str, value: Any, namespace: str) -> Any:
        known = self.operation.request.headers
        child = known.get(name) or next((one for one in known.values() if local(one.tag) == name), None)
        if child is None:
            hint = f"it has: {', '.join(known)}" if known else "it has none"
            raise Fault(f"the WSDL knows no header {name!r} of {self.operation.name}; {hint}")
        return Typed(encoded=self.operation.encoded).write(child, value)

    def read_request(self, element: Any) -> Any:
        body = self.operation.request.body
        found = Typed().read(element, body.shape) if body is not None else None
        if not self.texts or not isinstance(found, dict):
            return found
        return {name: self.form.held(inner) if name in self.texts else inner for name, inner in found.items()}

    def read_reply(self, element: Any) -> Any:
        body = self.operation.reply.body
        if body is None:
            return value_of(element)
        references = References(element.getparent()) if self.operation.encoded else None
        found = Typed(references=references).read(element, body.shape)
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

    def read_reply(self, element: Any) -> Any:
        return self.arguments.read(element)

    def _named(self, name: str) -> Any:
        from lxml import etree

        try:
            prefixes = {"m": self.namespace, **(PREFIXES if self.arguments.encoded else {})}
            return etree.Element(f"{{{self.namespace}}}{name}", nsmap=prefixes)
        except ValueError:
            raise Fault(f"{name!r} cannot name an operation") from None


class Envelope(Codec):
    """Reads and writes envelopes of one operation.

    A fault is `{fault: {code, text, actor, detail}}`; code and text are what SOAP 1.2 calls Code and Reason.
    """

    needs_body: ClassVar[bool] = True
    namespace: ClassVar[str]
    encoding: ClassVar[str]
    temporary: ClassVar[frozenset[str]]
    """The codes that say: not your fault, a repeat may help."""

    def __init__(self, content: Content, *, encoded: bool = False) -> None:
        self._content = content
        self._encoded = encoded

    def encode(self, value: Any) -> bytes:
        return self.encode_with(value, ())

    def encode_with(self, value: Any, blocks: Sequence[Any]) -> bytes:
        return self.enveloped(self._content.request(value), blocks)

    def decode(self, content: bytes, charset: str) -> Any:
        element = self.body(content, charset)
        if element is None:
            return None
        if local(element.tag) == "Fault":
            return {FAULT: self.read_fault(element)}
        return self._content.read_reply(element)

    def carries(self, content: bytes) -> bool:
        try:
            element = self.body(content, "")
        except Undecodable:
            return False
        return (local(element.tag) if element is not None else "") == self._content.name

    def said_no(self, reply: Any) -> No | None:
        if not isinstance(reply, dict) or list(reply) != [FAULT] or not isinstance(reply[FAULT], dict):
            return None
        fault = reply[FAULT]
        text, code = str(fault.get("text") or ""), str(fault.get("code") or "")
        return No(text or f"fault {code}", code, code.partition(".")[0] in self.temporary)

    @property
    def other_side(self) -> Codec:
        return OtherSide(self, self._content)

    def enveloped(self, element: Any | None, blocks: Sequence[Any]) -> bytes:
        """An envelope around an element."""
        from lxml import etree

        envelope = etree.Element(f"{{{self.namespace}}}Envelope", nsmap={"soap": self.namespace})
        if blocks:
            header = etree.SubElement(envelope, f"{{{self.namespace}}}Header")
            header.extend(deepcopy(block) for block in blocks)
        body = etree.SubElement(envelope, f"{{{self.namespace}}}Body")
        if element is not None:
            if self._encoded:
                element.set(f"{{{self.namespace}}}encodingStyle", self.encoding)
            body.append(element)
        written: bytes = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
        return written

    def body(self, content: bytes, charset: str) -> Any | None:
        """The first element in the body of an envelope; None: the body is empty.

        Raises:
            Undecodable: it is no envelope.
        """
        top = root(content, charset)
        if local(top.tag) != "Envelope":
            raise Undecodable(f"it is no SOAP envelope, but <{local(top.tag)}>")
        body = next((child for child in top if local(child.tag) == "Body"), None)
        if body is None:
            raise Undecodable("the envelope has no body")
        return next(iter(body), None)

    def block(self, name: str, value: Any, namespace: str) -> Any:
        """A header block as an element.

        Raises:
            Fault: the WSDL knows no such block, or the value does not fit.
        """
        return self._content.block(name, value, namespace)

    @abstractmethod
    def read_fault(self, element: Any) -> dict[str, Any]:
        """A fault: `{code, text, actor, detail}`, what is not there left out."""

    @abstractmethod
    def fault(self, fault: Mapping[str, Any]) -> Any:
        """The element of a fault, as the other side writes it."""


class Soap11(Envelope):
    """SOAP 1.1."""

    content_type: ClassVar[str] = "text/xml; charset=utf-8"
    namespace = SOAP11
    encoding = ENCODING
    temporary = frozenset({"Server"})

    def read_fault(self, element: Any) -> dict[str, Any]:
        parts = {local(child.tag): child for child in element}
        code = _told(parts.get("faultcode")).rpartition(":")[2]
        return _left(code, _told(parts.get("faultstring")), _told(parts.get("faultactor")), parts.get("detail"))

    def fault(self, fault: Mapping[str, Any]) -> Any:
        told = {"faultcode": fault.get("code") or "Server", "faultstring": fault.get("text") or ""}
        told |= {"faultactor": fault.get("actor"), "detail": fault.get("detail")}
        element = _PLAIN.element("Fault", told)
        element.tag = f"{{{self.namespace}}}Fault"
        return element


class Soap12(Envelope):
    """SOAP 1.2."""

    content_type: ClassVar[str] = "application/soap+xml; charset=utf-8"
    namespace = SOAP12
    encoding = "http://www.w3.org/2003/05/soap-encoding"
    temporary = frozenset({"Receiver"})

    def read_fault(self, element: Any) -> dict[str, Any]:
        parts = {local(child.tag): child for child in element}
        codes = [_told(one) for one in parts["Code"].iter() if local(one.tag) == "Value"] if "Code" in parts else []
        code = next((code.rpartition(":")[2] for code in reversed(codes) if code), "")
        text = next(iter(parts["Reason"]), None) if "Reason" in parts else None
        return _left(code, _told(text), _told(parts.get("Role")), parts.get("Detail"))

    def fault(self, fault: Mapping[str, Any]) -> Any:
        xml = Xml(namespace=self.namespace)
        code = str(fault.get("code") or "Receiver")
        known = ("Receiver", "Sender", "VersionMismatch", "MustUnderstand", "DataEncodingUnknown")
        value = f"soap:{code}" if code in known else "soap:Receiver"
        told = {"Value": value, "Subcode": None if code in known else {"Value": code}}
        return xml.element(
            "Fault", {"Code": told, "Reason": {"Text": fault.get("text") or ""}, "Detail": fault.get("detail")}
        )


class OtherSide(Codec):
    """The envelopes of the other side: requests are read, replies are written."""

    def __init__(self, envelope: Envelope, content: Content) -> None:
        self._envelope = envelope
        self._content = content
        self.content_type = envelope.content_type  # type: ignore[misc]  # as its other side's

    def encode(self, value: Any) -> bytes:
        no = self._envelope.said_no(value)
        element = self._envelope.fault(value[FAULT]) if no is not None else self._content.reply(value)
        return self._envelope.enveloped(element, ())

    def decode(self, content: bytes, charset: str) -> Any:
        element = self._envelope.body(content, charset)
        return self._content.read_request(element) if element is not None else None


def _told(element: Any | None) -> str:
    """The text of an element, without what XML cannot carry."""
    return clean("".join(element.itertext()).strip()) if element is not None else ""


def _left(code: str, text: str, actor: str, detail: Any | None) -> dict[str, Any]:
    found: dict[str, Any] = {"code": code, "text": text, "actor": actor}
    inner = value_of(detail) if detail is not None else None
    return {name: value for name, value in {**found, "detail": inner}.items() if value}
