"""Settings: every type from every source, what is missing in one error, and secrets nowhere in clear."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.document import parse
from engine.errors import SettingMissing
from engine.parts.resolve import resolved
from engine.settings import Secret, Sources, resolve
from engine.spec.integration import Integration
from engine.spec.load import read


def declared(text: str) -> Integration:
    integration, found = read(parse(f"engine: 1\nname: p21\nsettings:\n{text}", "p21.yaml"))
    assert found == []
    return integration


@dataclass
class Environment:
    """Where the settings of a test come from."""

    variables: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, Any] = field(default_factory=dict)

    def resolve(self, text: str) -> Any:
        sources = Sources(
            {f"p21.{name}": value for name, value in self.given.items()}, self.variables, {"p21": self.file}
        )
        return resolve("p21", declared(text).settings, sources)

    def value(self, text: str, name: str = "a") -> Any:
        return self.resolve(text).public[name]

    def problems(self, text: str) -> list[str]:
        with pytest.raises(SettingMissing) as caught:
            self.resolve(text)
        return list(caught.value.problems)


TYPES: list[tuple[str, str, Any]] = [
    ("text", "ACME", "ACME"),
    ("text", "00123", "00123"),
    ("text", "true", "true"),
    ("url", "https://erp.example/", "https://erp.example"),
    ("url", "http://10.0.0.1:8080/api", "http://10.0.0.1:8080/api"),
    ("integer", "-12", -12),
    ("number", "4.50", Decimal("4.50")),
    ("boolean", "true", True),
    ("boolean", "false", False),
    ("duration", "500ms", "500ms"),
    ("zone", "Europe/Berlin", "Europe/Berlin"),
    ("cron", "0 3 * * 1-5", "0 3 * * 1-5"),
    ("list", "a, b,c", ["a", "b", "c"]),
    ("list", '["a,b", 1.50]', ["a,b", Decimal("1.50")]),
    ("emails", "a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
    ("networks", "10.0.0.1/16,::1", ["10.0.0.0/16", "::1/128"]),
    ("map", "each=EA, box = BX", {"each": "EA", "box": "BX"}),
    ("map", '{"each": "EA", "n": 1.10}', {"each": "EA", "n": Decimal("1.10")}),
]


@pytest.mark.parametrize(("kind", "text", "value"), TYPES)
def test_every_type_from_the_environment(kind: str, text: str, value: Any) -> None:
    found = Environment({"P21_A": text}).value(f"  a: {{type: {kind}}}")

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("kind", "text", "value"), TYPES)
def test_every_type_by_set(kind: str, text: str, value: Any) -> None:
    assert Environment(given={"a": text}).value(f"  a: {{type: {kind}}}") == value


@pytest.mark.parametrize(("kind", "text", "value"), TYPES)
def test_every_type_from_a_mounted_file(tmp_path: Path, kind: str, text: str, value: Any) -> None:
    file = tmp_path / "a"
    file.write_text(text + "\n", encoding="utf-8")

    assert Environment({"P21_A_FILE": str(file)}).value(f"  a: {{type: {kind}}}") == value


@pytest.mark.parametrize(
    ("kind", "yaml", "value"),
    [
        ("text", "00123", "00123"),
        ("text", "10", "10"),
        ("text", "3.10", "3.10"),
        ("text", "yes", "yes"),
        ("integer", "10", 10),
        ("number", "1.50", Decimal("1.50")),
        ("boolean", "true", True),
        ("list", "[a, 1]", ["a", 1]),
        ("list", "a, b", ["a", "b"]),
        ("map", "{each: EA, n: 2}", {"each": "EA", "n": 2}),
        ("networks", "[10.0.0.0/8]", ["10.0.0.0/8"]),
        ("emails", "a@x.example", ["a@x.example"]),
        ("duration", "5m", "5m"),
    ],
)
def test_types_from_a_settings_file_and_as_default(tmp_path: Path, kind: str, yaml: str, value: Any) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(f"p21: {{a: {yaml if yaml[0] in '[{' else chr(34) + yaml + chr(34)}}}\n", encoding="utf-8")
    plain = tmp_path / "plain.yaml"
    plain.write_text(f"p21:\n  a: {yaml}\n", encoding="utf-8")

    by_file = [
        resolve("p21", declared(f"  a: {{type: {kind}}}").settings, Sources.of(file=str(f))) for f in (file, plain)
    ]
    by_default = Environment().value(f"  a:\n    type: {kind}\n    default: {yaml}")

    assert [found.public["a"] for found in by_file] == [value, value]
    assert by_default == value


def test_precedence_set_environment_file_default() -> None:
    text = "  a: {type: text, default: of the default}"

    everything = Environment({"P21_A": "of the environment"}, {"a": "of --set"}, {"a": "of the file"})

    assert everything.value(text) == "of --set"
    assert Environment(everything.variables, {}, everything.file).value(text) == "of the environment"
    assert Environment({}, {}, everything.file).value(text) == "of the file"
    assert Environment().value(text) == "of the default"


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("url", "erp.example", "this is no address; write one such as https://erp.example.com"),
        (
            "url",
            "https://me:secret@erp.example",
            "an address holds no user or password; set them by settings of their own",
        ),
        ("url", "https://[1", "this is no address; write one such as https://erp.example.com"),
        ("integer", "1.5", '"1.5" is no whole number; write digits, such as 3'),
        ("number", "NaN", "this is no number; write one such as 4.5"),
        ("boolean", "yes", '"yes" is neither true nor false; write true or false'),
        ("duration", "10", '"10" is no duration; write a number with ms, s, m, h or d, such as 10s'),
        ("zone", "Mars", '"Mars" is no time zone; write a name such as America/Chicago or UTC'),
        ("cron", "every day at 3 o'clock", 'this is no cron expression; write five fields, such as "0 3 * * *"'),
        ("list", "[1", "this is no JSON; check its quotes and brackets"),
        ("emails", "a@x", '"a@x" is no e-mail address; write name@example.com, several with commas'),
        (
            "networks",
            "10.0.0.0/33",
            '"10.0.0.0/33" is no network; write an address or a range, such as 10.20.0.0/16 or ::1',
        ),
        ("map", "a", 'this is no map; write each=EA,box=BX, or JSON such as {"each": "EA"}'),
    ],
)
def test_a_value_of_the_wrong_type(kind: str, value: str, problem: str) -> None:
    assert Environment({"P21_A": value}).problems(f"  a: {{type: {kind}}}") == [f"p21.a: {problem}"]


def test_all_problems_are_listed_at_once_with_where_to_set_each() -> None:
    text = "  a: {type: url, description: Address of P21}\n  b: {type: secret}\n  c: {type: integer}\n  d: {type: text}"

    assert Environment({"P21_C": "x", "P21_D": ""}, {"e": "1"}, {"cc": "1"}).problems(text) == [
        'p21.c: "x" is no whole number; write digits, such as 3',
        "p21.a is not set (Address of P21): set P21_A, or `p21: {a: …}` in the settings file",
        "p21.b is not set: set P21_B, or P21_B_FILE to the path of a file that holds it",
        "p21.d is not set: set P21_D, or `p21: {d: …}` in the settings file",
        "p21 has no setting e; it has: a, b, c, d",
        'p21 has no setting cc; did you mean "c"? it has: a, b, c, d',
    ]


def test_a_misspelled_setting_is_told_with_what_was_meant() -> None:
    problems = Environment(given={"compny": "x"}).problems("  company: {type: text, default: y}")

    assert problems == ['p21 has no setting compny; did you mean "company"? it has: company']


@pytest.mark.parametrize("kind", ["url", "integer", "duration", "list", "map", "secret", "text"])
def test_an_empty_value_is_none_where_one_must_be_set(kind: str) -> None:
    assert len(Environment({"P21_A": ""}).problems(f"  a: {{type: {kind}}}")) == 1


def test_an_empty_value_takes_a_default_away() -> None:
    assert Environment({"P21_A": ""}).value("  a: {type: url, default: https://x.example}") is None


def test_null_as_default_may_stay_empty() -> None:
    assert Environment().value("  a: {type: url, default: null}") is None


def test_choices() -> None:
    text = "  a: {type: integer, choices: [3, 5]}"

    assert Environment({"P21_A": "5"}).value(text) == 5
    assert Environment({"P21_A": "4"}).problems(text) == ['p21.a: "4" is not among the choices; one of: 3, 5']


def test_a_setting_that_another_makes_required() -> None:
    text = "  tunnel: {type: boolean, default: false}\n  host: {type: text, required: =settings.tunnel}"

    assert Environment().value(text, "host") is None
    assert len(Environment({"P21_TUNNEL": "true"}).problems(text)) == 1


# -- secrets ----------------------------------------------------------------------------------------------------------

CLEAR = "hunter2-s3cret"


def test_a_secret_shows_itself_to_nobody() -> None:
    found = Environment({"P21_A": CLEAR}).resolve("  a: {type: secret}")
    secret = found.secrets["a"]

    shown = [
        repr(found),
        str(found),
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{secret} {secret!r}",
    ]
    shown += [repr(copy.deepcopy(found)), repr({"a": secret}), repr([secret]), str(vars(found))]

    assert not any(CLEAR in text for text in shown)
    assert "a" not in found.public
    assert secret.reveal() == CLEAR
    assert found.revealed == {"a": CLEAR}
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_secrets_compare_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_a_secret_from_a_mounted_file_without_its_last_line_break(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{CLEAR}\r\n", encoding="utf-8")

    assert Environment({"P21_A_FILE": str(file)}).resolve("  a: {type: secret}").revealed == {"a": CLEAR}


def test_a_secret_that_looks_like_a_number_in_a_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("p21: {a: 0012345}\n", encoding="utf-8")

    found = resolve("p21", declared("  a: {type: secret}").settings, Sources.of(file=str(file)))

    assert found.revealed == {"a": "0012345"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file or directory"), (CLEAR.encode("utf-16") + b"\xff", "it is no UTF-8 text")],
)
def test_a_wrong_secret_file_is_told_without_its_content(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)

    problems = Environment({"P21_A_FILE": str(file)}).problems("  a: {type: secret}")

    assert problems == [f"p21.a: the file {file} of P21_A_FILE cannot be read; {reason}"]


def test_both_a_variable_and_a_file() -> None:
    problems = Environment({"P21_A": CLEAR, "P21_A_FILE": "/run/secrets/a"}).problems("  a: {type: secret}")

    assert problems == ["p21.a: both P21_A and P21_A_FILE are set; remove one of them"]


@pytest.mark.parametrize(
    ("text", "file"),
    [("  a: {type: secret, choices: [x]}", {"a": CLEAR}), ("  a: {type: secret}", {"a": [CLEAR]})],
)
def test_a_wrong_secret_is_told_without_its_text(text: str, file: Mapping[str, Any]) -> None:
    problems = Environment(file=file).problems(text)

    assert len(problems) == 1
    assert CLEAR not in problems[0]


def test_a_secret_where_a_typed_value_is_wanted_is_not_shown() -> None:
    text = "  a: {type: secret}\nlog: {keep: =settings.a}\n"
    integration, _ = read(parse(f"engine: 1\nname: p21\nsettings:\n{text}", "p21.yaml"))

    with pytest.raises(SettingMissing) as caught:
        resolved(integration, {"settings": {"a": CLEAR}})

    assert caught.value.problems == (
        'p21.yaml:5:14: settings.a: "***" is no duration; write a number with ms, s, m, h or d, such as 10s',
    )


def test_a_text_where_a_list_is_wanted_is_told_in_our_words() -> None:
    text = """
engine: 1
name: acme
settings: {url: {type: url}}
notify: [{type: email, to: =settings.url}]
"""
    integration, _ = read(parse(text, "acme.yaml"))
    with pytest.raises(SettingMissing) as missing:
        resolved(integration, {"settings": {"url": "https://erp.example"}})
    assert missing.value.problems == (
        "acme.yaml:5:29: settings.url: a list is wanted here, and the setting is none; "
        "use a setting of `type: list` or `emails`",
    )


# -- the settings file and --set --------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["p21", "p21.a", "=x", "p21.=x", ".a=x", "P21.A=x", "a=x"])
def test_set_takes_integration_setting_and_value(given: str) -> None:
    with pytest.raises(SettingMissing, match=r"write integration\.setting=value"):
        Sources.of([given])


def test_set_may_hold_another_equals_sign() -> None:
    assert Sources.of(["p21.a=b=c"]).given == {"p21.a": "b=c"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is empty"),
        ("- a", "the file must be a mapping of keys"),
        ("p21: {a: 1, a: 2}", '"a" stands here twice'),
        ("p21: text", "write settings below"),
        ("p21: {a: [}", "a value is missing here"),
    ],
)
def test_a_settings_file_that_cannot_be_used(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SettingMissing) as caught:
        Sources.of(file=str(file))

    assert problem in caught.value.problems[0]


def test_a_settings_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingMissing, match="cannot be read"):
        Sources.of(file=str(tmp_path / "none.yaml"))
