"""`engine test`: run the examples of integration files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import INTEGRATIONS, stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.examples.results import Result
    from engine.examples.suite import Subject


def test(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: integrations/")] = None,
    words: Annotated[
        str, typer.Option("-k", help="Only examples whose integration, message or title holds all these words.")
    ] = "",
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="Write what came into the failing examples: `reply`, `error`, `sent`. Shows the change."
        ),
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="Write the results to this file, as JUnit XML.")] = None,
) -> None:
    """Run the examples of messages: offline, without settings or secrets, by the code that runs in production.

    Exit code 0: all pass. 1: some fail. 2: could not run.
    """
    from time import perf_counter

    from engine.examples.run import run
    from engine.examples.suite import load_subjects
    from engine.examples.text import summary

    began = perf_counter()
    wanted = paths or [INTEGRATIONS]
    for path in wanted:
        if not path.exists():
            stop(f"{path}: there is no such file or folder")
    subjects = load_subjects(wanted)
    results = run(subjects, words)
    if update and not all(result.passed for result in results):
        _update(subjects, words)
        subjects = load_subjects(wanted)
        results = run(subjects, words)
    _show(results)
    if not results:
        stop(f"no example holds {words!r}" if words else "there is no example; write one under a message's `examples:`")
    if junit is not None:
        _write(junit, results)
    typer.echo(summary(results, perf_counter() - began))
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _show(results: list[Result]) -> None:
    """The failed examples whole, then a line per message."""
    from engine.examples.text import failure, messages

    for result in results:
        if not result.passed:
            head, *lines = failure(result)
            typer.echo(typer.style(head, fg=typer.colors.RED, bold=True))
            for line in lines:
                typer.echo(line)
            typer.echo()
    for line, passed in messages(results):
        typer.echo(line if passed else typer.style(line, fg=typer.colors.RED))


def _update(subjects: Iterable[Subject], words: str) -> None:
    from engine.examples.update import revision

    for found in [revision(subject, words) for subject in subjects]:
        if found.after != found.before:
            for line in found.diff():
                typer.echo(line)
            typer.echo()
            found.write()


def _write(file: Path, results: list[Result]) -> None:
    from engine.examples.junit import junit

    try:
        file.write_bytes(junit(results))
    except OSError as error:
        stop(f"--junit {file}: {error.strerror}")
