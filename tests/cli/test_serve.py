"""`engine serve`: a process that starts, answers and ends in order."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import Begin, Shell
from tests.fakes.certificates import Authority
from tests.fakes.eclipse import Eclipse
from tests.fakes.faults import Delay, Hang
from tests.scenarios.world import SHIPPED, TOKEN

Start = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start(begin: Begin) -> Start:
    """Start `engine serve …` on a free port; gives the process and its address."""

    def run(*arguments: str, **variables: str) -> tuple[subprocess.Popen[str], str]:
        process = begin("serve", "--port", "0", *arguments, **variables)
        assert process.stdout is not None
        for line in process.stdout:
            found = re.match(r"serving on (\S+),", line)
            if found:
                return process, found[1]
        raise AssertionError(process.communicate()[1])

    return run


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    os.kill(process.pid, number)
    errors = process.communicate(timeout=60)[1]
    return process.returncode, errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_a_signal_comes(start: Start, number: int) -> None:
    process, url = start()

    answer = httpx.post(f"{url}/v1/hello/messages/greet", json={"who": "you"}, trust_env=False, timeout=60)

    assert answer.json() == {"hello": "you", "company": "North"}
    assert end(process, number) == (0, "")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=1)


def test_a_signal_lets_a_running_exchange_finish_and_gives_sessions_back(
    start: Start, eclipse: tuple[Eclipse, Mapping[str, str]]
) -> None:
    fake, variables = eclipse
    process, url = start("eclipse", "--role", "api", "--integrations", str(SHIPPED), **variables)
    fake.faults.add(Delay(1.0), path="/ProductInventoryMassInquiry")
    answers: list[httpx.Response] = []

    def ask() -> None:
        wish, headers = {"items": [{"sku": "1E10", "erp_id": "110"}]}, {"Authorization": f"Bearer {TOKEN}"}
        answers.append(
            httpx.post(f"{url}/v1/eclipse/messages/stock", json=wish, headers=headers, trust_env=False, timeout=60)
        )

    asking = threading.Thread(target=ask)
    asking.start()
    while fake.faults.left:
        time.sleep(0.01)
    code, errors = end(process)
    asking.join()

    assert (code, errors) == (0, "")
    assert answers[0].status_code == 200, answers[0].text
    assert answers[0].json()["items"][0]["quantity"] == 19
    assert (fake.requests[-1].method, fake.requests[-1].path) == ("DELETE", "/Sessions/8123")
    assert fake.logins == 1


def test_it_does_not_wait_for_ever(start: Start, eclipse: tuple[Eclipse, Mapping[str, str]]) -> None:
    fake, variables = eclipse
    process, url = start("eclipse", "--integrations", str(SHIPPED), "--patience", "0.3", **variables)
    fake.faults.add(Hang(), path="/ProductInventoryMassInquiry", times=None)

    def ask() -> None:
        wish, headers = {"items": [{"sku": "1E10", "erp_id": "110"}]}, {"Authorization": f"Bearer {TOKEN}"}
        try:
            httpx.post(f"{url}/v1/eclipse/messages/stock", json=wish, headers=headers, trust_env=False, timeout=None)
        except httpx.HTTPError:
            return

    asking = threading.Thread(target=ask)
    asking.start()
    while not any(request.path == "/ProductInventoryMassInquiry" for request in fake.requests):
        time.sleep(0.01)
    code, _ = end(process)
    asking.join()

    assert code == 0


def test_what_was_served_stands_in_the_journal(start: Start, shell: Shell) -> None:
    process, url = start()
    answer = httpx.post(f"{url}/v1/hello/messages/refuse", json={}, trust_env=False, timeout=60)
    end(process)

    shown = shell("log", answer.headers["engine-exchange"])

    assert shown.returncode == 0
    assert "not today" in shown.stdout


def test_a_port_in_use_is_exit_code_2(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = shell("serve", "--port", str(port))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"cannot serve on 127.0.0.1:{port}: Address already in use\n"


def test_a_host_that_does_not_exist_is_exit_code_2(shell: Shell) -> None:
    done = shell("serve", "--host", "no-such-host.invalid", "--port", "0")

    assert done.returncode == 2
    assert done.stderr.startswith("cannot serve on no-such-host.invalid:0: ")
    assert "Traceback" not in done.stderr


def test_https_is_served(start: Start, certificates: Authority, tmp_path: Path) -> None:
    leaf = certificates.ca.issue_cert("localhost", "127.0.0.1")
    cert, key = tmp_path / "server.pem", tmp_path / "server.key"
    leaf.cert_chain_pems[0].write_to_path(str(cert))
    leaf.private_key_pem.write_to_path(str(key))
    process, url = start("--tls-cert", str(cert), "--tls-key", str(key))

    answer = httpx.get(f"{url}/healthz", verify=certificates.client_context(), trust_env=False, timeout=60)

    assert url.startswith("https://")
    assert answer.json() == {"status": "ok"}
    assert end(process)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--tls-cert", "none.pem"), "--tls-cert none.pem: No such file or directory"),
        (("--tls-key", "none.pem"), "--tls-key without --tls-cert"),
        (("--tls-cert", "integrations/hello.yaml"), "cannot serve on"),
        (("--trusted-proxy", "everywhere"), "--trusted-proxy everywhere: this is no network"),
        (("nobody",), 'there is no integration "nobody" in integrations; there is: hello'),
        (("--store", "nonsense"), "nonsense"),
        (("--settings", "none.yaml"), "none.yaml"),
    ],
)
def test_what_cannot_run_is_exit_code_2_with_the_reason(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    done = shell("serve", "--port", "0", *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_missing_stop_it_before_it_listens(shell: Shell) -> None:
    done = shell("serve", "p21", "--integrations", str(SHIPPED), "--port", "0")

    assert (done.returncode, done.stdout) == (2, "")
    assert "set P21_URL" in done.stderr
    assert "set OROCOMMERCE_URL" in done.stderr


def test_only_what_is_named_and_what_it_uses_is_served(start: Start, folder: Path) -> None:
    for name in ("one", "two"):
        uses = "uses: {h: hello}\n" if name == "one" else ""
        (folder / "integrations" / f"{name}.yaml").write_text(
            f"engine: 1\nname: {name}\n{uses}messages:\n  m: {{reply: 1}}\n"
        )
    process, url = start("one")

    document = httpx.get(f"{url}/openapi.json", trust_env=False, timeout=60).json()

    assert {path.split("/")[2] for path in document["paths"]} == {"one", "hello"}
    end(process)


def greeting(url: str) -> object:
    return httpx.post(f"{url}/v1/hello/messages/greet", json={"who": "you"}, trust_env=False, timeout=60).json()


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def readiness(url: str) -> dict[str, object]:
    found: dict[str, object] = httpx.get(f"{url}/readyz", trust_env=False, timeout=60).json()
    return found


def test_a_changed_file_is_taken_over_and_no_request_fails_meanwhile(start: Start, folder: Path) -> None:
    process, url = start()
    file, statuses, done = folder / "integrations" / "hello.yaml", set(), threading.Event()

    def ask() -> None:
        with httpx.Client(trust_env=False, timeout=60) as client:
            while not done.is_set():
                statuses.add(client.post(f"{url}/v1/hello/messages/greet", json={"who": "you"}).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    file.write_text(file.read_text().replace("hello: =input.who", "good_day: =input.who"))
    try:
        eventually(lambda: greeting(url) == {"good_day": "you", "company": "North"})
    finally:
        done.set()
        asking.join()

    assert statuses == {200}
    code, errors = end(process)
    assert code == 0
    assert "the files have changed and were taken over: hello" in errors


def test_a_file_that_is_wrong_leaves_the_old_one_at_work_until_it_is_mended(start: Start, folder: Path) -> None:
    process, url = start()
    file = folder / "integrations" / "hello.yaml"
    right = file.read_text()

    file.write_text(right + "mesages: {}\n")
    eventually(lambda: "reload" in readiness(url))

    assert 'has no key "mesages"' in str(readiness(url)["reload"])
    assert greeting(url) == {"hello": "you", "company": "North"}
    file.write_text(right.replace("hello: =input.who", "good_day: =input.who"))
    eventually(lambda: greeting(url) == {"good_day": "you", "company": "North"})
    assert "reload" not in readiness(url)
    assert end(process)[0] == 0


def test_a_flow_that_is_new_in_a_file_begins(start: Start, folder: Path) -> None:
    process, url = start()
    flow = "events: {came: {}}\nflows: {greetings: {trigger: {event: came}, send: greet}}\n"
    file = folder / "integrations" / "hello.yaml"
    file.write_text(file.read_text() + flow)

    def post() -> int:
        return httpx.post(f"{url}/v1/hello/events/came", json={"who": "you"}, trust_env=False, timeout=60).status_code

    eventually(lambda: post() == 202)

    def numbers() -> str:
        return httpx.get(f"{url}/metrics", trust_env=False, timeout=60).text

    eventually(lambda: 'message="greetings",outcome="done"' in numbers())
    assert end(process)[0] == 0


def test_without_reload_the_files_are_read_once(start: Start, folder: Path) -> None:
    process, url = start("--no-reload")
    file = folder / "integrations" / "hello.yaml"
    file.write_text(file.read_text() + "mesages: {}\n")
    time.sleep(2.5)

    assert "reload" not in readiness(url)
    assert end(process) == (0, "")
