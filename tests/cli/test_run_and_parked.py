"""`engine run` and `engine parked`: a flow by hand, and what is stuck."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.cli.conftest import Shell
from tests.fakes.serving import serving

ACME = """
engine: 1
name: acme
settings: {url: {type: url}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a server of this test
    endpoints:
      list: {method: GET, path: /items, records: =reply}
      load: {method: POST, path: /shop}
messages:
  load: {steps: [{call: erp.load, body: =input}]}
flows:
  items:
    trigger: {manual: true}
    read: {call: erp.list, query: {since: =cursor.n}, cursor: {start: {n: 0}, next: {n: =record.n}}}
    key: =record.sku
    send: load
"""


class Erp:
    """Two items, of which the shop takes only the first."""

    def __init__(self) -> None:
        self.taken: list[object] = []
        self.asked: list[str] = []
        routes = [Route("/items", self._list), Route("/shop", self._load, methods=["POST"])]
        self.app = Starlette(routes=routes)

    async def _list(self, request: Request) -> Response:
        self.asked.append(request.query_params["since"])
        items = [{"sku": "A", "n": 1}, {"sku": "B", "n": 2, "bad": True}]
        return JSONResponse([one for one in items if int(str(one["n"])) > int(request.query_params["since"])])

    async def _load(self, request: Request) -> Response:
        item = await request.json()
        if item.get("bad"):
            return Response("the shop does not know B", 400)
        self.taken.append(item)
        return JSONResponse({})


@pytest.fixture
def erp(folder: Path) -> Iterator[tuple[Erp, str]]:
    (folder / "integrations" / "acme.yaml").write_text(ACME)
    erp = Erp()
    with serving(erp.app) as url:
        yield erp, url


def parked_id(shell: Shell) -> str:
    return shell("parked").stdout.split()[0]


def test_a_dry_run_says_what_would_fail_and_sends_nothing(shell: Shell, erp: tuple[Erp, str], folder: Path) -> None:
    fake, url = erp
    text = ACME.replace("load: {steps", "load: {input: {type: object, properties: {bad: {type: string}}}, steps")
    (folder / "integrations" / "acme.yaml").write_text(text)

    dry = shell("run", "acme", "items", "--dry-run", ACME_URL=url)
    again = shell("run", "acme", "items", "--dry-run", "--since", "n=2", ACME_URL=url)

    assert (dry.returncode, again.returncode, fake.taken, fake.asked) == (1, 0, [], ["0", "2"])
    *progress, told, why = dry.stdout.splitlines()
    assert set(progress) <= {"acme.items: read 0", "acme.items: read 2"}
    assert told == "acme.items: 2 read, 0 skipped, 1 fit, 1 would fail"
    assert why == "  1 × the input does not fit its schema: bad: must be string, is boolean  (key B)"
    assert again.stdout.splitlines()[-1] == "acme.items: 0 read, 0 skipped, 0 fit, 0 would fail"
    assert shell("parked", "--all").stdout == "0 open\n"


def test_a_flow_is_run_and_says_what_is_stuck(shell: Shell, erp: tuple[Erp, str]) -> None:
    fake, url = erp

    done = shell("run", "acme", "items", ACME_URL=url)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "acme.items: 2 read, 0 skipped, 2 to deliver; left: 1 parked (`engine parked` shows what is stuck)\n"
    )
    assert fake.taken == [{"sku": "A", "n": 1}]
    listed = shell("parked").stdout
    assert "acme.items  key B  parked, 1 attempt\n    status 400: the shop does not know B\n1 parked\n" in listed


def test_log_lines_go_to_standard_error_without_secrets(shell: Shell, erp: tuple[Erp, str], folder: Path) -> None:
    _, url = erp
    file = folder / "integrations" / "acme.yaml"
    file.write_text(file.read_text().replace("{url: {type: url}}", "{url: {type: url}, word: {type: secret}}"))
    quiet = shell("run", "acme", "items", "--since", "n=0", ACME_URL=url, ACME_WORD="the shop does not know B")
    shell("parked", "discard", "--all", "--why", "a test")

    told = shell("run", "acme", "items", "--log-level", "debug", ACME_URL=url, ACME_WORD="the shop does not know B")

    lines = [re.sub(r"^\S+ \S+ |[\d.]+ ms|(?<=exchange )\w+", "", line) for line in told.stderr.splitlines()]
    assert quiet.stderr == ""
    assert lines[0] == "DEBUG engine.exchanges: acme.items: done in   [exchange  acme.items]"
    assert sorted(lines[1:]) == [
        "DEBUG engine.exchanges: acme.items, key A: done in   [exchange  acme.items]",
        "DEBUG engine.exchanges: acme.items, key B: refused in : status 400: ***  [exchange  acme.items]",
    ]


def test_a_range_is_read_again_without_moving_the_cursor(shell: Shell, erp: tuple[Erp, str]) -> None:
    fake, url = erp

    shell("run", "acme", "items", ACME_URL=url)
    again = shell("run", "acme", "items", "--since", "n=0", "--until", "n=1", ACME_URL=url)
    shell("run", "acme", "items", ACME_URL=url)

    assert "1 read, 0 skipped, 1 to deliver" in again.stdout
    assert fake.asked == ["0", "0", "2"]


def test_a_parked_one_is_shown_and_sent_again_with_another_payload(shell: Shell, erp: tuple[Erp, str]) -> None:
    fake, url = erp
    shell("run", "acme", "items", ACME_URL=url)
    id = parked_id(shell)

    shown = shell("parked", "show", id)
    resent = shell("parked", "resend", id, "--payload", json.dumps({"record": {"sku": "B", "n": 2}}))
    late = shell("parked", "discard", id, "--why", "too late")
    done = shell("run", "acme", "items", ACME_URL=url)

    assert '"bad": true' in shown.stdout
    assert (resent.returncode, resent.stdout) == (0, f"{id}  acme.items  B: will be sent again\n1 will be sent again\n")
    assert (late.returncode, late.stderr) == (1, f"neither parked nor sent: {id} is ready, engines go on with it\n")
    assert done.stdout == "acme.items: 0 read, 0 skipped, 0 to deliver; all delivered\n"
    assert fake.taken == [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}]


ASKING = ACME.replace(
    "    send: load\n",
    "    send: load\n    confirm: {flow: answers}\n"
    "  answers: {trigger: {manual: true}, read: {call: erp.list}, key: =record.sku, send: load}\n",
)


def test_what_waits_for_an_answer_is_listed_and_sent_again_or_discarded_by_name(
    shell: Shell, erp: tuple[Erp, str], folder: Path
) -> None:
    fake, url = erp
    (folder / "integrations" / "acme.yaml").write_text(ASKING)
    ran = shell("run", "acme", "items", "--since", "n=0", "--until", "n=1", ACME_URL=url)
    assert (ran.returncode, ran.stdout) == (
        0,
        "acme.items: 1 read, 0 skipped, 1 to deliver; all sent, 1 wait for an answer\n",
    )

    told = shell("parked").stdout
    listed = shell("parked", "--sent").stdout
    nothing = shell("parked", "resend", "--all").stdout
    id = listed.split()[0]
    resent = shell("parked", "resend", id).stdout
    shell("run", "acme", "items", "--since", "n=9", ACME_URL=url)
    gone = shell("parked", "discard", "--sent", "--flow", "items", "--why", "it was a test").stdout

    assert told == "0 parked\n1 sent, waiting for an answer: engine parked --sent\n"
    assert re.fullmatch(
        r"\w+  \S+  acme.items  key A  sent at \S+Z, waiting for an answer, 1 attempt\n1 sent\n", listed
    )
    assert nothing == "0 will be sent again\n"
    assert resent == f"{id}  acme.items  A: will be sent again\n1 will be sent again\n"
    assert fake.taken == [{"sku": "A", "n": 1}] * 2
    assert gone == f"{id}  acme.items  A: discarded\n1 discarded\n"
    assert shell("parked", "--all").stdout == "0 open\n"


def test_a_parked_one_is_discarded_with_a_reason(shell: Shell, erp: tuple[Erp, str]) -> None:
    _, url = erp
    shell("run", "acme", "items", ACME_URL=url)

    without = shell("parked", "discard", "--text", "does not know")
    done = shell("parked", "discard", "--text", "does not know", "--why", "a test item")

    assert (without.returncode, without.stderr) == (2, 'say why: --why "…"\n')
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 discarded")
    assert shell("parked", "--all").stdout == "0 open\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "acme", "itmes"], 2, 'there is no flow "itmes" in acme; did you mean "items"?'),
        (["run", "acme", "items", "--until", "n=1"], 2, "--until without --since: name where to begin"),
        (["run", "acme", "items", "--since", "x"], 2, "--since: write the cursor's fields"),
        (["parked", "resend"], 2, "name ids, a filter such as --flow or --text, or --all"),
        (["parked", "resend", "nothing"], 1, "neither parked nor sent: nothing is not open"),
        (["parked", "show", "nothing"], 1, "there is no open delivery nothing"),
        (["parked", "resend", "--all", "--payload", "{}"], 2, "--payload is for one delivery"),
        (["parked", "resend", "x", "--payload", "[]"], 2, '--payload: write {"record": …}'),
        (["parked", "--store", "mongodb://x"], 2, '"mongodb:" is no database URL this engine knows'),
    ],
)
def test_mistakes_are_told_with_a_remedy(
    shell: Shell, erp: tuple[Erp, str], arguments: list[str], code: int, words: str
) -> None:
    done = shell(*arguments, ACME_URL=erp[1])

    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


FILES = """
engine: 1
name: acme
settings: {url: {type: url}, folder: {type: text}}
connections:
  erp: {type: rest, url: =settings.url, insecure: a server of this test, endpoints: {load: {method: POST, path: /shop}}}
  drop:
    type: files
    folder: =settings.folder
    endpoints:
      items: {type: read, match: "*.csv", ready: {quiet: 0s}, format: {type: csv, columns: {sku: text(20) required}}}
messages:
  load: {steps: [{call: erp.load, body: =input}]}
flows:
  items: {trigger: {manual: true}, read: {call: drop.items}, key: =record.sku, send: load}
"""


def test_rows_that_cannot_be_read_are_told_and_the_others_delivered(
    shell: Shell, erp: tuple[Erp, str], folder: Path, tmp_path: Path
) -> None:
    fake, url = erp
    (folder / "integrations" / "acme.yaml").write_text(FILES)
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "a.csv").write_text("sku\nA\nan item number that is too long\nC\n")

    done = shell("run", "acme", "items", ACME_URL=url, ACME_FOLDER=str(drop))

    assert done.returncode == 1
    assert done.stdout == (
        "acme.items: 2 read, 0 skipped, 2 to deliver; all delivered\n"
        f"a.csv: 1 row cannot be read; correct what stands in {drop}/error/a.csv.rejected, and send it in a file of its own\n"
    )
    assert sorted(taken["sku"] for taken in fake.taken) == ["A", "C"]
