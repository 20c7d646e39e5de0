"""`engine validate`: exit codes and what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cli.conftest import HELLO as WITH_SECRET
from tests.cli.conftest import ROOT, Shell

HELLO = WITH_SECRET.replace("  code: {type: secret, default: null}\n", "")


@pytest.fixture(autouse=True)
def _clean(folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(HELLO)


def test_no_finding_is_exit_code_0(shell: Shell) -> None:
    done = shell("validate")

    assert (done.returncode, done.stdout, done.stderr) == (0, "1 file, no findings\n", "")


def test_findings_are_exit_code_1_and_show_the_place(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(
        HELLO.replace("who, price?", "who, prise?").replace("reply: {hello", "replay: {hello")
    )

    done = shell("validate", "integrations/hello.yaml")

    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith("integrations/hello.yaml:8:5: error[unknown-key]: ")
    assert lines[1].startswith(" 8 |     replay: {hello")
    assert "^" in lines[2]
    assert '"reply"' in lines[2]
    assert lines[-1] == "1 file, 1 finding; more about one: engine explain unknown-key"


def test_findings_are_coloured_where_that_is_said(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(HELLO.replace("reply: {hello", "replay: {hello"))

    assert "\x1b[31;1merror" in shell("validate", FORCE_COLOR="1").stdout
    assert "\x1b" not in shell("validate", FORCE_COLOR="1", NO_COLOR="1").stdout


def test_a_secret_is_not_needed_to_validate(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(
        WITH_SECRET.replace("{type: secret, default: null}", "{type: secret}")
    )

    assert shell("validate").returncode == 0


def test_files_and_folders_may_be_named_together(shell: Shell, folder: Path) -> None:
    (folder / "other.yaml").write_text(HELLO.replace("name: hello", "name: other"))

    done = shell("validate", "integrations", "other.yaml")

    assert (done.returncode, done.stdout) == (0, "2 files, no findings\n")


def test_what_cannot_be_read_is_exit_code_2(shell: Shell, folder: Path) -> None:
    (folder / "empty").mkdir()

    missing, empty = shell("validate", "nowhere.yaml"), shell("validate", "empty")

    assert (missing.returncode, missing.stderr) == (2, "nowhere.yaml: there is no such file or folder\n")
    assert (empty.returncode, empty.stderr) == (2, "empty: there is no .yaml file in this folder\n")


def test_broken_files_are_findings_and_no_tracebacks(shell: Shell, folder: Path) -> None:
    for number, content in enumerate(
        (b"", b"\xff\xfe", b"a: [", b"- 1", b"a: &a [*a]", b"\x00", b"engine: 1\nname: [")
    ):
        (folder / "integrations" / f"broken{number}.yaml").write_bytes(content)

    done = shell("validate")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    for number in range(7):
        assert f"broken{number}.yaml:" in done.stdout


UNUSED = HELLO.replace("settings:\n", "settings:\n  region: {type: text}\n")


def test_warnings_are_shown_and_count_only_if_strict(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(UNUSED)

    plain, strict = shell("validate"), shell("validate", "--strict")
    cases = shell("validate", "--strict", "--format", "junit")

    assert (plain.returncode, strict.returncode, cases.returncode) == (0, 1, 1)
    assert "warning[unused-setting]" in plain.stdout
    assert plain.stdout == strict.stdout
    assert '<failure message="1 warning" type="warning">' in cases.stdout


def test_standard_input_is_checked_among_the_files_beside_it(shell: Shell, folder: Path) -> None:
    done = shell("validate", "-", "--name", "integrations/hello.yaml", "--format", "json", given=UNUSED)

    assert '"file": "integrations/hello.yaml", "line": 4' in done.stdout
    assert shell("validate", "-", given=UNUSED).returncode == 2


def test_fix_shows_and_makes_the_changes(shell: Shell, folder: Path) -> None:
    file = folder / "integrations" / "hello.yaml"
    file.write_text(HELLO.replace("reply: {hello", "replyy: {hello"))

    shown = shell("validate", "--fix", "--dry-run")
    before = file.read_text()
    done = shell("validate", "--fix")

    assert shown.returncode == 1
    assert "+    reply: {hello" in shown.stdout
    assert before != HELLO
    assert (done.returncode, file.read_text()) == (0, HELLO)


def test_what_cannot_go_together_is_said(shell: Shell) -> None:
    assert shell("validate", "--dry-run").stderr == "--dry-run goes with --fix\n"
    assert 'did you mean "json"?' in shell("validate", "--format", "jsn").stderr


def test_a_rule_is_explained(shell: Shell) -> None:
    listed, told, unknown = shell("explain"), shell("explain", "lone-template"), shell("explain", "lone-templat")

    assert "unknown-key " in listed.stdout
    assert told.stdout.startswith("error[lone-template]: a Template of one value\n")
    assert "# engine: ignore[lone-template] the reason" in told.stdout
    assert (unknown.returncode, unknown.stderr) == (
        2,
        'there is no rule "lone-templat"; did you mean "lone-template"?\n',
    )


def test_the_hook_for_pre_commit_checks_the_folder_when_a_file_of_it_changes(shell: Shell, folder: Path) -> None:
    hook = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())[0]
    program, *arguments = hook["entry"].split()
    (folder / "integrations" / "hello.openapi.yaml").write_text("openapi: 3.0.3\n")

    done = shell(*arguments, *hook["args"])

    assert (program, hook["id"], hook["language"], hook["pass_filenames"]) == (
        "engine",
        "engine-validate",
        "python",
        False,
    )
    assert (done.returncode, done.stdout) == (0, "1 file, no findings\n")
    assert re.match(hook["files"], "integrations/hello.wsdl")


def test_openapi_files_that_a_shell_names_are_left_to_the_integrations(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.openapi.yaml").write_text("openapi: 3.0.3\n")

    several = shell("validate", "integrations/hello.openapi.yaml", "integrations/hello.yaml")
    alone = shell("validate", "integrations/hello.openapi.yaml")

    assert (several.returncode, several.stdout) == (0, "1 file, no findings\n")
    assert (alone.returncode, alone.stderr) == (
        2,
        "integrations/hello.openapi.yaml: an OpenAPI file is checked with the integrations that name it; "
        "name one of them, or the folder\n",
    )
