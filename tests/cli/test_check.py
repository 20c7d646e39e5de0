"""`engine check`: each thing looked at by itself, with what to do about it; it never writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from typer.testing import CliRunner

from engine.cli.app import app
from tests.fakes.certificates import Authority, authority
from tests.fakes.serving import serving
from tests.mail_server import mail_server
from tests.openssh import running_openssh

ACME = """
engine: 1
name: acme
settings:
  url: {type: url}
  ca: {type: text, default: null, required: false}
  password: {type: secret}
  alerts: {type: emails, default: [ops@example.com]}
connections:
  erp:
    type: rest
    url: =settings.url
    tls: {ca: =settings.ca}
    auth:
      type: login
      request: {call: erp.log_in, body: {password: =settings.password}}
      token: =reply.token
      headers: {Authorization: "Bearer {{ token }}"}
    offline: {probe: erp.ping}
    endpoints:
      log_in: {method: POST, path: /login, auth: {type: none}, effect: repeatable}
      ping: {method: GET, path: /ping}
      post: {method: POST, path: /orders}
messages:
  m: {steps: [{call: erp.post, body: {no: "1"}}], reply: {}}
"""


class Erp:
    """A system with a login; `asked` is what was called, `openapi` what it says of itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.openapi: Any = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        self.asked.append(f"{request.method} {request.url.path}")
        if request.url.path == "/openapi.json":
            await JSONResponse(self.openapi)(scope, receive, send)
            return
        right = request.url.path != "/login" or (await request.json())["password"] == "right-password"
        answer = JSONResponse({"token": "a-long-token"} if right else {"message": "no"}, 200 if right else 403)
        await answer(scope, receive, send)


@pytest.fixture
def tls(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@pytest.fixture
def erp() -> Erp:
    return Erp()


@pytest.fixture
def url(erp: Erp, tls: Authority) -> Iterator[str]:
    with serving(erp, tls) as found:
        yield found


def check(folder: Path, text: str = ACME, mail: str = "", **settings: Any) -> tuple[int, dict[str, Mapping[str, str]]]:
    """The exit code, and what was seen by what was looked at."""
    (folder / "acme.yaml").write_text(text)
    given = [part for name, value in settings.items() for part in ("--set", f"acme.{name}={value}")]
    ran = CliRunner().invoke(
        app, ["check", "acme", "--integrations", str(folder), "--format", "json", *given], env={"ENGINE_MAIL": mail}
    )
    return ran.exit_code, {seen["what"]: seen for seen in json.loads(ran.stdout)}


def states(found: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {what: seen["state"] for what, seen in found.items()}


def where(url: str) -> str:
    return url.partition("//")[2]


def test_what_works_is_ticked_off_and_nothing_is_written(tmp_path: Path, erp: Erp, url: str, tls: Authority) -> None:
    code, found = check(tmp_path, url=url, ca=tls.ca_file, password="right-password")

    assert states(found) == {
        "settings": "ok",
        "dns 127.0.0.1": "ok",
        f"tcp {where(url)}": "ok",
        f"tls {where(url)}": "ok",
        "login": "ok",
        "call erp.ping": "ok",
    }
    assert code == 0
    assert erp.asked == ["POST /login", "GET /ping"]
    assert "certificate lasts" in found[f"tls {where(url)}"]["told"]


def described(**order: Any) -> dict[str, Any]:
    """An OpenAPI file with the schema of an order."""
    schema = {"type": "object", "required": ["no"], "properties": {"no": {"type": "string", "maxLength": 20}}, **order}
    paths = {"/orders": {"post": {}}, "/ping": {"get": {}}}
    return {"openapi": "3.0.3", "info": {}, "paths": paths, "components": {"schemas": {"Order": schema}}}


def test_a_vendored_openapi_file_is_compared_with_what_the_system_shows(
    tmp_path: Path, erp: Erp, url: str, tls: Authority
) -> None:
    reference = "acme.openapi.json#/components/schemas/Order"
    text = ACME.replace("path: /orders}", f"path: /orders, request: '{reference}'}}").replace(
        "    offline:", "    openapi: /openapi.json\n    offline:"
    )
    (tmp_path / "acme.openapi.json").write_text(json.dumps(described()))
    given = {"url": url, "ca": tls.ca_file, "password": "right-password"}

    erp.openapi = described()
    code, found = check(tmp_path, text, **given)
    assert (code, found[f"openapi {reference}"]["state"], found[f"openapi {reference}"]["told"]) == (
        *(0, "ok"),
        "as vendored",
    )

    erp.openapi = described(required=["no", "site"])
    erp.openapi["components"]["schemas"]["Order"]["properties"] = {"no": {"type": "integer"}, "site": {}}
    del erp.openapi["paths"]["/orders"]
    code, found = check(tmp_path, text, **given)
    seen = found[f"openapi {reference}"]
    assert (code, seen["state"]) == (0, "warning")
    assert seen["told"] == (
        "Order.no: `type` was string, and is integer; Order.no: `maxLength` was 20, and is not given; "
        "Order.site is new, and required"
    )
    assert seen["remedy"] == "vendor it anew as acme.openapi.json; `engine validate` tells what it changes"
    assert found["openapi POST /orders"]["told"] == "the system no longer has this operation"

    erp.openapi = {"message": "hello"}
    _, found = check(tmp_path, text, **given)
    assert found["openapi /openapi.json"]["told"] == "what is there is no OpenAPI file"


def test_a_wrong_password_is_told_and_what_is_behind_it_left_out(
    tmp_path: Path, erp: Erp, url: str, tls: Authority
) -> None:
    code, found = check(tmp_path, url=url, ca=tls.ca_file, password="wrong-password")

    assert code == 1
    assert "call erp.ping" not in found
    assert found["login"] == {
        "integration": "acme",
        "connection": "erp",
        "what": "login",
        "state": "failed",
        "told": 'status 403: {"message":"no"}',
        "remedy": "check the settings that `auth` uses",
    }


def test_an_authority_nobody_knows_is_told_with_the_key_to_write(tmp_path: Path, url: str) -> None:
    code, found = check(tmp_path, url=url, password="right-password")

    seen = found[f"tls {where(url)}"]
    assert (code, seen["state"], seen["told"]) == (1, "failed", "unable to get local issuer certificate")
    assert "`tls.ca`" in seen["remedy"]
    assert "login" not in found or found["login"]["state"] == "failed"


def test_a_certificate_that_ends_soon_is_warned_of(tmp_path: Path) -> None:
    soon = authority(tmp_path, not_after=datetime.now(UTC) + timedelta(days=12, hours=1))
    with serving(Erp(), soon) as url:
        code, found = check(tmp_path, url=url, ca=soon.ca_file, password="right-password")

    seen = found[f"tls {where(url)}"]
    assert (code, seen["state"]) == (0, "warning")
    assert seen["told"].endswith("the certificate lasts 12 days")


def test_missing_settings_a_name_nobody_knows_and_a_closed_port_are_told(tmp_path: Path, tls: Authority) -> None:
    code, found = check(tmp_path, password="right-password")
    assert code == 1
    assert (found["settings"]["state"], found["settings"]["remedy"]) == ("failed", "")
    assert found["settings"]["told"].endswith("set ACME_URL, or `acme: {url: …}` in the settings file")

    code, found = check(tmp_path, url="https://127.0.0.1:1", ca=tmp_path / "none.pem", password="right-password")
    assert code == 1
    assert "none.pem) cannot be used: No such file" in found["settings"]["told"]
    assert found["settings"]["remedy"] == "mend the file or key it names, or the setting that leads there"

    code, found = check(tmp_path, url="https://no-such-host.invalid", password="right-password")
    assert code == 1
    assert found["dns no-such-host.invalid"] == {
        **{"integration": "acme", "connection": "erp", "what": "dns no-such-host.invalid", "state": "failed"},
        **{"told": "unknown host", "remedy": "check its name, and the DNS of this machine"},
    }

    code, found = check(tmp_path, url="https://127.0.0.1:1", password="right-password")
    assert code == 1
    assert found["tcp 127.0.0.1:1"] == {
        **{"integration": "acme", "connection": "erp", "what": "tcp 127.0.0.1:1", "state": "failed"},
        **{"told": "connection refused", "remedy": "see that it runs, and that this is its port"},
    }


def test_a_connection_that_not_everybody_needs_is_warned_of_and_the_others_looked_at(
    tmp_path: Path, erp: Erp, url: str, tls: Authority
) -> None:
    more = """  more:
    type: rest
    url: =settings.url
    tls: {ca: =settings.ca}
    auth: {type: oauth2, token_url: /token, client_id: =settings.client, client_secret: =settings.password}
    endpoints: {list: {method: GET, path: /list}}
"""
    text = ACME.replace("connections:\n", f"  client: {{type: text, required: false}}\nconnections:\n{more}")
    text = text.replace("{steps: [", "{steps: [{call: more.list}, ")

    code, found = check(tmp_path, text, url=url, ca=tls.ca_file, password="right-password")

    assert (code, found["call erp.ping"]["state"]) == (0, "ok")
    seen = [one for one in found.values() if one["state"] == "warning"]
    assert seen == [
        {
            **{"integration": "acme", "connection": "more", "what": "settings", "state": "warning"},
            "told": "acme.more: `auth.client_id` is empty",
            "remedy": "set it, if this connection is needed; its calls fail till then",
        }
    ]


def test_a_tunnel_is_looked_at_and_leads_on(tmp_path: Path, url: str, tls: Authority) -> None:
    with running_openssh() as ssh:
        auth = f"{{type: ssh_key, username: {ssh.user}, key: '{ssh.key}'}}"
        way = f"{{type: ssh, host: 127.0.0.1, port: {ssh.port}, host_key: KEY, auth: {auth}}}"
        text = ACME.replace("    url: =settings.url\n", f"    url: =settings.url\n    tunnel: {way}\n")
        given = {"url": url, "ca": tls.ca_file, "password": "right-password"}
        code, right = check(tmp_path, text.replace("KEY", f"'{ssh.fingerprint()}'"), **given)
        wrong_code, wrong = check(tmp_path, text.replace("KEY", f"SHA256:{'A' * 43}"), **given)

    assert (code, right[f"tunnel to {where(url)}"]["state"], right["login"]["state"]) == (0, "ok", "ok")
    assert wrong_code == 1
    assert "shows another host key" in wrong[f"tunnel to {where(url)}"]["told"]


def test_the_mail_server_is_looked_at_where_people_are_to_be_told(tmp_path: Path, url: str, tls: Authority) -> None:
    text = ACME + "notify: [{type: email, to: =settings.alerts}]\n"
    given = {"url": url, "ca": tls.ca_file, "password": "right-password"}

    code, found = check(tmp_path, text, **given)
    assert (code, found["mail"]["told"]) == (1, "acme would tell people by mail, and there is no mail server")

    with mail_server(tls) as mails:
        code, found = check(tmp_path, text, mails.url, **given)
        assert (code, found["mail"]["state"], mails.taken) == (0, "ok", [])
        code, found = check(tmp_path, text, mails.url.replace("mail%3A", "other"), **given)
        assert (code, found["mail"]["state"]) == (1, "failed")
        assert "other" not in found["mail"]["told"]


def test_people_read_a_table(tmp_path: Path, url: str, tls: Authority) -> None:
    (tmp_path / "acme.yaml").write_text(ACME)
    given = [f"acme.url={url}", f"acme.ca={tls.ca_file}", "acme.password=wrong-password"]
    options = [part for one in given for part in ("--set", one)]
    told = CliRunner().invoke(app, ["check", "--integrations", str(tmp_path), *options]).stdout.splitlines()

    assert told[0].split() == ["INTEGRATION", "CONNECTION", "LOOKED", "AT", "SEEN", "TO", "DO"]
    assert told[1].split() == ["acme", "settings", "✓", "complete"]
    assert told[-1].split()[:4] == ["acme", "erp", "login", "✗"]


def test_without_receivers_no_mail_server_is_wanted(tmp_path: Path, url: str, tls: Authority) -> None:
    text = ACME.replace("[ops@example.com]", "[]") + "notify: [{type: email, to: =settings.alerts}]\n"

    code, found = check(tmp_path, text, url=url, ca=tls.ca_file, password="right-password")

    assert (code, "mail" in found) == (0, False)
