"""`engine validate`: exit codes and what is printed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import HELLO, Shell


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
    assert lines[0].startswith("integrations/hello.yaml:9:5: error[unknown-key]: ")
    assert lines[1].startswith(" 9 |     replay: {hello")
    assert "^" in lines[2]
    assert '"reply"' in lines[2]
    assert lines[-1] == "1 file, 1 finding"


def test_a_secret_is_not_needed_to_validate(shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text(
        HELLO.replace("{type: secret, default: null}", "{type: secret}")
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
