"""What fuzzing found, each as a case of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.checks.files import validate


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (
            r'steps: [{refuse: closed, when: "input.a ||\n  input.b"}]',
            "`when` is a Query, this is a constant",
            'did you mean "=input.a || input.b"?',
        ),
        (
            r'steps: [{call: e.x, save: "a ||\n  b"}]',
            '"a || b" is no name',
            "names have small letters, digits and _, and begin with a letter",
        ),
        (r'"\e[31mred": 1', 'a message has no key "\ufffd[31mred"', ""),
    ],
    ids=["a hint", "a value", "a terminal's escape"],
)
def test_a_finding_is_one_line_that_steers_no_terminal(tmp_path: Path, line: str, message: str, hint: str) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"engine: 1\nname: acme\nmessages:\n  m:\n    {line}\n")

    found = validate(file)

    assert message in [finding.message for finding in found]
    assert hint in " ".join(finding.hint for finding in found)
    assert all(str(finding).isprintable() for finding in found)


def test_an_endpoint_of_files_may_still_be_without_its_format(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(
        "engine: 1\nname: acme\n"
        "connections: {in: {type: files, folder: /srv/in, endpoints: {stock: {type: read, match: '*', format: {type: x}}}}}\n"
        "messages: {take: {steps: [{refuse: no}]}}\n"
        "flows: {stock: {trigger: {every: 1h}, read: {call: in.stock}, key: =record.sku, send: take}}\n"
    )

    assert [(found.line, found.rule) for found in validate(file)] == [(3, "unknown-type")]


def test_a_setting_has_nothing_in_it(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(
        "engine: 1\nname: acme\nsettings: {url: {type: url}}\n"
        "connections: {erp: {type: rest, url: =settings.url.x.y, endpoints: {get: {method: GET, path: /}}}}\n"
        "messages: {m: {steps: [{call: erp.get}]}}\n"
    )

    assert [(found.line, found.rule) for found in validate(file)] == [(4, "field-of-value")]


def test_no_system_has_files_with_such_a_name(tmp_path: Path) -> None:
    name = "9" * 300
    file = tmp_path / "acme.yaml"
    file.write_text(
        "engine: 1\nname: acme\nmessages:\n"
        f'  m: {{input: "{name}.openapi.yaml#/components/schemas/Price", steps: [{{refuse: no}}]}}\n'
    )

    assert [(found.line, found.message) for found in validate(file)] == [
        (4, f"there is no file {name}.openapi.yaml beside the integration")
    ]


def test_no_integration_has_such_a_name(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"engine: 1\nname: acme\nuses: {{s: {'a' * 300}}}\nmessages: {{m: {{steps: [{{call: s.x}}]}}}}\n")

    assert [(found.line, found.rule) for found in validate(file)] == [(3, "unknown-reference")]
    assert [found.rule for found in validate(tmp_path / ("a" * 300))] == ["cannot-read"]


@pytest.mark.parametrize(
    ("name", "connection"),
    [
        ("acme.openapi.yaml", "type: rest, url: 'https://x.example', endpoints: {%s}"),
        ("acme.wsdl", "type: soap, url: 'https://x.example', wsdl: acme.wsdl, endpoints: {%s}"),
    ],
)
def test_a_broken_file_is_read_once_however_many_places_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, connection: str
) -> None:
    one = "{method: GET, path: /, reply: 'acme.openapi.yaml#/a'}" if "rest" in connection else "{operation: Get}"
    endpoints = ", ".join(f"e{number}: {one}" for number in range(9))
    steps = "".join(f"{{call: erp.e{number}, save: r{number}}}, " for number in range(9))
    (tmp_path / "acme.yaml").write_text(
        f"engine: 1\nname: acme\nconnections: {{erp: {{{connection % endpoints}}}}}\n"
        f'messages: {{m: {{steps: [{steps}], reply: "=[r0, r1, r2, r3, r4, r5, r6, r7, r8]"}}}}\n'
    )
    (tmp_path / name).write_text("{")
    opened: list[str] = []
    usual = Path.open

    def counted(path: Path, *given: Any, **more: Any) -> Any:
        opened.append(path.name)
        return usual(path, *given, **more)

    monkeypatch.setattr(Path, "open", counted)

    assert validate(tmp_path / "acme.yaml")
    assert opened.count(name) == 1


_NUMBER = "1" + "0" * 5000


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"messages: {{m: {{reply: {{a: {_NUMBER}}}}}}}", "this number has more than 1,000 digits"),
        (f"messages: {{m: {{reply: {{a: -{_NUMBER}.5}}}}}}", "this number has more than 1,000 digits"),
        (f"messages: {{m: {{input: {{maxLength: {_NUMBER}}}, reply: =input}}}}", "`maxLength` is no JSON Schema: "),
        (f"messages: {{m: {{reply: =`1e{_NUMBER}`}}}}", "1e100000000000000000 is no number of JSON"),
        (f"messages: {{m: {{reply: 'x {{{{ {_NUMBER} }}}}'}}}}", "a number here has too many digits"),
        (f"log: {{keep: {_NUMBER}d}}", '"10000'),
        (f"connections: {{c: {{type: sql, tables: {{T: {{columns: {{A: text({_NUMBER})}}}}}}}}}}", '"text(1000'),
    ],
    ids=["constant", "decimal", "schema", "literal", "Template", "duration", "column"],
)
def test_a_number_beyond_all_measure_is_a_finding_in_our_words(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(f"engine: 1\nname: acme\n{line}\n")

    found = [one.message for one in validate(file)]

    assert any(one.startswith(message) for one in found), found
    assert all("conversion" not in one and len(one) < 200 for one in found)
