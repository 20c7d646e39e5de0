"""Eclipse in memory: who may ask, and for how long."""

from tests.fakes.eclipse import Eclipse
from tests.fakes.recording import Recorded

from .calling import client_of, eclipse_client


def test_a_wrong_password_is_refused() -> None:
    eclipse = Eclipse()

    reply = client_of(eclipse.app).post("/Sessions", json={"username": "WEBAPI", "password": "wrong"})

    assert (reply.status_code, reply.json()) == (401, {"error": "Invalid user name or password"})
    assert eclipse.logins == 0


def test_a_call_without_a_session_is_refused() -> None:
    assert client_of(Eclipse().app).get("/Branches").status_code == 401


def test_an_expired_session_is_told_by_419() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)

    eclipse.expire_sessions()

    assert (client.get("/Branches").status_code, eclipse.logins) == (419, 1)


def test_a_session_ends_with_its_lifetime() -> None:
    time = [0.0]
    eclipse = Eclipse(session_lifetime=60, expired_status=401, clock=lambda: time[0])
    client = eclipse_client(eclipse)

    before = client.get("/Branches").status_code
    time[0] = 61

    assert (before, client.get("/Branches").status_code) == (200, 401)


def test_some_releases_take_the_session_as_authorization() -> None:
    eclipse = Eclipse(session_header="Authorization")
    client = eclipse_client(eclipse)

    token = client.headers["sessionToken"]

    assert client.get("/Branches").status_code == 401
    assert client.get("/Branches", headers={"Authorization": f"SessionToken {token}"}).status_code == 200


def test_a_session_that_logged_off_is_unknown() -> None:
    client = eclipse_client(Eclipse())

    assert client.delete("/Sessions/8123").status_code == 204
    assert client.get("/Branches").status_code == 401


def test_what_was_asked_is_recorded() -> None:
    eclipse = Eclipse()

    client_of(eclipse.app).post("/Sessions?a=1&a=2", json={"username": "x", "password": "y"})

    recorded = eclipse.requests[0]
    assert recorded == Recorded(
        "POST",
        "/Sessions",
        [("a", "1"), ("a", "2")],
        recorded.headers,
        {"username": "x", "password": "y"},
    )
    assert recorded.headers["content-type"] == "application/json"
