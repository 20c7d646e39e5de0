"""Files of records, read one by one and written: exact values, and bad rows told with their lines."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.errors import Fault
from engine.files.formats import csv
from engine.files.formats.csv import Csv
from engine.files.formats.json import JsonFile
from engine.files.formats.json_lines import JsonLines
from engine.files.formats.record_format import Broken, Filed, Flawed, RecordFormat, Row
from engine.files.formats.xml import XmlFile, _forget

CSV = Csv.model_validate(
    {
        "type": "csv",
        "separator": ";",
        "columns": {
            "SKU": "text(10) required",
            "NAME": "text(20)",
            "PRICE": "decimal(12,4)",
            "STOCK": "integer",
            "FROM": "date",
        },
        "values": {"decimal_mark": ",", "date": "%d.%m.%Y"},
    }
)


def read(format: RecordFormat, content: bytes) -> list[Row]:
    return list(format.rows(io.BytesIO(content), "UTC"))


def records(format: RecordFormat, content: bytes) -> list[Any]:
    """The records; None for what could not be read as one."""
    return [record(row) for row in read(format, content)]


def record(row: Row) -> dict[str, Any] | None:
    return row if isinstance(row, Filed) else None


def flaw(row: Row) -> str:
    return row.flaw if isinstance(row, Flawed) else ""


def test_csv_gives_each_column_its_type_whatever_their_order() -> None:
    content = (
        '\ufeffNAME;SKU;FROM;PRICE;STOCK;MORE\r\n"Pipe; ½""";00123;26.11.2026;4,1250;12;x\r\n;1E10;;;;\r\n'.encode()
    )
    assert records(CSV, content) == [
        {"SKU": "00123", "NAME": 'Pipe; ½"', "PRICE": Decimal("4.125"), "STOCK": 12, "FROM": "2026-11-26"},
        {"SKU": "1E10", "NAME": None, "PRICE": None, "STOCK": None, "FROM": None},
    ]


def test_bad_rows_of_csv_are_told_with_their_lines_and_the_rest_goes_on() -> None:
    content = (
        b'SKU;NAME;PRICE;STOCK;FROM\nA;"two\nlines";1;1;\n;no sku;1;1;\nB;b;x;1;\nC;c;1;1.5;\nD;d;1;1;31.02.2026\n'
        b"E;e;1\nFFFFFFFFFFF;f;1;1;\nG;g;1;1;\n"
    )
    assert [(row.line, flaw(row)) for row in read(CSV, content)] == [
        (2, ""),
        (4, "SKU: it is empty, and the column is required"),
        (5, "PRICE: there is no number in it"),
        (6, "STOCK: there is no whole number in it"),
        (7, "FROM: there is no day of the format %d.%m.%Y in it"),
        (8, "it has 3 cells, not 5"),
        (9, "SKU: it has 11 characters, and the column takes 10"),
        (10, ""),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"SKU;NAME\nA;b\n", "its first line does not name the column PRICE, STOCK, FROM"),
        (b"", "its first line does not name the column SKU"),
        (b"SKU;NAME;PRICE;STOCK;FROM\n\xff;b;1;1;\n", "it is not utf-8 text"),
        (b'SKU;NAME;PRICE;STOCK;FROM\n"A;b;1;1;\n', "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_such_csv_is_broken(content: bytes, words: str) -> None:
    with pytest.raises(Broken, match=words):
        read(CSV, content)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=10)
CELLS = {
    "SKU": TEXT,
    "NAME": st.none() | TEXT,
    "PRICE": st.none() | st.decimals("-1e7", "1e7", places=4).map(lambda value: value.normalize() + 0),
    "STOCK": st.none() | st.integers(-(2**40), 2**40),
    "FROM": st.none() | st.dates().filter(lambda day: day.year > 999).map(lambda day: day.isoformat()),
}


@given(st.lists(st.fixed_dictionaries(CELLS), max_size=5))
def test_what_is_written_as_csv_is_read_the_same(rows: list[dict[str, Any]]) -> None:
    assert records(CSV, CSV.written(rows, "UTC")) == rows


def test_what_is_read_together_is_read_as_each_row_alone() -> None:
    good = [f"{n:05};Pipe {n};{n % 9},{n % 50};{n or ''};\n" for n in range(csv.TOGETHER + 20)]
    content = "SKU;NAME;PRICE;STOCK;FROM\n" + "".join(good)
    flawed = content.replace("00003;", ";").replace("\n00420", "\n\n00420")
    assert [row.line for row in read(CSV, content.encode())] == [*range(2, csv.TOGETHER + 22)]

    found = read(CSV, flawed.encode())

    assert [row.line for row in found] == [*range(2, csv.TOGETHER + 22)]
    alone = [read(CSV, b"SKU;NAME;PRICE;STOCK;FROM\n" + line.encode())[0] for line in good if line.strip()]
    assert [row for row in found if isinstance(row, Filed)] == [*alone[:3], *alone[4:]]


def test_lines_are_told_also_behind_cells_of_several_lines_and_at_the_end_of_what_is_read() -> None:
    content = b'SKU;NAME;PRICE;STOCK;FROM\n\nA;"a\r\nb\rc\nd";1;1;\n\nB;b;1;1;\n"C;c;1;1;\n'
    rows = CSV.rows(io.BytesIO(content), "UTC")
    assert [(row.line, (record(row) or {})["SKU"]) for row in (next(rows), next(rows))] == [(3, "A"), (8, "B")]
    with pytest.raises(Broken, match="unexpected end of data"):
        next(rows)


def test_yes_and_no_may_be_numbers() -> None:
    format = Csv.model_validate({"type": "csv", "columns": {"SOLD": "boolean"}, "values": {"yes_no": [2, 1]}})
    assert [record(row) or flaw(row) for row in read(format, b"SOLD\n2\n1\n0\n")] == [
        *({"SOLD": True}, {"SOLD": False}, "SOLD: there is neither 2 (yes) nor 1 (no) in it")
    ]


@pytest.mark.parametrize("number", ["1E999999999", "1E-999999999", "9" * 5000])
def test_a_number_without_measure_is_a_bad_row(number: str) -> None:
    for column, cell in (("STOCK", f";{number}"), ("PRICE", f"{number};")):
        if "E" in number or column == "STOCK":
            (row,) = read(CSV, f"SKU;PRICE;STOCK;NAME;FROM\nA;{cell};;\n".encode())
            assert flaw(row).startswith(f"{column}: there is no"), column


def test_csv_says_what_it_cannot_write() -> None:
    for record, words in (
        ({"SKU": None}, "SKU: it is null, and the column is required"),
        ({"SKU": "A" * 11}, "SKU: it has 11 characters, and the column takes 10"),
        ({"SKU": "A", "COLOUR": "red"}, "the file has no column COLOUR"),
        ("A", "a record of a CSV file is an object"),
    ):
        with pytest.raises(Fault) as fault:
            CSV.written([record], "UTC")
        assert words in fault.value.message


def test_json_lines_are_read_exactly_and_bad_lines_told() -> None:
    content = b'{"sku": "A", "price": 4.1250}\n\n{"sku": }\n[1]\n{"sku": "B"}'
    found = read(JsonLines(), content)

    assert [(row.line, record(row)) for row in found] == [
        (1, {"sku": "A", "price": Decimal("4.1250")}),
        (3, None),
        (4, None),
        (5, {"sku": "B"}),
    ]
    assert flaw(found[2]) == "it is no object"
    assert JsonLines().written([{"a": 1}, {"a": 2}], "UTC") == b'{"a":1}\n{"a":2}\n'


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    with pytest.raises(Broken, match="line 1 has more than 1,000,000 bytes"):
        read(JsonLines(), b'{"a": "' + b"x" * 1_000_001)


def test_json_gives_the_elements_of_its_list() -> None:
    inner = JsonFile(records="data.items")
    content = b'{"more": [1], "data": {"items": [{"a": 1.10, "b": [true, null]}, 7, {"a": 2}], "x": 1}}'

    assert records(inner, content) == [{"a": Decimal("1.10"), "b": [True, None]}, None, {"a": 2}]
    assert records(JsonFile(), b'[{"a": 1}]') == [{"a": 1}]
    assert inner.written([{"a": 1}], "UTC") == b'{"data":{"items":[{"a":1}]}}'


def test_json_that_ends_early_is_broken_behind_what_was_read() -> None:
    rows = JsonFile().rows(io.BytesIO(b'[{"a": 1}, {"a": 2'), "UTC")
    assert next(rows) == {"a": 1}
    with pytest.raises(Broken, match="it is no JSON behind record 1"):
        next(rows)


XML = XmlFile(records="Catalog.Items.Item", lists=("Price",))


def test_xml_is_read_with_namespaces_between_what_is_no_record() -> None:
    more = b"".join(b"<Head><Item>%d</Item></Head>" % n for n in range(20_000))
    items = b"".join(b'<n:Item no="%d"><Item/></n:Item>\n' % n for n in range(20_000))
    format = XmlFile.model_validate({"type": "xml", "records": "Catalog.Items.Item"})
    content = b'<Catalog xmlns:n="urn:x">' + more + b"<Items>" + items + b"</Items></Catalog>"
    assert records(format, content) == [{"_no": str(n), "Item": None} for n in range(20_000)]


def test_of_xml_only_what_may_go_on_stays_in_memory() -> None:
    top = etree.fromstring(
        "<Catalog><Head/><Items><Item/></Items><Items><Item no='1'/><Item no='2'><No/></Item></Items></Catalog>"
    )
    _forget(top, 2)
    assert etree.tostring(top) == b'<Catalog><Items><Item no="2"><No/></Item></Items></Catalog>'


def test_xml_gives_the_elements_of_a_name() -> None:
    content = b"""<?xml version="1.0"?><c:Catalog xmlns:c="urn:x"><Item>no</Item><!-- a --><Items>
      <Item no="1"><Name>A &amp; B</Name><Price cur="EUR">1.10</Price></Item>
      <Item no="2"><Name/><Price>1</Price><Price>2</Price></Item><Item>text</Item></Items></c:Catalog>"""
    assert [(row.line, record(row)) for row in read(XML, content)] == [
        (2, {"_no": "1", "Name": "A & B", "Price": [{"_cur": "EUR", "_": "1.10"}]}),
        (3, {"_no": "2", "Name": None, "Price": ["1", "2"]}),
        (3, None),
    ]
    assert records(XML, XML.written([{"Name": "A", "Price": ["1"]}], "UTC")) == [{"Name": "A", "Price": ["1"]}]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Catalog>&x;</Catalog>', "document type"),
        (b"<Catalog><Items><Item></Items></Catalog>", "it is no XML"),
    ],
)
def test_xml_that_is_not_safe_or_none_is_broken(content: bytes, words: str) -> None:
    with pytest.raises(Broken, match=words):
        read(XML, content)
