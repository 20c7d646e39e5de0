"""`engine test` from the shell."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell

EXAMPLES = """    examples:
      - {title: hello, input: {who: you}, reply: {hello: you, company: North}}
      - {title: with a price, input: {who: you, price: 4.5}, reply: {hello: you, price: 4.5, company: North}}
"""


def with_examples(folder: Path, examples: str = EXAMPLES) -> Path:
    file = folder / "integrations" / "hello.yaml"
    text = file.read_text()
    file.write_text(text.replace("  refuse:", f"{examples}  refuse:", 1))
    return file


def test_all_pass(shell: Shell, folder: Path) -> None:
    with_examples(folder)

    done = shell("test")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "hello.greet  2 pass"
    assert lines[1].startswith("2 examples, none failed, ")


def test_some_fail(shell: Shell, folder: Path) -> None:
    with_examples(folder, EXAMPLES.replace("price: 4.5, company: North", "price: 5, company: North"))

    done = shell("test", "integrations/hello.yaml", "--junit", "junit.xml")

    assert done.returncode == 1
    assert done.stdout.splitlines()[:-1] == [
        "integrations/hello.yaml:12:9: hello.greet: with a price",
        "  12: the reply differs",
        "      price",
        "        expected  5",
        "        got       4.5",
        "        built by  integrations/hello.yaml:9:40  =input.price",
        "",
        "hello.greet  1 of 2 pass",
    ]
    assert 'failures="1"' in (folder / "junit.xml").read_text()


def test_words_choose_examples(shell: Shell, folder: Path) -> None:
    with_examples(folder)

    assert "1 example, none failed" in shell("test", "-k", "greet PRICE").stdout
    none = shell("test", "-k", "no such thing")
    assert (none.returncode, none.stderr) == (2, "no example holds 'no such thing'\n")


def test_update_shows_the_change_and_writes_it(shell: Shell, folder: Path) -> None:
    file = with_examples(folder, EXAMPLES.replace("price: 4.5, company: North", "price: 5, company: North"))

    done = shell("test", "--update")

    assert done.returncode == 0
    assert (
        "-      - {title: with a price, input: {who: you, price: 4.5}, reply: {hello: you, price: 5, company: North}}\n"
        in done.stdout
    )
    assert (
        "+      - {title: with a price, input: {who: you, price: 4.5}, reply: {hello: you, price: 4.5, company: North}}\n"
        in done.stdout
    )
    assert EXAMPLES in file.read_text()


def test_coverage_is_shown_and_can_be_asked_for(shell: Shell, folder: Path) -> None:
    with_examples(folder)

    done = shell("test", "--coverage-min", "fields=50,messages=100")

    assert done.returncode == 1
    assert "hello     1 of 3  33 %" in done.stdout
    assert "message refuse" in done.stdout
    assert "hello: messages 33.3 %, wanted 100 %" in done.stdout
    assert shell("test", "--coverage-min", "fields=10").returncode == 0
    assert shell("test", "--coverage-min", "feilds=10").stderr.startswith(
        '--coverage-min "feilds=10": write kind=percent'
    )


def test_it_says_why_it_cannot_run(shell: Shell, folder: Path) -> None:
    assert shell("test").stderr == "there is no example; write one under the `examples:` of a message or a flow\n"
    assert "no example exercises:" in shell("test", "--coverage").stdout
    assert shell("test", "nowhere").stderr == "nowhere: there is no such file or folder\n"
    with_examples(folder, EXAMPLES.replace("title: hello, ", ""))
    wrong = shell("test")
    assert wrong.returncode == 2
    assert "hello.yaml:11:9: error[missing-key]" in wrong.stdout
