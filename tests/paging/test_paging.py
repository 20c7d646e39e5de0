"""Lists that come in pages, from the stateful fakes and from canned replies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from engine.calls import Call, Reply
from engine.errors import MappingError, Refused
from engine.exchange import Trace
from tests.protocols.conftest import Open

Asked = list[str]


def page_of(total: int, offset: int, size: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(1, total + 1)][offset : offset + size]


def erp(page: str, records: str = "=reply.value", query: str = "{}") -> str:
    return f"""
connections:
  erp:
    type: rest
    url: https://erp.test/api
    auth: {{type: api_key, query: {{api_key: hunter2}}}}
    endpoints:
      list: {{method: GET, path: /rows, query: {query}, records: "{records}", page: {page}}}
"""


def canned(asked: Asked, answer: Callable[[httpx.QueryParams], Any]) -> httpx.MockTransport:
    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(
            str(request.url)
            .removeprefix("https://erp.test")
            .replace("&api_key=hunter2", "")
            .replace("?api_key=hunter2", "")
        )
        return httpx.Response(200, json=answer(request.url.params))

    return httpx.MockTransport(reply)


async def ids(pages: AsyncIterator[Reply]) -> list[list[int]]:
    return [[record["id"] for record in page.records or []] async for page in pages]


@pytest.mark.parametrize(
    ("page", "parameter", "first", "asked"),
    [
        (
            "{type: offset, param: $skip, size_param: $top, size: 2}",
            "$skip",
            0,
            ["?$top=2&$skip=0", "?$top=2&$skip=2", "?$top=2&$skip=4"],
        ),
        (
            "{type: offset, param: startIndex, size: 2, start: 1}",
            "startIndex",
            1,
            ["?startIndex=1", "?startIndex=3", "?startIndex=5"],
        ),
    ],
)
async def test_by_how_many_to_skip(opened: Open, page: str, parameter: str, first: int, asked: Asked) -> None:
    seen: Asked = []
    transport = canned(seen, lambda query: {"value": page_of(5, int(query[parameter]) - first, 2)})

    found = await ids(opened(erp(page), transport)["erp"].pages(Call("list"), Trace(payloads=False)))

    assert (found, seen) == ([[1, 2], [3, 4], [5]], [f"/api/rows{query}" for query in asked])


@pytest.mark.parametrize(("start", "numbers"), [("", [1, 2, 3]), (", start: 0", [0, 1, 2])])
async def test_by_page_number(opened: Open, start: str, numbers: list[int]) -> None:
    seen: Asked = []
    first = numbers[0]
    transport = canned(seen, lambda query: {"value": page_of(4, (int(query["page[number]"]) - first) * 2, 2)})
    text = erp(f"{{type: number, param: 'page[number]', size_param: 'page[size]', size: 2{start}}}")

    found = await ids(opened(text, transport)["erp"].pages(Call("list"), Trace(payloads=False)))

    assert found == [[1, 2], [3, 4], []]
    assert seen == [f"/api/rows?page[size]=2&page[number]={number}" for number in numbers]


async def test_by_the_last_record(opened: Open) -> None:
    seen: Asked = []
    transport = canned(seen, lambda query: {"value": page_of(5, int(query.get("after", "0")), 2)})
    text = erp("{type: keyset, param: after, next: '=reply.value[-1].id', size_param: top, size: 2}")

    found = await ids(opened(text, transport)["erp"].pages(Call("list"), Trace(payloads=False)))

    assert (found, seen) == (
        [[1, 2], [3, 4], [5]],
        ["/api/rows?top=2", "/api/rows?top=2&after=2", "/api/rows?top=2&after=4"],
    )


async def test_by_a_token(opened: Open) -> None:
    seen: Asked = []
    tokens = {None: "a+b", "a+b": "c", "c": ""}
    transport = canned(seen, lambda query: {"value": [{"id": 1}], "next": tokens[query.get("cursor")]})
    text = erp("{type: next, param: cursor, next: =reply.next}")

    found = await ids(opened(text, transport)["erp"].pages(Call("list", query={"q": "x"}), Trace(payloads=False)))

    assert (found, seen) == (
        [[1], [1], [1]],
        ["/api/rows?q=x", "/api/rows?q=x&cursor=a%2Bb", "/api/rows?q=x&cursor=c"],
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://erp.test/api/rows?page=2",
        "/api/rows?page=2",
        "rows?page=2",
        "?page=2",
        "https://erp.test/api/rows?page=2&api_key=hunter2",
    ],
)
async def test_by_a_link(opened: Open, link: str) -> None:
    seen: Asked = []
    links = {None: link, "2": None}
    transport = canned(seen, lambda query: {"value": [{"id": 1}], "next": links[query.get("page")]})

    found = await ids(
        opened(erp("{type: next, next: =reply.next}"), transport)["erp"].pages(
            Call("list", query={"q": "x"}), Trace(payloads=False)
        )
    )

    assert (found, seen) == ([[1], [1]], ["/api/rows?q=x", "/api/rows?page=2"])


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("?page=2", "https://erp.test/api/rows?page=2&api_key=hunter2"),
        ("?api_key=hunter2&page=2", "https://erp.test/api/rows?api_key=hunter2&page=2"),
    ],
)
async def test_what_identifies_us_stands_in_a_link_once(opened: Open, link: str, asked: str) -> None:
    seen: Asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={"value": [{"id": 1}], "next": link if len(seen) == 1 else None})

    session = opened(erp("{type: next, next: =reply.next}"), httpx.MockTransport(answer))["erp"]
    await ids(session.pages(Call("list"), Trace(payloads=False)))

    assert seen == ["https://erp.test/api/rows?api_key=hunter2", asked]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://evil.test/rows", "the next page is on evil.test:443, which this integration does not know"),
        ("http://erp.test:443/rows", "the next page is on erp.test:443, which this integration does not know"),
        ("//[", "the next page is on an address that cannot be read, which this integration does not know"),
        (
            "file:///etc/passwd",
            "the next page is on an address that cannot be read, which this integration does not know",
        ),
    ],
)
async def test_a_link_elsewhere_is_refused(opened: Open, link: str, words: str) -> None:
    seen: Asked = []
    transport = canned(seen, lambda query: {"value": [{"id": 1}], "next": link})

    with pytest.raises(Refused) as error:
        await ids(
            opened(erp("{type: next, next: =reply.next}"), transport)["erp"].pages(Call("list"), Trace(payloads=False))
        )

    assert (str(error.value), error.value.code, len(seen)) == (words, "redirect", 1)


async def test_a_link_that_is_no_text_is_said(opened: Open) -> None:
    transport = canned([], lambda query: {"value": [{"id": 1}], "next": {"href": "x"}})

    with pytest.raises(MappingError) as error:
        await ids(
            opened(erp("{type: next, next: =reply.next}"), transport)["erp"].pages(Call("list"), Trace(payloads=False))
        )

    assert error.value.message == "the link to the next page is no text"


@pytest.mark.parametrize(
    "page",
    [
        "{type: next, next: =reply.next}",
        "{type: next, param: c, next: =reply.next}",
        "{type: keyset, param: c, next: =reply.next, size: 1}",
    ],
)
async def test_a_page_that_names_itself_as_the_next_ends_the_walk(opened: Open, page: str) -> None:
    seen: Asked = []
    transport = canned(seen, lambda query: {"value": [{"id": 1}], "next": "/api/rows?same"})

    with pytest.raises(Refused) as error:
        await ids(opened(erp(page), transport)["erp"].pages(Call("list"), Trace(payloads=False)))

    assert (str(error.value), len(seen)) == ("erp.erp.list names the same page as the next, again and again", 2)


async def test_more_pages_than_allowed_are_an_error(opened: Open) -> None:
    transport = canned([], lambda query: {"value": [{"id": 1}]})
    pages = opened(erp("{type: offset, param: skip, size: 1, max: 3}"), transport)["erp"].pages(
        Call("list"), Trace(payloads=False)
    )
    seen = []

    async def walk() -> None:
        async for page in pages:
            seen.append(page.records)

    with pytest.raises(Refused) as error:
        await walk()

    assert (len(seen), str(error.value)) == (3, "erp.erp.list has more than 3 pages; `page: {max: …}` allows more")


async def test_a_page_is_asked_for_when_it_is_wanted(opened: Open) -> None:
    seen: Asked = []
    transport = canned(seen, lambda query: {"value": [{"id": 1}]})
    pages = opened(erp("{type: offset, param: skip, size: 1}"), transport)["erp"].pages(
        Call("list"), Trace(payloads=False)
    )

    await anext(pages)
    await anext(pages)

    assert seen == ["/api/rows?skip=0", "/api/rows?skip=1"]


async def test_the_paging_of_the_endpoint_counts_more_than_the_call(opened: Open) -> None:
    seen: Asked = []
    transport = canned(seen, lambda query: {"value": page_of(3, int(query["skip"]), int(query["top"]))})
    text = erp("{type: offset, param: skip, size_param: top, size: 2}", query="{top: 50, company: ACME}")
    call = Call("list", query={"top": 1, "skip": 1, "company": None})

    found = await ids(opened(text, transport)["erp"].pages(call, Trace(payloads=False)))

    assert (found, seen) == ([[1, 2], [3]], ["/api/rows?top=2&skip=0", "/api/rows?top=2&skip=2"])


async def test_a_list_without_pages_is_one_page(opened: Open) -> None:
    text = erp("{type: offset, param: skip, size: 2}").replace(", page: {type: offset, param: skip, size: 2}", "")
    session = opened(text, canned([], lambda query: {"value": {"id": 1}}))["erp"]

    assert (session.is_paged("list"), await ids(session.pages(Call("list"), Trace(payloads=False)))) == (False, [[1]])
