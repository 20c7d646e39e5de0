"""Bringing a description beside the integration: a WSDL with all that it imports, or an OpenAPI file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from engine.drafting.draft import Undescribed
from engine.formats.format import Undecodable
from engine.formats.xml import root
from engine.unreached import why
from engine.wsdl.read import ENCODING, MAX_BYTES

MAX_FILES = 200
TIMEOUT = 30.0
_IMPORTS = ("import", "include", "redefine")


def wsdl(source: str, folder: Path, name: str) -> dict[str, bytes]:
    """A WSDL and what it imports, by the names they get in the folder; their references are by those names.

    Args:
        source: a file or an address.

    Raises:
        Undescribed: something cannot be fetched, or is no XML.
    """
    names = {source: f"{name}.wsdl"}
    waiting, files = [source], {}
    while waiting:
        place = waiting.pop(0)
        document = _document(place)
        for element, attribute in _references(document):
            target = _absolute(place, element.get(attribute))
            if target == ENCODING:
                continue
            if target not in names:
                if len(names) >= MAX_FILES:
                    raise Undescribed(f"{source} imports more than {MAX_FILES} files", "keep only what is used")
                suffix = "wsdl" if element.tag.endswith("/wsdl/}import") else "xsd"
                names[target] = f"{name}.{len(names)}.{suffix}"
                waiting.append(target)
            element.set(attribute, names[target])
        from lxml import etree

        files[names[place]] = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    return files


def openapi(source: str, name: str) -> dict[str, bytes]:
    """An OpenAPI file, by the name it gets in the folder.

    Raises:
        Undescribed: it cannot be fetched.
    """
    content = _content(source)
    suffix = "json" if content.lstrip()[:1] == b"{" else "yaml"
    return {f"{name}.openapi.{suffix}": content}


def _document(place: str) -> Any:
    content = _content(place)
    try:
        return root(content)
    except Undecodable as error:
        begins = content[:60].decode("utf-8", "replace").split("\n")[0]
        hint = "give the address of the WSDL itself; it often ends with ?wsdl"
        raise Undescribed(f"{place} is no WSDL: {error}; it begins: {begins!r}", hint) from None


def _references(document: Any) -> Iterator[tuple[Any, str]]:
    """The elements that name another file, and the attribute that does."""
    for element in document.iter():
        kind = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        for attribute in ("location", "schemaLocation") if kind in _IMPORTS else ():
            if element.get(attribute):
                yield element, attribute


def _absolute(place: str, reference: str) -> str:
    if _is_address(place) or _is_address(reference):
        return urljoin(place, reference)
    return str((Path(place).parent / reference).resolve())


def _is_address(place: str) -> bool:
    return urlsplit(place).scheme in ("http", "https")


def _content(place: str) -> bytes:
    """What stands in a file or at an address, within a bound."""
    if not _is_address(place):
        try:
            content = Path(place).read_bytes()
        except OSError as error:
            raise Undescribed(
                f"{place}: {error.strerror}", "give a file or an address that begins with https://"
            ) from None
        if len(content) > MAX_BYTES:
            raise Undescribed(f"{place} has more than {MAX_BYTES:,} bytes", "keep only what is used")
        return content
    import httpx

    parts = bytearray()
    try:
        with httpx.stream("GET", place, follow_redirects=True, timeout=TIMEOUT) as reply:
            if reply.status_code != 200:
                hint = "fetch the file by other means, and give its name"
                raise Undescribed(f"{place} answered {reply.status_code}", hint)
            for part in reply.iter_bytes():
                parts += part
                if len(parts) > MAX_BYTES:
                    raise Undescribed(f"{place} has more than {MAX_BYTES:,} bytes", "keep only what is used")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Undescribed(
            f"{place} cannot be fetched: {why(error).fact}", "fetch the file by other means, and give its name"
        ) from None
    return bytes(parts)
