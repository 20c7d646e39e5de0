"""Options that several commands share, and what they open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from os.path import exists
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from engine.cli.logs import Level
from engine.parts.suggest import suggest

if TYPE_CHECKING:
    from engine.docs.subject import Subject
    from engine.plan import Plan
    from engine.spec.integration import Integration

Folder = Annotated[
    Path,
    typer.Option(
        "--integrations",
        envvar="ENGINE_INTEGRATIONS",
        help="Folder with the integration files (or one file).",
        show_default=True,
    ),
]
SettingsFile = Annotated[
    str | None,
    typer.Option(
        "--settings",
        envvar="ENGINE_SETTINGS",
        help="YAML file with settings, `acme: {url: https://…}`; the environment wins over it.",
    ),
]
Given = Annotated[
    list[str] | None,
    typer.Option("--set", help="One setting, such as acme.company=North; may be repeated, wins over all others."),
]
Store = Annotated[
    str,
    typer.Option(
        "--store", envvar="ENGINE_STORE", help="Where exchanges are kept (a database URL).", show_default=True
    ),
]
Mail = Annotated[
    str,
    typer.Option(
        "--mail",
        envvar="ENGINE_MAIL",
        help="Mail server that `notify` uses, such as smtp://user:password@mail.example.com:587?from=engine@example.com.",
        show_default=False,
    ),
]

LogLevel = Annotated[
    Level,
    typer.Option(
        envvar="ENGINE_LOG_LEVEL",
        help="Log lines on standard error from this level on; debug: also each exchange as it ends.",
    ),
]

INTEGRATIONS = Path("integrations")
LEVEL = Level.warning
CALL_LEVEL = Level.error
SERVE_LEVEL = Level.info
MAIL = ""
STORE = "sqlite:///engine.db"


def plans_of(folder: Path, names: Iterable[str]) -> Mapping[str, Plan]:
    """The plans that are named, and those they use; all of the folder if none is named.

    Raises:
        SpecError: a file has an error.
        typer.Exit: there is no integration of a name.
    """
    from engine.plan.folder import load_plans

    require_folder(folder)
    plans = load_plans(folder)
    wanted = list(names)
    if not wanted:
        return plans
    chosen: dict[str, Plan] = {}
    while wanted:
        name = wanted.pop()
        if name in chosen:
            continue
        require("integration", name, plans, str(folder))
        chosen[name] = plans[name]
        wanted.extend(plans[name].integration.uses.values())
    return chosen


def subject_of(folder: Path, name: str) -> Subject:
    """An integration to be told about, with those it uses.

    Raises:
        SpecError: a file has an error.
        typer.Exit: there is no integration of that name.
    """
    from engine.docs.load import load_subjects

    require_folder(folder)
    subjects = load_subjects(folder)
    require("integration", name, subjects, str(folder))
    return subjects[name]


def message_of(integration: Integration, name: str) -> str:
    """The name itself, if there is such a message.

    Raises:
        typer.Exit: there is none.
    """
    require("message", name, integration.messages, integration.name)
    return name


def require_folder(folder: Path) -> None:
    """Stop where there is no such folder, or file."""
    if not exists(folder):
        stop(f"{folder}: there is no such file or folder; --integrations names another")


def require(kind: str, name: str, known: Collection[str], where: str) -> None:
    """End the command if there is no such name.

    Raises:
        typer.Exit: there is none.
    """
    if name not in known:
        near = suggest(name, known)
        hint = f'did you mean "{near}"?' if near else f"there is: {', '.join(known) or 'none'}"
        stop(f'there is no {kind} "{name}" in {where}; {hint}')


def stop(message: str, code: int = 2) -> NoReturn:
    """End the command with a message on standard error.

    Raises:
        typer.Exit: always.
    """
    typer.echo(message, err=True)
    raise typer.Exit(code)


def pretty(value: Any) -> str:
    """A value as indented JSON, numbers digit for digit."""
    from engine.formats.json import indented

    return indented(value)
