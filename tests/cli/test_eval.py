"""`engine eval`: expressions over data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize(
    ("expression", "data", "printed"),
    [
        ("=items[0].sku", '{"items": [{"sku": "EMT-05"}]}', '"EMT-05"'),
        ("=price", '{"price": 412.50000000}', "412.50000000"),
        ("=decimal(price, `4`)", '{"price": "4.125"}', "4.1250"),
        ("WEB-{{ no }}", '{"no": 12}', '"WEB-12"'),
        ("items[].sku", '{"items": [{"sku": "A"}]}', '[\n  "A"\n]'),
        ("=@[1]", "[1, 2]", "2"),
        ("=missing.field", "{}", "null"),
    ],
)
def test_an_expression_over_data(expression: str, data: str, printed: str, shell: Shell) -> None:
    done = shell("eval", expression, "--data", data)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{printed}\n", "")


def test_data_comes_from_files_and_from_standard_input(shell: Shell, folder: Path) -> None:
    (folder / "data.json").write_text('{"a": 1.50}')
    (folder / "data.yaml").write_text("a: 1.5\ncode: '00123'\n")

    assert shell("eval", "=a", "--data", "data.json").stdout == "1.50\n"
    assert shell("eval", "=a", "--data", "@data.json").stdout == "1.50\n"
    assert shell("eval", "=[a, code]", "--data", "data.yaml").stdout == '[\n  1.5,\n  "00123"\n]\n'
    assert shell("eval", "=a", "--data", "-", given='{"a": 3}').stdout == "3\n"
    assert shell("eval", "='plain'").stdout == '"plain"\n'


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (
            "=decimal(a, `2`",
            "expression:1:16: error: the expression ends too early\n"
            " 1 | =decimal(a, `2`\n"
            "   |                ^ the `(` at 8 is not closed: add `)`\n",
        ),
        (
            "decmal(a)",
            'expression:1:2: error: there is no function "decmal"\n 1 | =decmal(a)\n   |  ^ did you mean "decimal"?\n',
        ),
        (
            "X {{ no | foo }}",
            'expression:1:11: error: there is no function "foo"\n'
            " 1 | X {{ no | foo }}\n"
            '   |           ^ did you mean "floor"?\n',
        ),
        (
            "=a &&\n b && && c",
            "expression:2:7: error: & cannot stand here\n"
            " 2 |  b && && c\n"
            "   |       ^ a value must stand before `&&`\n",
        ),
    ],
)
def test_an_expression_that_cannot_be_read_is_shown_with_a_caret(expression: str, shown: str, shell: Shell) -> None:
    done = shell("eval", expression)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", shown)


@pytest.mark.parametrize(
    ("expression", "data", "printed", "told"),
    [
        (
            "=a == true",
            '{"a": true}',
            "false\n",
            "expression:1:7: error[bare-literal]: a bare true is a field of that name\n"
            " 1 | =a == true\n"
            "   |       ^ write it in backticks: `true`\n",
        ),
        (
            'choose(a, "Y", null) || !b.c',
            '{"a": true}',
            "null\n",
            'expression:1:12: error[quoted-text]: "Y" in double quotes is a field, not text\n'
            ' 1 | =choose(a, "Y", null) || !b.c\n'
            "   |            ^ write 'Y' in single quotes\n"
            'expression:1:17: error[out-of-reach]: there is no "null" here\n'
            ' 1 | =choose(a, "Y", null) || !b.c\n'
            "   |                 ^ a null stands in backticks: `null`\n"
            "expression:1:26: error[negated-path]: `!a.b` is read as `(!a).b`, which is always null\n"
            ' 1 | =choose(a, "Y", null) || !b.c\n'
            "   |                          ^ write !(a.b)\n",
        ),
        (
            "=a.b == `5` &&\n length(a.c == `4`)",
            '{"a": {"b": 4}}',
            "false\n",
            "expression:2:13: error[wrong-type]: length() gets boolean; wanted is list or text or object\n"
            " 2 |  length(a.c == `4`)\n"
            "   |             ^ write list(…), or build one with `$each`\n",
        ),
        ('=[true, "line no", @.a]', '{"true": 1, "line no": 2}', "[\n  1,\n  2,\n  null\n]\n", ""),
    ],
)
def test_what_would_be_found_in_a_file_is_told_beside_the_value(
    expression: str, data: str, printed: str, told: str, shell: Shell
) -> None:
    done = shell("eval", expression, "--data", data)

    assert (done.returncode, done.stdout, done.stderr) == (0, printed, told)


def test_data_that_does_not_fit_is_shown_with_a_caret(shell: Shell) -> None:
    done = shell("eval", "=[a, decimal(b)]", "--data", '{"a": 1, "b": "x"}')

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "expression:1:6: error: decimal(): this text is not a number\n"
        " 1 | =[a, decimal(b)]\n"
        "   |      ^ the data was 'x'\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give an expression such as '=items[0].sku', or --message acme.prices\n"),
        (("=a", "--message", "hello.greet"), "give an expression such as '=items[0].sku', or --message acme.prices\n"),
        (("=a", "--data", "@none.json"), "--data @none.json: No such file or directory\n"),
        (("=a", "--data", "{a"), "--data: it is no JSON: JSON is malformed: object keys must be strings (byte 1)\n"),
    ],
)
def test_what_cannot_be_run_is_told(arguments: tuple[str, ...], told: str, shell: Shell) -> None:
    done = shell("eval", *arguments)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_yaml_file_that_cannot_be_read_is_shown_with_its_findings(shell: Shell, folder: Path) -> None:
    (folder / "data.yaml").write_text("a: 1\na: 2\n")

    done = shell("eval", "=a", "--data", "data.yaml")

    assert done.returncode == 2
    assert "data.yaml:2:1: error[" in done.stdout


def test_the_data_of_an_expression_is_no_input_of_a_message(shell: Shell) -> None:
    done = shell("eval", "--message", "acme.prices", "--data", '{"sku": "A"}')
    assert (done.returncode, done.stderr) == (2, "--data goes with an expression; the input of a message is --input\n")
