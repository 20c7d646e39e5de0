"""XML both ways: `_name` is an attribute, `_` the text beside attributes, one root key, a list repeats the element.

lxml is imported when XML is first read or written: what only checks files does neither.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from functools import lru_cache
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from engine.errors import Fault
from engine.expression.operations import printed
from engine.formats.format import Format, Undecodable
from engine.parts.scalars import Text

MAX_DEPTH = 100
BOUNDED: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""How lxml reads what comes from outside: no entities, no DTDs, no network, no trees that fill the memory."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_OF_XSI = f"{{{XSI}}}"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNCARRIED = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    rb"|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
"""The same in a document that cannot be read, also written as `&#31;`; in the charsets that hold ASCII as it is."""

_MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)


class Xml(Format):
    """XML. Reading gives local names; an element with neither attributes nor children is its text, an empty one null."""

    noun = "the XML format"
    content_type = "application/xml"

    type: Literal["xml"] = "xml"
    lists: Annotated[
        tuple[Text, ...],
        Field(description="elements that are lists even when one stands alone", examples=[["OrderLine"]]),
    ] = ()
    namespace: Annotated[
        Text | None, Field(description="namespace of the elements that are written", examples=["urn:example:orders"])
    ] = None

    def encode(self, value: Any) -> bytes:
        from lxml import etree

        encoded: bytes = etree.tostring(self._top(value), xml_declaration=True, encoding="UTF-8")
        return encoded

    def text(self, value: Any) -> str:
        """A value as XML inside a text: without a declaration.

        Raises:
            Fault: it has no form in XML.
        """
        from lxml import etree

        return str(etree.tostring(self._top(value), encoding="unicode"))

    def held(self, text: Any) -> Any:
        """What a text holds that is XML; null of an empty one.

        Raises:
            Undecodable: it is no XML.
        """
        if not isinstance(text, str) or not text.strip():
            return None
        return parsed(text.encode("utf-8", "replace"), frozenset(self.lists), "utf-8")

    def _top(self, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise Fault("an XML body has one root key", value)
        (name, content), *_ = value.items()
        return self.element(name, content)

    def decode(self, content: bytes, charset: str) -> Any:
        return parsed(content, frozenset(self.lists), charset)

    def element(self, name: str, value: Any, depth: int = 0) -> Any:
        """A value as an element of lxml.

        Raises:
            Fault: it has no form in XML.
        """
        if depth > MAX_DEPTH:
            raise Fault("the XML is nested too deeply")
        element = self._named(name)
        if isinstance(value, dict):
            for key, field in value.items():
                self._put(element, key, field, depth)
        elif value is not None:
            element.text = clean(printed(value))
        return element

    def _put(self, element: Any, key: str, field: Any, depth: int) -> None:
        if field is None:
            return
        if key == "_":
            element.text = clean(printed(field))
        elif key.startswith("_"):
            self._set(element, key[1:], clean(printed(field)))
        else:
            for child in field if isinstance(field, list) else [field]:
                if child is not None:
                    element.append(self.element(key, child, depth + 1))

    def _set(self, element: Any, name: str, text: str) -> None:
        try:
            element.set(name, text)
        except ValueError:
            raise Fault(f'"{name}" cannot name an XML attribute') from None

    def _named(self, name: str) -> Any:
        from lxml import etree

        try:
            if self.namespace is None:
                return etree.Element(name)
            return etree.Element(f"{{{self.namespace}}}{name}", nsmap=cast(Any, {None: self.namespace}))
        except ValueError:
            raise Fault(f'"{name}" cannot name an XML element') from None


def parsed(content: bytes, lists: frozenset[str] = frozenset(), charset: str = "") -> Any:
    """XML as a value; no DTD, no entities, no network.

    Args:
        lists: elements that are lists even when one stands alone.
        charset: of the Content-Type; it counts more than what the document says of itself, and less than the mark with which
            it may begin (RFC 7303).

    Raises:
        Undecodable: it is no XML, or uses what is not allowed.
    """
    top = root(content, charset)
    return {local(top.tag): value_of(top, lists)}


def root(content: bytes, charset: str = "") -> Any:
    """The root element of a document, as lxml has it; see `parsed`. Characters that XML cannot carry are left out: some
    systems write what their users have typed. So are blanks before the document.

    Raises:
        Undecodable: it is no XML, or uses what is not allowed.
    """
    from lxml import etree

    charset = "" if content.startswith(_MARKS) else charset
    try:
        found = _parsed(content, charset)
    except (etree.XMLSyntaxError, ValueError) as error:
        survived = _UNCARRIED.sub(b"", content).lstrip()
        if len(survived) == len(content):
            raise Undecodable(_words(error)) from None
        try:
            found = _parsed(survived, charset)
        except (etree.XMLSyntaxError, ValueError):
            raise Undecodable(_words(error)) from None
    except LookupError:
        raise Undecodable(f"it is not {charset} text") from None
    document: Any = found.getroottree().docinfo
    if document.doctype:
        raise Undecodable("it declares a document type, which is not accepted")
    return found


def _words(error: Exception) -> str:
    """What is wrong with a document; what libxml2 says of its bounds means nothing to who reads it."""
    bounds = {"Excessive depth": "it is nested too deeply", "Text node too long": "it holds a text of more than 10 MB"}
    told = str(error)
    return next((words for begin, words in bounds.items() if begin in told), f"it is no XML: {told}")


def _parsed(content: bytes, charset: str) -> Any:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(encoding=charset or None, **BOUNDED))


def value_of(element: Any, lists: frozenset[str] = frozenset(), depth: int = 0) -> Any:
    """An element of lxml as a value: without its own name.

    Raises:
        Undecodable: it is nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise Undecodable("it is nested too deeply")
    attributes = element.items()
    if not attributes and not len(element):
        return element.text or None
    value: dict[str, Any] = {f"_{local(name)}": text for name, text in attributes if not name.startswith(_OF_XSI)}
    for child in element:
        name = local(child.tag)
        inner = value_of(child, lists, depth + 1)
        if name not in value:
            value[name] = [inner] if name in lists else inner
        elif isinstance(value[name], list):
            value[name].append(inner)
        else:
            value[name] = [value[name], inner]
    text = (element.text or "") if not len(element) else (element.text or "").strip()
    if not value:
        return text or None
    if text.strip():
        value["_"] = text
    return value


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def clean(text: str) -> str:
    """Characters that XML cannot carry are left out."""
    return _UNPRINTABLE.sub("", text)
