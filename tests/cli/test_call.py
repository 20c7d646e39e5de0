"""`engine call`: one message from the shell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from engine.delivery.outages import Share
from engine.delivery.store import Store
from tests.cli.conftest import HELLO, Shell
from tests.fakes.eclipse import Eclipse
from tests.fakes.serving import serving
from tests.scenarios.world import SHIPPED

GREETED = '{\n  "hello": "00123",\n  "price": 3.10,\n  "company": "North"\n}\n'
INPUT = '{"who": "00123", "price": 3.10}'


def test_the_reply_is_json_digit_for_digit(shell: Shell) -> None:
    done = shell("call", "hello", "greet", "--input", INPUT)

    assert (done.returncode, done.stdout, done.stderr) == (0, GREETED, "")


def test_the_input_may_stand_in_a_file_or_come_from_a_pipe(shell: Shell, folder: Path) -> None:
    (folder / "wish.json").write_text(INPUT)

    from_file = shell("call", "hello", "greet", "-i", "@wish.json")
    from_pipe = shell("call", "hello", "greet", "-i", "-", given=INPUT)

    assert from_file.stdout == from_pipe.stdout == GREETED


def test_an_input_that_cannot_be_read_is_exit_code_2(shell: Shell) -> None:
    broken = shell("call", "hello", "greet", "-i", "{who: x}")
    missing = shell("call", "hello", "greet", "-i", "@none.json")

    assert broken.returncode == missing.returncode == 2
    assert broken.stderr.startswith("--input: it is no JSON: ")
    assert missing.stderr == "--input @none.json: No such file or directory\n"


def test_an_input_that_does_not_fit_is_told_whole(shell: Shell) -> None:
    done = shell("call", "hello", "greet", "-i", '{"price": "cheap"}')

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == "the input does not fit its schema:"
    assert sorted(done.stderr.splitlines()[1:]) == ["  price: must be number, is string", "  who: is missing"]


def test_wrong_names_are_told_with_the_right_ones(shell: Shell) -> None:
    integration, message, far = (
        shell("call", "helo", "greet"),
        shell("call", "hello", "gret"),
        shell("call", "hello", "x"),
    )

    assert integration.returncode == message.returncode == far.returncode == 2
    assert integration.stderr == 'there is no integration "helo" in integrations; did you mean "hello"?\n'
    assert message.stderr == 'there is no message "gret" in hello; did you mean "greet"?\n'
    assert far.stderr == 'there is no message "x" in hello; there is: greet, refuse, parts\n'


def test_a_refusal_is_exit_code_1_with_its_words_and_where_to_look(shell: Shell) -> None:
    done = shell("call", "hello", "refuse")

    first, second = done.stderr.splitlines()
    assert (done.returncode, done.stdout, first) == (1, "", "refused: not today")
    shown = shell("log", second.split()[2])
    assert "not today" in shown.stdout


def test_records_that_failed_are_exit_code_1_beside_the_reply(shell: Shell) -> None:
    done = shell("call", "hello", "parts")

    assert (done.returncode, done.stdout) == (1, '{\n  "done": 1\n}\n')
    assert done.stderr == '1 records failed: [{"index":1,"error":"no such item"}]\n'


AWAY = """
engine: 1
name: acme
settings: {url: {type: url}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a server of this test
    offline: {probe: erp.ping, lasts: 60s}
    endpoints: {ping: {method: GET, path: /ping}}
messages:
  ping: {steps: [{call: erp.ping, save: done}], reply: =done}
"""


def test_what_engines_have_found_offline_is_told_and_asked_all_the_same(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "acme.yaml").write_text(AWAY)
    store = Store.open(f"sqlite:///{folder}/engine.db")
    asyncio.run(store.share(Share("us", {"acme.erp": 1_764_000_000.0}, (), 1_763_999_990.0, 1_763_999_999.0)))
    store.close()
    pong = Starlette(routes=[Route("/ping", lambda request: JSONResponse({"pong": 1}))])

    with serving(pong) as url:
        done = shell("call", "acme", "ping", ACME_URL=url)

    assert (done.returncode, done.stdout) == (0, '{\n  "pong": 1\n}\n')
    assert done.stderr == (
        "acme.erp is offline for the engines on this store, which try again at 2025-11-24T16:00:00.000Z; "
        "it is asked all the same\n"
    )


def test_settings_come_from_set_the_environment_and_a_file_in_this_order(shell: Shell, folder: Path) -> None:
    (folder / "settings.yaml").write_text("hello: {company: File}\n")
    ask = ("call", "hello", "greet", "-i", '{"who": "x"}', "--settings", "settings.yaml")

    assert '"File"' in shell(*ask).stdout
    assert '"Environment"' in shell(*ask, HELLO_COMPANY="Environment").stdout
    assert '"Given"' in shell(*ask, "--set", "hello.company=Given", HELLO_COMPANY="Environment").stdout


def test_settings_that_are_missing_are_listed_all_at_once(shell: Shell) -> None:
    done = shell("call", "p21", "prices", "--integrations", str(SHIPPED))

    assert (done.returncode, done.stdout) == (2, "")
    for variable in (
        "P21_URL",
        "P21_USER",
        "P21_PASSWORD",
        "P21_COMPANY",
        "P21_SHOP_TOKEN",
        "OROCOMMERCE_URL",
        "OROCOMMERCE_SECRET",
    ):
        assert f"set {variable}" in done.stderr
    assert "ECLIPSE" not in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_that_are_wrong_are_exit_code_2(shell: Shell) -> None:
    unknown, shapeless = (shell("call", "hello", "greet", "--set", text) for text in ("hello.compny=x", "company"))

    assert unknown.returncode == shapeless.returncode == 2
    assert "hello has no setting compny" in unknown.stderr
    assert "write integration.setting=value" in shapeless.stderr


def test_a_file_with_errors_is_exit_code_2_and_shows_them(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(HELLO.replace("reply: {hello", "replay: {hello"))

    done = shell("call", "hello", "greet")

    assert done.returncode == 2
    assert "error[unknown-key]" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_store_that_cannot_be_opened_is_exit_code_2(shell: Shell) -> None:
    done = shell("call", "hello", "parts", "--store", "nonsense")

    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_erp_is_asked_and_its_session_given_back(shell: Shell, eclipse: tuple[Eclipse, Mapping[str, str]]) -> None:
    fake, variables = eclipse

    done = shell(
        "call", "eclipse", "stock", "--integrations", str(SHIPPED), "-i", '{"items": [{"sku": "1E10"}]}', **variables
    )

    assert done.returncode == 0, done.stderr
    assert '"quantity": 19' in done.stdout
    assert [(request.method, request.path) for request in fake.requests][-1] == ("DELETE", "/Sessions/8123")
    assert fake.logins == 1


def test_an_erp_that_cannot_be_reached_is_exit_code_1_without_secrets(
    shell: Shell, eclipse: tuple[Eclipse, Mapping[str, str]]
) -> None:
    _, variables = eclipse
    away = {**variables, "ECLIPSE_URL": "https://127.0.0.1:9"}

    done = shell(
        "call",
        "eclipse",
        "prices",
        "--integrations",
        str(SHIPPED),
        "-i",
        '{"items": [{"sku": "A", "quantity": 1}]}',
        **away,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("unreachable: eclipse.eclipse is offline: 127.0.0.1:9 cannot be reached")
    assert "pass-word-1" not in done.stderr + done.stdout


def test_a_fallback_is_told(shell: Shell, eclipse: tuple[Eclipse, Mapping[str, str]]) -> None:
    _, variables = eclipse
    away = {**variables, "ECLIPSE_URL": "https://127.0.0.1:9"}

    done = shell("call", "eclipse", "stock", "--integrations", str(SHIPPED), "-i", '{"items": [{"sku": "A"}]}', **away)

    assert (done.returncode, done.stderr) == (0, "answered by: fallback\n")
