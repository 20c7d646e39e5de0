"""Elements that stand elsewhere in a reply (`href="#id1"`), as the encoding of SOAP allows."""

from __future__ import annotations

from typing import Any

from engine.formats.format import Undecodable

MAX_ELEMENTS = 500_000
OF_ENCODING = frozenset({"id", "href", "ref", "root", "encodingStyle"})
"""Attributes that say how something is encoded; they are no data."""


class References:
    """Follows references, within a bound: a few elements that refer to each other can stand for very many.

    Args:
        top: below which the elements stand that have an `id`.
    """

    def __init__(self, top: Any) -> None:
        self._named = {child.get("id"): child for child in top if child.get("id")}
        self._left = MAX_ELEMENTS

    def followed(self, element: Any) -> Any:
        """The element that stands for this one: itself, if it refers to none.

        Raises:
            Undecodable: there are too many.
        """
        self._left -= 1
        if self._left < 0:
            raise Undecodable("its references lead to too many elements")
        reference = (element.get("href") or element.get("ref") or "").removeprefix("#")
        return self._named.get(reference, element) if reference and not len(element) else element
