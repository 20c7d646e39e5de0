"""An XML file whose records are the elements of one name; read as a stream (lxml), without DTDs or entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import Field

from engine.files.formats.record_format import LONGEST, Broken, RecordFormat, Row
from engine.formats.xml import BOUNDED, Xml, local, value_of
from engine.parts.scalars import Text


class XmlFile(RecordFormat):
    """XML: `{type: xml, records: Catalog.Item, lists: [Price]}`; names are local names, without namespace."""

    noun = "the XML file format"

    type: Literal["xml"] = "xml"
    records: Annotated[
        Text, Field(description="the way to the elements that are records, from the root", examples=["Catalog.Item"])
    ]
    lists: Annotated[
        tuple[Text, ...],
        Field(description="elements that are lists even when one stands alone", examples=[["Price"]]),
    ] = ()

    def rows(self, stream: BinaryIO, zone: str) -> Iterator[Row]:
        from lxml import etree

        way, lists = self.records.split("."), frozenset(self.lists)
        events = etree.iterparse(stream, events=("start", "end"), **BOUNDED)
        above: list[str] = []
        try:
            for event, element in events:
                if event == "start":
                    if not above and element.getroottree().docinfo.doctype:
                        raise Broken("it has a document type (DTD), which is not read")
                    above.append(local(element.tag))
                    continue
                if above == way:
                    found = value_of(element, lists)
                    raw = "" if isinstance(found, dict) else str(found)
                    yield Row(
                        element.sourceline or 0,
                        found if isinstance(found, dict) else None,
                        "" if isinstance(found, dict) else "it has neither elements nor attributes",
                        raw[:LONGEST],
                    )
                above.pop()
                if len(above) < len(way):
                    element.clear()
                    while element.getprevious() is not None and (parent := element.getparent()) is not None:
                        del parent[0]
        except etree.XMLSyntaxError as error:
            raise Broken(f"it is no XML: {error.msg}") from None

    def written(self, value: Any, zone: str) -> bytes:
        *outer, name = self.records.split(".")
        whole: Any = {name: value}
        for one in reversed(outer):
            whole = {one: whole}
        return Xml(lists=self.lists).encode(whole)
