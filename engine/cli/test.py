"""`engine test`: run the examples of integration files."""

from __future__ import annotations

from os.path import exists
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import INTEGRATIONS, stop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.examples.coverage import Coverage
    from engine.examples.results import Result
    from engine.examples.run import Verdict


def test(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: integrations/")] = None,
    words: Annotated[
        str, typer.Option("-k", help="Only examples whose integration, message, flow or title holds all these words.")
    ] = "",
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Write what came into the failing examples: what is sent and how they end. Shows the change.",
        ),
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage", help="Show what no example exercises: messages, flows, fields, branches, refusals, errors."
        ),
    ] = False,
    coverage_min: Annotated[
        str,
        typer.Option(
            metavar="KIND=PERCENT,…", help="Fail if one file has less, such as messages=100,flows=100,fields=95."
        ),
    ] = "",
    junit: Annotated[Path | None, typer.Option(help="Write the results to this file, as JUnit XML.")] = None,
) -> None:
    """Run the examples of messages and flows: offline, without settings or secrets, by the code that runs in production.

    Exit code 0: all pass. 1: some fail. 2: could not run.
    """
    from time import perf_counter

    from engine.examples.text import summary

    began = perf_counter()
    wanted = paths or [INTEGRATIONS]
    least = _least(coverage_min)
    for path in wanted:
        if not exists(path):
            stop(f"{path}: there is no such file or folder")
    verdict = _run(wanted, words, observed=coverage or bool(least))
    if update and not verdict.passed:
        _update(wanted, words)
        verdict = _run(wanted, words, observed=coverage or bool(least))
    _show(verdict.results)
    if not verdict.results and words:
        stop(f"no example holds {words!r}")
    if junit is not None:
        _write(junit, verdict.results)
    enough = _covered(verdict.coverage, least)
    if not verdict.results:
        stop("there is no example; write one under the `examples:` of a message or a flow")
    typer.echo(summary(verdict.results, perf_counter() - began))
    raise typer.Exit(0 if verdict.passed and enough else 1)


def _run(paths: Sequence[Path], words: str, *, observed: bool) -> Verdict:
    from engine.examples.run import run, run_observed
    from engine.examples.suite import load_subjects

    return (run_observed if observed else run)(load_subjects(paths), words)


def _show(results: Sequence[Result]) -> None:
    """The failed examples whole, then a line per message and flow."""
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


def _least(text: str) -> dict[str, float]:
    from engine.examples.coverage import wanted

    try:
        return wanted(text) if text else {}
    except ValueError as error:
        stop(f"--coverage-min {error}")


def _covered(coverage: Sequence[Coverage], least: Mapping[str, float]) -> bool:
    """Shows coverage, if it was asked for; gives whether it is enough."""
    from engine.examples.coverage import below, table

    if coverage:
        typer.echo()
    for line in table(coverage) if coverage else ():
        typer.echo(line)
    lacking = below(coverage, least)
    for line in ["", *lacking] if lacking else []:
        typer.echo(typer.style(line, fg=typer.colors.RED))
    if coverage:
        typer.echo()
    return not lacking


def _update(paths: Sequence[Path], words: str) -> None:
    from engine.examples.suite import load_subjects
    from engine.examples.update import revision

    for found in [revision(subject, words) for subject in load_subjects(paths)]:
        if found.after != found.before:
            for line in found.diff():
                typer.echo(line)
            typer.echo()
            found.write()


def _write(file: Path, results: Sequence[Result]) -> None:
    from engine.examples.junit import junit

    try:
        file.write_bytes(junit(results))
    except OSError as error:
        stop(f"--junit {file}: {error.strerror}")
