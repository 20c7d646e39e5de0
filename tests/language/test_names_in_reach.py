"""LANGUAGE §5, place by place: the names in reach, and one that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine

ALL = {
    *("settings", "exchange", "input", "reply", "records", "status", "headers", "error", "event", "record", "cursor"),
    *("started", "file", "notice", "item", "number", "key", "token", "before", "after", "one"),
}
"""Every name of the language, and of the file below: `before` and `after` are steps, `one` is an element."""

FILE = """\
engine: 1
name: x
{zone}
connections:
  c:
    type: rest
    url: {url}
    timeout: {timeout}
    headers: {{x: {header}}}
    error: {{text: {error}, temporary: {error}}}
    auth:
      type: login
      request: {{call: c.ping, body: {{a: {login_body}}}}}
      token: {token}
      lifetime: {lifetime}
      headers: {{x: {auth_header}}}
      end: {{call: c.ping, body: {{a: {end}}}}}
    endpoints:
      ping: {{method: GET, path: /, auth: {{type: none}}}}
      list:
        method: GET
        path: /{{id}}
        success: {success}
        records: {records}
        query: {{x: {endpoint_query}}}
        page: {{type: next, next: {next}}}
  d:
    type: rest
    url: {{call: c.ping, query: {{x: {url_query}}}, value: {url_value}}}
    auth: {{type: bearer, token: {bearer}}}
    endpoints: {{}}
messages:
  m:
    timeout: {message_timeout}
    steps:
      - {{save: before, value: 1}}
      - call: c.list
        when: {when}
        each: {each}
        item: one
        path: {{id: {path}}}
        query: {{x: {query}}}
        headers: {{x: {step_header}}}
        body: {{x: {body}}}
        value: {{x: {value}}}
        repeat: {{until: {until}, every: {repeat_every}}}
      - {{refuse: {refuse}}}
      - {{save: computed, value: {computed}}}
      - {{save: after, value: 1}}
    reply:
      plain: {message_reply}
      mapped: {{$each: =input, $let: {{named: =item}}, $when: {mapped_when}, $map: {mapped}}}
    failed: {failed}
    fallback: {fallback}
    cache: {{keep: {keep}, key: {cache_key}}}
security:
  allow: {allow}
  clients: {{shop: {{type: bearer, token: {client}}}}}
log: {{payloads: {payloads}}}
"""

SETTINGS = {"settings"}
OF_REPLY = {"settings", "reply", "status", "headers"}
OF_STEP = {"settings", "exchange", "input", "before"}
OF_ANSWER = {"reply", "records", "status", "headers"}
IN_EACH = {"one", "number"}
AT_END = {"settings", "exchange", "input", "before", "after", "computed"}

PLACES: dict[str, set[str]] = {
    "zone": SETTINGS,
    "url": SETTINGS,
    "timeout": SETTINGS,
    "header": SETTINGS,
    "error": OF_REPLY,
    "login_body": SETTINGS,
    "token": OF_REPLY,
    "lifetime": OF_REPLY,
    "auth_header": OF_REPLY | {"token"},
    "end": OF_REPLY | {"token"},
    "success": OF_REPLY,
    "records": OF_REPLY,
    "endpoint_query": SETTINGS,
    "next": OF_REPLY,
    "url_query": SETTINGS,
    "url_value": OF_REPLY,
    "bearer": SETTINGS,
    "message_timeout": SETTINGS,
    "when": OF_STEP,
    "each": OF_STEP,
    "path": OF_STEP | IN_EACH,
    "query": OF_STEP | IN_EACH,
    "step_header": OF_STEP | IN_EACH,
    "body": OF_STEP | IN_EACH,
    "value": OF_STEP | IN_EACH | OF_ANSWER,
    "until": OF_STEP | IN_EACH | OF_ANSWER,
    "repeat_every": SETTINGS,
    "refuse": OF_STEP,
    "computed": OF_STEP,
    "message_reply": AT_END,
    "mapped": AT_END | {"item", "number", "key", "named"},
    "mapped_when": AT_END | {"item", "number", "key", "named"},
    "failed": AT_END,
    "fallback": AT_END | {"error"},
    "keep": SETTINGS,
    "cache_key": {"settings", "exchange", "input"},
    "allow": SETTINGS,
    "client": SETTINGS,
    "payloads": SETTINGS,
}

RIGHT = dict.fromkeys(PLACES, "=settings.x") | {"each": "=input", "zone": "UTC"}


def reached(tmp_path: Path, place: str, name: str) -> bool:
    """Whether a name may be used at a place; no other finding comes of it."""
    texts = {**RIGHT, place: f"={name}"}
    texts["zone"] = f"zone: {texts['zone']}\nsettings: {{x: {{type: text, default: a}}}}"
    file = tmp_path / "x.yaml"
    file.write_text(FILE.format(**texts), encoding="utf-8")
    beside = ("misplaced-setting", "wrong-type")  # one setting stands in places of many types
    found = [one for one in engine.validate(file) if one.severity == "error" and one.rule not in beside]
    assert {one.rule for one in found} <= {"out-of-reach"}
    assert len(found) <= 2
    return not found


@pytest.mark.parametrize("place", PLACES)
def test_names_in_reach_of_a_place_and_no_other(tmp_path: Path, place: str) -> None:
    names = sorted(ALL | PLACES[place] | {"nothing_like_it"})

    assert {name for name in names if reached(tmp_path, place, name)} == PLACES[place]


RESERVED = sorted(ALL - {"token", "before", "after", "one"})


@pytest.mark.parametrize("name", RESERVED)
@pytest.mark.parametrize(
    "text",
    [
        "settings: {%s: {type: text}}",
        "uses: {%s: x}",
        "messages: {m: {steps: [{save: %s, value: 1}]}}",
        "messages: {m: {reply: {$let: {%s: 1}, $map: 1}}}",
        "messages: {n: {}, m: {steps: [{call: n, each: =input, item: %s}]}}",
    ],
)
def test_a_name_of_the_language_cannot_be_taken(tmp_path: Path, text: str, name: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(f"engine: 1\nname: x\n{text % name}\n", encoding="utf-8")

    found = engine.validate(file)

    may = name == "item" and "each:" in text
    assert [one.rule in ("wrong-value", "reserved-name") for one in found] == ([] if may else [True])
