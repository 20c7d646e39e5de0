import time
from collections.abc import Iterator

import httpx
import pytest

from tests.fakes.eclipse import Eclipse
from tests.fakes.faults import (
    CrashAfterWrite,
    Delay,
    EndlessBody,
    Hang,
    Html,
    HugeBody,
    Redirect,
    RedirectLoop,
    Reset,
    ResetInBody,
    RetryAfter,
    Status,
    TruncatedJson,
    WrongContentType,
)
from tests.fakes.serving import serving

LOGIN = {"username": "WEBAPI", "password": "secret"}


@pytest.fixture
def eclipse() -> Eclipse:
    return Eclipse()


@pytest.fixture
def client(eclipse: Eclipse) -> Iterator[httpx.Client]:
    with serving(eclipse.app) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        yield client


def log_in(client: httpx.Client) -> httpx.Response:
    return client.post("/Sessions", json=LOGIN)


def test_a_status_is_answered_so_many_times(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Status(503, body={"error": "busy"}, headers={"X-Why": "test"}), times=2)

    replies = [log_in(client) for _ in range(3)]

    assert [reply.status_code for reply in replies] == [503, 503, 200]
    assert (replies[0].json(), replies[0].headers["x-why"]) == ({"error": "busy"}, "test")
    assert (eclipse.logins, eclipse.faults.left, len(eclipse.requests)) == (1, 0, 3)


def test_a_fault_is_limited_to_a_path_and_a_method(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Status(500), path="/SalesOrders")
    eclipse.faults.add(Status(502), method="DELETE")

    assert log_in(client).status_code == 200
    assert client.delete("/Sessions/1").status_code == 502
    assert client.get("/SalesOrders/S1").status_code == 500


def test_a_fault_lets_some_requests_pass_first(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Status(500), after=2)

    assert [log_in(client).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_cleared_faults_are_gone(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Status(500), times=None)

    broken = [log_in(client).status_code for _ in range(3)]
    eclipse.faults.clear()

    assert (broken, log_in(client).status_code) == ([500, 500, 500], 200)


def test_a_page_comes_instead_of_json(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Html())

    reply = log_in(client)

    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_json_is_truncated_within_an_honest_length(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(TruncatedJson())

    reply = log_in(client)

    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        reply.json()
    assert (reply.text[:7], eclipse.logins) == ('{"id":"', 1)


def test_good_json_is_called_something_else(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(WrongContentType("text/plain"))

    reply = log_in(client)

    assert (reply.headers["content-type"], "sessionToken" in reply.json()) == ("text/plain", True)


def test_retry_after_is_told(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(RetryAfter(3))
    eclipse.faults.add(RetryAfter("Fri, 31 Dec 2100 23:59:59 GMT", status=503))

    replies = [log_in(client) for _ in range(2)]

    assert [(reply.status_code, reply.headers["retry-after"]) for reply in replies] == [
        (429, "3"),
        (503, "Fri, 31 Dec 2100 23:59:59 GMT"),
    ]


def test_an_answer_is_delayed(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Delay(0.2))
    start = time.monotonic()

    reply = log_in(client)

    assert reply.status_code == 200
    assert time.monotonic() - start >= 0.2


def test_a_delayed_request_is_carried_out_though_the_caller_gave_up(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Delay(0.2))

    with pytest.raises(httpx.ReadTimeout):
        client.post("/Sessions", json=LOGIN, timeout=0.05)
    while not eclipse.logins:
        time.sleep(0.01)

    assert eclipse.logins == 1


def test_an_answer_never_comes(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Hang())

    with pytest.raises(httpx.ReadTimeout):
        client.post("/Sessions", json=LOGIN, timeout=0.1)

    assert eclipse.logins == 0


def test_the_connection_is_reset_before_any_answer(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Reset())

    with pytest.raises(httpx.ReadError):
        log_in(client)

    assert eclipse.logins == 0


def test_the_connection_is_reset_in_the_body(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(ResetInBody(sent=b'{"half'))

    with client.stream("GET", "/Branches") as reply:
        read = reply.iter_raw()

        assert (reply.status_code, reply.headers["content-length"], next(read)) == (200, "1000", b'{"half')
        with pytest.raises(httpx.ReadError):
            next(read)


def test_the_server_crashes_after_it_wrote(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(CrashAfterWrite())

    with pytest.raises(httpx.ReadError):
        log_in(client)

    assert eclipse.logins == 1


def test_a_body_never_ends(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(EndlessBody(part=b"x" * 1000))
    read = 0

    with client.stream("GET", "/Branches") as reply:
        for part in reply.iter_raw():
            read += len(part)
            if read > 20_000:
                break

    assert reply.headers["transfer-encoding"] == "chunked"
    assert log_in(client).status_code == 200


def test_a_body_is_huge(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(HugeBody(1_000_001))

    reply = client.get("/Branches")

    assert (len(reply.content), reply.headers["content-length"]) == (1_000_001, "1000001")
    assert set(reply.json()) == {"x"}


def test_the_caller_is_sent_elsewhere(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(Redirect("http://elsewhere.test/x", status=307))

    reply = log_in(client)

    assert (reply.status_code, reply.headers["location"]) == (307, "http://elsewhere.test/x")


def test_the_caller_is_sent_round_for_ever(eclipse: Eclipse, client: httpx.Client) -> None:
    eclipse.faults.add(RedirectLoop())

    with pytest.raises(httpx.TooManyRedirects):
        client.get("/Branches", follow_redirects=True)
