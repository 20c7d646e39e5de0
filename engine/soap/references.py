"""Elements that stand elsewhere in a reply (`href="#id1"`), as the encoding of SOAP allows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from engine.formats.format import Undecodable
from engine.formats.xml import local
from engine.soap.names import ENCODING, ENCODING12

MAX_ELEMENTS = 500_000
_BARE = frozenset({"id", "href", "ref", "root", "encodingStyle"})


def is_of_encoding(name: str) -> bool:
    """Whether an attribute says how something is encoded; it is no data."""
    return name.startswith((f"{{{ENCODING}}}", f"{{{ENCODING12}}}")) or local(name) in _BARE


class References:
    """Follows references, within a bound: a few elements that refer to each other can stand for very many.

    Args:
        top: below which the elements stand that have an `id`.
    """

    def __init__(self, top: Any) -> None:
        self._top = top
        self._left = MAX_ELEMENTS

    @cached_property
    def _named(self) -> dict[str, Any]:
        """The elements that have an `id`; looked for when the first reference is met."""
        return {_said(one, "id"): one for one in self._top.iter() if _said(one, "id")}

    def followed(self, element: Any) -> Any:
        """The element that stands for this one: itself, if it refers to none.

        Raises:
            Undecodable: there are too many, or what it refers to is not there.
        """
        self._left -= 1
        if self._left < 0:
            raise Undecodable("its references lead to too many elements")
        reference = element.get("href") or _said(element, "ref")
        if not reference or len(element):
            return element
        found = self._named.get(reference.removeprefix("#"))
        if found is None and reference.startswith(("#", "cid:")):
            raise Undecodable(f"{local(element.tag)} refers to {reference[:40]!r}, which is not in it")
        return element if found is None else found


def _said(element: Any, name: str) -> str:
    """An attribute of the encoding; SOAP 1.1 has it without a namespace."""
    return str(element.get(name) or element.get(f"{{{ENCODING12}}}{name}") or "")
