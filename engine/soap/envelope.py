"""SOAP envelopes: a codec that writes requests and reads replies, and its other side; faults in the words of SOAP 1.2."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, ClassVar

from engine.formats.format import Codec, No, Undecodable
from engine.formats.xml import Xml, clean, local, root, value_of
from engine.soap.content import PLAIN, Content
from engine.soap.names import ENCODING, ENCODING12, SOAP11, SOAP12

FAULT = "fault"
"""The field of a reply that is a fault: `{code, text, actor, detail}`."""
TEMPORARY = frozenset({"Server", "Receiver"})
"""The codes that say: not your fault, a repeat may help."""
_ROOT = f"{{{ENCODING}}}root"
_RESULT = "{http://www.w3.org/2003/05/soap-rpc}result"


class Envelope(Codec):
    """Reads and writes envelopes of one operation.

    A fault is `{fault: {code, text, actor, detail}}`; code and text are what SOAP 1.2 calls Code and Reason.
    """

    needs_body: ClassVar[bool] = True
    namespace: ClassVar[str]
    encoding: ClassVar[str]

    def __init__(self, content: Content, *, encoded: bool = False) -> None:
        self.needs_reply = content.is_answered  # type: ignore[misc]  # of this operation
        self._content = content
        self._encoded = encoded

    def encode(self, value: Any) -> bytes:
        return self.encode_with(value, ())

    def encode_with(self, value: Any, blocks: Sequence[Any]) -> bytes:
        return self.enveloped(self._content.request(value), blocks)

    def decode(self, content: bytes, charset: str) -> Any:
        element = self.body(content, charset)
        if element is not None and local(element.tag) == "Fault":
            return {FAULT: read_fault(element)}
        if element is not None:
            first = next(iter(element), None)
            if first is not None and first.tag == _RESULT:  # it only says which of the others is the result
                element.remove(first)
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
        return No(text or f"fault {code}", code, code.partition(".")[0] in TEMPORARY)

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
        whole = (child for child in body if child.get(_ROOT) not in ("0", "false"))  # others are only referred to
        return next(whole, None)

    def block(self, name: str, value: Any, namespace: str) -> Any:
        """A header block as an element.

        Raises:
            Fault: the WSDL knows no such block, or the value does not fit.
        """
        return self._content.block(name, value, namespace)

    @abstractmethod
    def fault(self, fault: Mapping[str, Any]) -> Any:
        """The element of a fault, as the other side writes it."""


class Soap11(Envelope):
    """SOAP 1.1."""

    content_type: ClassVar[str] = "text/xml; charset=utf-8"
    namespace = SOAP11
    encoding = ENCODING

    def fault(self, fault: Mapping[str, Any]) -> Any:
        told = {"faultcode": fault.get("code") or "Server", "faultstring": fault.get("text") or ""}
        told |= {"faultactor": fault.get("actor"), "detail": fault.get("detail")}
        element = PLAIN.element("Fault", told)
        element.tag = f"{{{self.namespace}}}Fault"
        return element


class Soap12(Envelope):
    """SOAP 1.2."""

    content_type: ClassVar[str] = "application/soap+xml; charset=utf-8"
    namespace = SOAP12
    encoding = ENCODING12

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


def read_fault(element: Any) -> dict[str, Any]:
    """A fault: `{code, text, actor, detail}`, what is not there left out. A service may answer in the version it knows."""
    parts = {local(child.tag): child for child in element}
    if "faultcode" in parts or "faultstring" in parts:
        code = _told(parts.get("faultcode")).rpartition(":")[2]
        return _left(code, _told(parts.get("faultstring")), _told(parts.get("faultactor")), parts.get("detail"))
    codes = [_told(one) for one in parts["Code"].iter() if local(one.tag) == "Value"] if "Code" in parts else []
    code = next((code.rpartition(":")[2] for code in reversed(codes) if code), "")
    text = next(iter(parts["Reason"]), None) if "Reason" in parts else None
    return _left(code, _told(text), _told(parts.get("Role")), parts.get("Detail"))


def _told(element: Any | None) -> str:
    """The text of an element, without what XML cannot carry."""
    return clean("".join(element.itertext()).strip()) if element is not None else ""


def _left(code: str, text: str, actor: str, detail: Any | None) -> dict[str, Any]:
    found: dict[str, Any] = {"code": code, "text": text, "actor": actor}
    inner = value_of(detail) if detail is not None else None
    return {name: value for name, value in {**found, "detail": inner}.items() if value}
