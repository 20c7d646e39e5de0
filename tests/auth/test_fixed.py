"""Auth that never changes: basic, bearer, api_key, none."""

from __future__ import annotations

import httpx
import pytest

from engine.calls import Call
from engine.errors import SettingMissing
from engine.exchange import Trace
from tests.protocols.conftest import Open


def erp(auth: str, endpoint_auth: str = "") -> str:
    return f"""
settings:
  user: {{type: text, default: ""}}
  word: {{type: secret}}
connections:
  erp:
    type: rest
    url: https://erp.test
    headers: {{Authorization: from the file}}
    auth: {auth}
    endpoints:
      get: {{method: GET, path: /x, query: {{a: 1}}{endpoint_auth}}}
"""


async def sent(opened: Open, text: str, **settings: str) -> tuple[str, str]:
    """The query and the Authorization (or X-Api-Key) of a request."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    call = Call("get", headers={"authorization": "from the call"})
    await opened(text, httpx.MockTransport(answer), **settings)["erp"].send(call, Trace(payloads=False))
    headers = [value for name, value in seen[0].headers.multi_items() if name in ("authorization", "x-api-key")]
    return seen[0].url.query.decode(), " | ".join(headers)


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ("{type: basic, username: =settings.user, password: =settings.word}", ("a=1", "Basic asO8cmdlbjpodW50ZXIy")),
        ("{type: bearer, token: =settings.word}", ("a=1", "Bearer hunter2")),
        ("{type: api_key, header: {X-Api-Key: 'key {{ settings.word }}'}}", ("a=1", "from the call | key hunter2")),
        (
            "{type: api_key, query: {'key[]': 'a&b={{ settings.word }}'}}",
            ("a=1&key[]=a%26b%3Dhunter2", "from the call"),
        ),
        ("{type: none}", ("a=1", "from the call")),
    ],
)
async def test_it_shows_who_we_are_and_wins(opened: Open, auth: str, expected: tuple[str, str]) -> None:
    found = await sent(opened, erp(auth), user="jürgen", word="hunter2")

    assert found == expected


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ("{type: none}", "from the call"),
        ("{type: bearer, token: =settings.word}", "Bearer hunter2"),
        ("{type: basic, username: u, password: =settings.word}", "Basic dTpodW50ZXIy"),
    ],
)
async def test_an_endpoint_may_have_its_own(opened: Open, auth: str, expected: str) -> None:
    found = await sent(opened, erp("{type: bearer, token: other}", f", auth: {auth}"), word="hunter2")

    assert found == ("a=1", expected)


@pytest.mark.parametrize(
    ("auth", "word", "problem"),
    [
        ("{type: bearer, token: =settings.user}", "x", "erp.erp: `auth.token` is empty"),
        ("{type: bearer, token: =settings.word}", "hunter2\r\nX-Admin: 1", "erp.erp: `auth.token` holds a line break"),
        (
            "{type: api_key, header: {X-Key: =settings.word}}",
            "hunter2\n",
            "erp.erp: `auth.header.X-Key` holds a line break",
        ),
        ("{type: bearer, token: =decimal(settings.word)}", "hunter2", "erp.erp: `auth.token`: "),
    ],
)
def test_what_cannot_be_sent_is_said_at_the_start(opened: Open, auth: str, word: str, problem: str) -> None:
    with pytest.raises(SettingMissing) as error:
        opened(erp(auth), word=word)

    assert error.value.problems[0].startswith(problem)
    assert "hunter2" not in str(error.value)
