"""SOAP 1.1 as a server of the old school speaks it: envelopes read and written by hand, with lxml and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MAP = "http://xml.apache.org/xml-soap"


class SoapFault(Exception):
    """What a server answers when it cannot: `code` is Server, Client or one of its own."""

    def __init__(self, code: str, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail


@dataclass(frozen=True)
class Called:
    """A call: the operation, its namespace, its arguments in order, and the header blocks by name."""

    operation: str
    namespace: str
    arguments: Mapping[str, Any]
    headers: Mapping[str, Any]


def called(raw: bytes) -> Called:
    """A request taken apart. A `Map` is a dict, an element with children an lxml element, everything else text."""
    try:
        envelope = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise SoapFault("Client", f"Bad Request: {error}") from None
    body = envelope.find(f"{{{SOAP}}}Body")
    if body is None or not len(body):
        raise SoapFault("Client", "looks like we got no XML document")
    header = envelope.find(f"{{{SOAP}}}Header")
    name = etree.QName(body[0])
    return Called(
        name.localname,
        name.namespace or "",
        {etree.QName(one).localname: _value(one) for one in body[0]},
        {etree.QName(one).localname: one for one in (header if header is not None else ())},
    )


def _value(element: Any) -> Any:
    if element.get(f"{{{XSI}}}nil") == "true":
        return None
    if element.get(f"{{{XSI}}}type", "").endswith(":Map"):
        pairs = [(item.findtext("key"), item.find("value")) for item in element]
        return {key: _value(value) for key, value in pairs if key is not None and value is not None}
    return element if len(element) else element.text or ""


def typed(called: Called, text: str) -> bytes:
    """An RPC/encoded reply: one string in `return`."""
    inner = f'<return xsi:type="xsd:string">{_escaped(text)}</return>'
    name = f"{called.operation}Response"
    return _envelope(
        f'<ns1:{name} xmlns:ns1="{called.namespace}" SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">'
        f"{inner}</ns1:{name}>"
    )


def document(called: Called, inner: str) -> bytes:
    """A document/literal reply: `inner` in the element of the response."""
    name = f"{called.operation}Response"
    return _envelope(f'<{name} xmlns="{called.namespace}">{inner}</{name}>')


def faulted(fault: SoapFault) -> bytes:
    code = f"SOAP-ENV:{fault.code}" if fault.code in ("Server", "Client") else fault.code
    detail = f"<detail>{fault.detail}</detail>" if fault.detail else ""
    return _envelope(
        f"<SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{_escaped(fault.text)}</faultstring>{detail}"
        "</SOAP-ENV:Fault>"
    )


def xml(name: str, value: Any) -> str:
    """A value as an element: a dict as its children, a list as the same element again and again, None as an empty one."""
    if isinstance(value, list):
        return "".join(xml(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(xml(key, inner) for key, inner in value.items())}</{name}>"
    return f"<{name}/>" if value is None else f"<{name}>{_escaped(str(value))}</{name}>"


def _envelope(inner: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP}" xmlns:xsd="{XSD}" '
        f'xmlns:xsi="{XSI}"><SOAP-ENV:Body>{inner}</SOAP-ENV:Body></SOAP-ENV:Envelope>\n'
    ).encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
