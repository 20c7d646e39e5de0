"""`engine mock`: serve the systems of an integration from its examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import INTEGRATIONS, Folder, require_folder, stop
from engine.parts.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.examples.suite import Subject
    from engine.mock.faults import Faults


def mock(
    names: Annotated[list[str], typer.Argument(help="Integrations whose systems are served, and those they use.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: a free one.")] = 8443,
    fault: Annotated[
        str,
        typer.Option(
            metavar="FAULT:SHARE,…",
            help="Let a share of the requests fail, such as timeout:0.1,500:0.05; faults: timeout, reset, garbage, a status.",
        ),
    ] = "",
    seed: Annotated[int, typer.Option(help="Which requests fail; the same ones for the same seed.")] = 1,
    http: Annotated[
        bool,
        typer.Option("--http", help="Serve plain http, for a shop's developer; the engine itself asks over https."),
    ] = False,
    folder: Folder = INTEGRATIONS,
) -> None:
    """Serve every system of an integration from its examples, and its messages and events, until Ctrl-C.

    Each connection is at /INTEGRATION/CONNECTION; the settings that point the engine there are printed first.
    POST /v1/INTEGRATION/messages/MESSAGE answers as the engine would, from the examples' input and reply;
    POST /v1/INTEGRATION/events/EVENT too, by the event's schema, and nothing follows from it.
    A request gets the reply of the example whose `sent` fits it best; if none does, 404 says which came nearest and
    how it differs (501 where 404 would mean that there is nothing).
    With the header `Engine-Fault: 500` a request gets that fault.

    Exit code 0: stopped in order. 2: could not run (a finding, a port in use).
    """
    from engine.mock.serve import serve

    subjects = _subjects(folder, names)
    faults = _faults(fault, seed)
    try:
        serve(subjects, host, port, faults, secure=not http, tell=typer.echo)
    except OSError as error:
        stop(f"cannot serve on {host}:{port}: {error.strerror or error}")


def _faults(text: str, seed: int) -> Faults:
    from engine.mock.faults import Faults, shares

    try:
        return Faults(shares(text), seed)
    except ValueError as error:
        stop(f"--fault {error}")


def _subjects(folder: Path, names: Sequence[str]) -> list[Subject]:
    """The files of the named integrations, and of those they use."""
    from engine.examples.suite import load_subjects

    require_folder(folder)
    known = {subject.plan.name: subject for subject in load_subjects([folder])}
    chosen: dict[str, Subject] = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop(0)
        if name not in known:
            near = suggest(name, known)
            hint = f'did you mean "{near}"?' if near else f"there is: {', '.join(known)}"
            stop(f'there is no integration "{name}" in {folder}; {hint}')
        chosen.setdefault(name, known[name])
        wanted += [used for used in known[name].integration.uses.values() if used not in chosen]
    return list(chosen.values())
