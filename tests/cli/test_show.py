"""`engine show` and `engine docs`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.aligned import aligned
from tests.cli.conftest import ROOT, Shell
from tests.docs.goldens import golden

SHOWN = ("prices", "order", "orders", "stock", "once", "placed", "paid")
"""Messages, flows and events."""


@pytest.fixture
def acme(folder: Path) -> None:
    """The folder of `acme` in the place where commands run."""
    for file in (ROOT / "tests/docs/acme").glob("*.yaml"):
        (folder / "integrations" / file.name).write_text(file.read_text())


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    "name", ["acme", "acme.prices", "acme.order", "acme.orders", "acme.stock", "acme.once", "acme.placed", "acme.paid"]
)
def test_what_is_shown(name: str, shell: Shell) -> None:
    done = shell("show", name)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == golden(f"show_{name}.txt", done.stdout)


@pytest.mark.usefixtures("acme")
def test_a_message_as_json(shell: Shell) -> None:
    found = json.loads(shell("show", "acme.prices", "--format", "json").stdout)

    assert (found["kind"], found["name"]) == ("message", "acme.prices")
    assert found["place"] == "integrations/acme.yaml:68"
    assert found["cache"] == {"keep": "1m (setting keep)", "offline": "24h"}
    assert found["steps"][0]["endpoint"] == {
        "operation": "POST /prices",
        "effect": "read",
        "timeout": "10s",
        "attempts": "2",
        "backoff": "200ms..1s",
        "causes": ["connect", "503"],
        "request_schema": "",
        "reply_schema": "rows",
    }
    targets = {line["target"]: (line["source"], line["line"], line["optional"]) for line in found["reply"]}
    assert targets["items[].price"] == ("=decimal(row.price, `4`)", 91, True)


@pytest.mark.usefixtures("acme")
def test_a_flow_as_json(shell: Shell) -> None:
    found = json.loads(shell("show", "acme.stock", "--format", "json").stdout)

    assert (found["kind"], found["runs"]) == ("flow", "every 1m (setting keep), if the setting proxy is given")
    assert [(read["name"], read["call"], read["match"]) for read in found["reads"]] == [
        ("", "erp.stock", ""),
        ("places", "erp.places", "sku"),
    ]
    assert [(line["target"], line["source"], line["type"]) for line in found["record"]] == [
        ("when", "=record.places", "list"),
        ("key", "=record.sku", ""),
        ("changed", "=sum(record.places[].count)", "number"),
        ("changed", "=record.sku", ""),
    ]
    assert found["delivery"] == {"attempts": "8", "backoff": "10s..30m", "then": "discard", "keep": "latest"}


@pytest.mark.usefixtures("acme")
def test_a_name_that_several_have_is_shown_of_each_and_chosen_for_json(shell: Shell, folder: Path) -> None:
    acme = folder / "integrations" / "acme.yaml"
    acme.write_text(acme.read_text().replace("\n  once: {trigger", "\n  prices: {trigger"))

    both, chosen = shell("show", "acme.prices"), shell("show", "acme.prices", "--kind", "flow")
    json_, missing = shell("show", "acme.prices", "--format", "json"), shell("show", "acme.order", "--kind", "flow")

    assert both.stdout.endswith("\n\n" + chosen.stdout)
    assert chosen.stdout.startswith("acme.prices  flow  integrations/acme.yaml:")
    assert (json_.returncode, json_.stdout) == (2, "")
    assert json_.stderr == "acme.prices is a message and a flow; add --kind message or --kind flow\n"
    assert (missing.returncode, missing.stderr) == (2, 'there is no flow "order" in acme; did you mean "orders"?\n')


@pytest.mark.usefixtures("acme")
def test_an_integration_as_json(shell: Shell) -> None:
    found = json.loads(shell("show", "store", "--format", "json").stdout)

    assert found["endpoints"] == [
        {"name": "api.note", "operation": "PUT /orders/{no}/note", "effect": "repeatable", "timeout": "10s"}
    ]


def test_a_name_that_is_not_there_is_told_with_a_near_one(shell: Shell) -> None:
    message, integration = shell("show", "hello.greeet"), shell("docs", "helo")

    assert (message.returncode, message.stderr) == (
        2,
        'there is no message, flow or event "greeet" in hello; did you mean "greet"?\n',
    )
    assert (integration.returncode, integration.stdout) == (2, "")
    assert integration.stderr == 'there is no integration "helo" in integrations; did you mean "hello"?\n'


def test_documentation_is_written_to_a_file_or_to_standard_output(shell: Shell, folder: Path) -> None:
    shown, written = shell("docs", "hello"), shell("docs", "hello", "--output", "hello.md")

    assert (shown.returncode, written.returncode, written.stdout) == (0, 0, "")
    assert (folder / "hello.md").read_text() == shown.stdout
    assert shown.stdout.startswith("# hello\n")


def test_a_file_that_cannot_be_written_is_told(shell: Shell) -> None:
    done = shell("docs", "hello", "--output", "nowhere/hello.md")

    assert (done.returncode, done.stderr) == (2, "--output nowhere/hello.md: No such file or directory\n")


@pytest.mark.parametrize("command", ["show", "docs"])
def test_a_file_with_an_error_is_shown_with_its_findings(command: str, shell: Shell, folder: Path) -> None:
    (folder / "integrations" / "hello.yaml").write_text("engine: 1\nname: hello\nmesages: {}\n")

    done = shell(command, "hello")

    assert done.returncode == 2
    assert 'integrations/hello.yaml:3:1: error[unknown-key]: an integration has no key "mesages"' in done.stdout


def test_a_table_fits_the_terminal_and_leaves_out_empty_columns() -> None:
    rows = [("items[].sku", "=coalesce(item.sku, item.erp_id, item.shop_id)", "", "12")]

    assert list(aligned(("target", "source", "type", "line"), rows, 45)) == [
        "TARGET       SOURCE                      LINE",
        "items[].sku  =coalesce(item.sku,         12",
        "             item.erp_id, item.shop_id)",
    ]
    assert list(aligned(("target", "source", "type", "line"), rows, None))[1].startswith(
        "items[].sku  =coalesce(item.sku, item.erp_id, item.shop_id)"
    )
