"""An XML file whose records are the elements of one name; read as a stream (lxml), without DTDs or entities."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import Field

from engine.files.formats.record_format import LONGEST, Broken, Flawed, RecordFormat, Row, filed
from engine.formats.xml import BOUNDED, Xml, local, value_of
from engine.parts.scalars import Text

CHUNK = 64 * 1024


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

        try:
            yield from self._rows(stream)
        except etree.XMLSyntaxError as error:
            raise Broken(f"it is no XML: {error.msg}") from None

    def _rows(self, stream: BinaryIO) -> Iterator[Row]:
        """Only the root and the records are looked at one by one; the rest passes through the parser."""
        *outer, name = self.records.split(".")
        lists = frozenset(self.lists)
        begun, first = _beginning(stream)
        parser = _parser(("start", "end"), (first, f"{{*}}{name}"))
        parser.feed(begun)
        _, top = next(iter(parser.read_events()))
        chunk = begun
        while chunk:
            for event, element in parser.read_events():
                if event == "end" and _names_above(element) == outer:
                    yield _row(element, lists)
                    element.clear()
            _forget(top, len(outer))
            chunk = stream.read(CHUNK)
            parser.feed(chunk)
        parser.close()

    def written(self, value: Any, zone: str) -> bytes:
        *outer, name = self.records.split(".")
        whole: Any = {name: value}
        for one in reversed(outer):
            whole = {one: whole}
        return Xml(lists=self.lists).encode(whole)


def _parser(events: Sequence[Literal["start", "end"]], tag: Sequence[str] | None = None) -> Any:
    from lxml import etree

    return etree.XMLPullParser(events=events, tag=tag, **BOUNDED)


def _beginning(stream: BinaryIO) -> tuple[bytes, str]:
    """The beginning of a document, and the tag of its root.

    Raises:
        Broken: it has a document type, or no root.
    """
    parser, begun = _parser(("start",)), b""
    while chunk := stream.read(CHUNK):
        begun += chunk
        parser.feed(chunk)
        for _, element in parser.read_events():
            if element.getroottree().docinfo.doctype:
                raise Broken("it has a document type (DTD), which is not read")
            return begun, element.tag
        if len(begun) > LONGEST:
            break
    parser.close()
    raise Broken("it is no XML: nothing begins in it")


def _row(element: Any, lists: frozenset[str]) -> Row:
    found, line = value_of(element, lists), element.sourceline or 0
    if isinstance(found, dict):
        return filed(line, found)
    return Flawed(line, "it has neither elements nor attributes", str(found)[:LONGEST])


def _names_above(element: Any) -> list[str]:
    """The names of the elements that an element is in, from the root on."""
    names: list[str] = []
    while (element := element.getparent()) is not None:
        names.append(local(element.tag))
    return names[::-1]


def _forget(top: Any, depth: int) -> None:
    """Let go of what has been read: of each element above the records, all children but the last, which may go on."""
    for _ in range(depth):
        del top[:-1]
        if not len(top):
            return
        top = top[-1]
