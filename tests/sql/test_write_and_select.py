"""What is written arrives exactly, whole or not at all; what is read is what stands there."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import MappingError, Refused
from tests.sql.site import Site, header, line, pages, send

HEADER = {
    "STATUS": "N",
    "ORDER_NO": "00123",
    "NAME": "Müller & Söhne – 株式会社",
    "PLACED_ON": "2025-08-25T22:30:00Z",
    "DROP_SHIP": True,
    "TOTAL": Decimal("1234.1250"),
}
LINES = [
    {"ORDER_NO": "00123", "LINE_NO": 1000, "ITEM": "1E10", "QTY": Decimal("1.0000000000001")},
    {"ORDER_NO": "00123", "LINE_NO": 2000, "ITEM": "3.10", "QTY": 2},
]
READ = {
    "SEQ": 1,
    "STATUS": "N",
    "ORDER_NO": "00123",
    "NAME": "Müller & Söhne – 株式会社",
    "PLACED_ON": "2025-08-26",
    "DROP_SHIP": True,
    "TOTAL": Decimal("1234.125"),
    "TAKEN_AT": None,
    "MESSAGE": None,
}


async def test_an_order_and_its_lines_there_and_back(site: Site) -> None:
    db = site.open()

    assert (await send(db, "order", body={"lines": LINES, "header": HEADER})).body == {"written": True}

    assert (await send(db, "headers")).body == [READ]
    assert (await send(db, "lines")).records == LINES


async def test_the_conventions_of_the_system_as_it_sees_them_itself(site: Site) -> None:
    db = site.open()

    await send(db, "order", body={"header": {"STATUS": "N", "ORDER_NO": "1", "NAME": None, "DROP_SHIP": False}})

    (row,) = site.rows(header, "NAME", "PLACED_ON", "DROP_SHIP", "TOTAL")
    assert [str(cell) for cell in row] == [" ", "1753-01-01", "1", "None"]
    (read,) = (await send(db, "headers")).body
    assert (read["NAME"], read["PLACED_ON"], read["DROP_SHIP"], read["TOTAL"]) == (None, None, False, None)


async def test_a_row_that_is_there_makes_the_call_a_success_that_writes_nothing(site: Site) -> None:
    db = site.open()
    await send(db, "order", body={"lines": LINES, "header": HEADER})

    again = await send(db, "order", body={"lines": LINES[:1], "header": {**HEADER, "NAME": "other"}})

    assert again.body == {"written": False}
    assert len(site.rows(line, "ITEM")) == 2
    assert site.rows(header, "NAME") == [(HEADER["NAME"],)]


async def test_a_row_that_the_other_side_refused_is_written_anew(site: Site) -> None:
    db = site.open()
    await send(db, "order", body={"lines": LINES, "header": HEADER})
    site.run(sa.update(header).values(STATUS="E", MESSAGE="no such item"))

    again = await send(db, "order", body={"lines": LINES[:1], "header": {**HEADER, "MESSAGE": None}})

    assert again.body == {"written": True}
    assert site.rows(line, "ITEM") == [("1E10",)]
    assert site.rows(header, "STATUS", "MESSAGE") == [("N", None)]


async def test_many_that_send_the_same_order_at_once_write_it_once(site: Site) -> None:
    engines = [site.open(), site.open()]

    answers = await asyncio.gather(
        *[send(engines[n % 2], "order", body={"lines": LINES, "header": HEADER}) for n in range(8)]
    )

    assert sorted(answer.body["written"] for answer in answers) == [False] * 7 + [True]
    assert len(site.rows(line, "ITEM")) == 2


async def test_what_is_wrong_in_the_last_row_leaves_nothing_behind(site: Site) -> None:
    db = site.open()

    with pytest.raises(Refused):
        await send(db, "order", body={"lines": [*LINES, LINES[0]], "header": HEADER})

    assert site.rows(line, "ITEM") == []
    assert site.rows(header, "ORDER_NO") == []


@pytest.mark.parametrize(
    ("part", "column", "value", "message"),
    [
        (
            "header",
            "NAME",
            "x" * 36,
            "HEADER.NAME: it has 36 characters, and the column takes 35; cut() says what stays",
        ),
        ("header", "ORDER_NO", None, "HEADER.ORDER_NO: it is null, and the column is required"),
        ("header", "PLACED_ON", "2025-02-30", "HEADER.PLACED_ON: there is no day or date-time in it"),
        ("header", "SEQ", 7, "HEADER.SEQ: the system fills this column; leave it out"),
        ("header", "NAMES", "x", "HEADER has no column NAMES"),
        (
            "lines",
            "QTY",
            Decimal("0.00000000000001"),
            "LINE.QTY: it has 14 digits behind the point, and the column takes 13",
        ),
        ("lines", "ITEM", 10, "LINE.ITEM: it is a number, and the column takes text"),
    ],
)
async def test_a_value_that_a_column_does_not_take_is_never_bent(
    site: Site, part: str, column: str, value: Any, message: str
) -> None:
    db = site.open()
    body = {"lines": [{**LINES[0], column: value} if part == "lines" else LINES[0]]}
    body |= {"header": {**HEADER, column: value} if part == "header" else HEADER}  # type: ignore[dict-item]

    with pytest.raises(MappingError) as raised:
        await send(db, "order", body=body)

    assert str(raised.value).startswith(f"erp.db.order: {message}")
    assert raised.value.target == f"body.{part}{'[0]' if part == 'lines' else ''}.{column}"
    assert site.rows(header, "ORDER_NO") == []


async def test_text_is_never_part_of_a_statement(site: Site) -> None:
    db = site.open()
    name = "'; DROP TABLE LINE; -- %s :x \\"

    await send(db, "order", body={"header": {**HEADER, "NAME": name, "ORDER_NO": "'\"--"}})

    (found,) = (await send(db, "headers", query={"NAME": name})).body
    assert (found["NAME"], found["ORDER_NO"]) == (name, "'\"--")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"STATUS": "N"}, ["1", "2"]),
        ({"STATUS": ["D", "E"]}, ["3", "4"]),
        ({"STATUS": []}, []),
        ({"STATUS": {"not": "N"}}, ["3", "4"]),
        ({"TOTAL": {"above": Decimal("10.5")}}, ["3"]),
        ({"TOTAL": {"at_least": Decimal("10.5"), "below": 20}}, ["2"]),
        ({"TOTAL": {"at_most": 9}}, ["1"]),
        ({"NAME": None}, ["3", "4"]),
        ({"NAME": {"not": None}}, ["1", "2"]),
        ({"TOTAL": [9, None]}, ["1", "4"]),
        ({"PLACED_ON": {"above": "2025-01-02"}}, ["3"]),
        ({"DROP_SHIP": True, "STATUS": "N"}, ["2"]),
    ],
)
async def test_which_rows_are_meant(site: Site, query: dict[str, Any], found: list[str]) -> None:
    db = site.open()
    rows: list[tuple[str, str, str | None, str | None, bool, Any]] = [
        ("1", "N", "a", "2025-01-01", False, 9),
        ("2", "N", "b", "2025-01-02", True, Decimal("10.5")),
        ("3", "D", None, "2025-01-03", True, 20),
        ("4", "E", None, None, True, None),
    ]
    names = ("ORDER_NO", "STATUS", "NAME", "PLACED_ON", "DROP_SHIP", "TOTAL")
    for row in rows:
        await send(db, "order", body={"header": dict(zip(names, row, strict=True))})

    assert [one["ORDER_NO"] for one in (await send(db, "headers", query=query)).body] == found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"STATE": "N"}, "HEADER has no column STATE"),
        ({"TOTAL": {"above": None}}, "HEADER.TOTAL: nothing is above null"),
        ({"TOTAL": {"over": 9}}, "over compares nothing; one of: above, at_least, below, at_most, not"),
        ({"TOTAL": "9"}, "HEADER.TOTAL: it is text, and the column takes a number; write decimal(…)"),
    ],
)
async def test_a_question_that_is_none(site: Site, query: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError) as raised:
        await send(site.open(), "headers", query=query)

    assert raised.value.message == f"erp.db.headers: {message}"


async def test_many_rows_are_read_page_by_page(site: Site) -> None:
    rows = [{"ORDER_NO": "1", "LINE_NO": n, "ITEM": f"I{n}", "QTY": n} for n in range(1, 1202)]
    site.put(line, *rows)

    found = await pages(site.open(), "lines")

    assert [len(page) for page in found] == [500, 500, 201]
    assert [row for page in found for row in page] == rows


async def test_an_empty_table_is_one_empty_page(site: Site) -> None:
    assert await pages(site.open(), "lines") == [[]]


async def test_modes_of_a_write(site: Site) -> None:
    db = site.open("""
        insert: {type: write, parts: {lines: {table: LINE}}}
        update: {type: write, parts: {lines: {table: LINE, mode: update}}}
        upsert: {type: write, parts: {lines: {table: LINE, mode: upsert}}}
        replace: {type: write, parts: {lines: {table: LINE, mode: replace, key: [ORDER_NO]}}}
        lines: {type: select, table: LINE, columns: [LINE_NO, ITEM]}
    """)

    async def after(endpoint: str, *rows: dict[str, Any]) -> list[tuple[int, str]]:
        await send(db, endpoint, body={"lines": [{"ORDER_NO": "1", "QTY": 1, **row} for row in rows]})
        return [(row["LINE_NO"], row["ITEM"]) for row in (await send(db, "lines")).body]

    one, two = {"LINE_NO": 1, "ITEM": "A"}, {"LINE_NO": 2, "ITEM": "B"}
    assert await after("insert", one) == [(1, "A")]
    assert await after("upsert", {**one, "ITEM": "C"}, two) == [(1, "C"), (2, "B")]
    assert await after("update", {**two, "ITEM": "D"}) == [(1, "C"), (2, "D")]
    assert await after("replace", {**two, "ITEM": "E"}) == [(2, "E")]
    with pytest.raises(Refused, match=r"^LINE has no row of ORDER_NO 1, LINE_NO 1$"):
        await after("update", one)
    with pytest.raises(Refused):
        await after("insert", two)
