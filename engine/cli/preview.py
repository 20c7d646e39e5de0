"""What a message would send, printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from engine.cli.data import read_data
from engine.cli.options import message_of, plans_of, pretty, stop

if TYPE_CHECKING:
    from engine.plan import Plan
    from engine.preview import Preview, Request
    from engine.settings import Sources


def show_preview(
    name: str, input: str | None, replies: str | None, folder: Path, sources: Sources, format: Literal["text", "json"]
) -> None:
    """Print the requests of a message; what they were built from, and why they end, goes to standard error.

    Raises:
        typer.Exit: the message fails (1), or could not be run (2).
    """
    import asyncio

    from engine.preview import preview
    from engine.preview.replies import read_replies

    integration, dot, message = name.partition(".")
    if not dot:
        stop(f'"{name}" is no message; write integration.message, such as acme.prices')
    plans = plans_of(folder, [integration])
    message_of(plans[integration].integration, message)
    try:
        given = read_replies(read_data("--replies", replies)) if replies else []
    except ValueError as error:
        stop(f"--replies: {error}")
    value = read_data("--input", input) if input is not None else _example_input(plans[integration], message)
    found = asyncio.run(preview(plans, integration, message, value, sources, given))
    typer.echo(_json(found) if format == "json" else "\n\n".join(_text(found)))
    for line in _remarks(found):
        typer.echo(line, err=True)
    raise typer.Exit(1 if found.error is not None else 0)


def _example_input(plan: Plan, message: str) -> Any:
    examples = plan.integration.messages[message].examples
    return examples[0].input if examples else {}


def _json(found: Preview) -> str:
    requests = [
        {**asdict(request), "query": [list(pair) for pair in request.query], "headers": dict(request.headers)}
        for request in found.requests
    ]
    whole = {"requests": requests, "needed": found.needed, "missing_settings": found.missing, "example": found.example}
    return pretty({**whole, "error": str(found.error or ""), "reply": found.reply})


def _text(found: Preview) -> Iterator[str]:
    for number, request in enumerate(found.requests, 1):
        own = request.integration == found.requests[0].integration
        call = request.call if own else f"{request.integration} {request.call}"
        yield "\n".join(_request(number, call, request))
    if not found.requests:
        yield "nothing would be sent"
    if not found.needed and found.error is None:
        yield f"the reply\n\n{_indented(pretty(found.reply))}"


def _request(number: int, call: str, request: Request) -> Iterator[str]:
    by_itself = "   (made by itself)" if request.by_itself else ""
    yield f"{number}  {call}   {request.method} {request.url}{by_itself}"
    yield from (f"   ? {name} = {value}" for name, value in request.query)
    yield from (f"   {name}: {value}" for name, value in request.headers)
    if request.body:
        yield from ("", _indented(_readable(request.body)))


def _readable(body: str) -> str:
    """JSON on several lines; anything else as it is sent."""
    from engine.formats.format import Undecodable
    from engine.formats.json import loads

    try:
        return pretty(loads(body))
    except Undecodable:
        return body


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines())


def _remarks(found: Preview) -> Iterator[str]:
    """What the requests were built from, and why they end where they do."""
    if found.missing:
        yield f"not set, so something stands in: {', '.join(found.missing)}"
    if found.example:
        yield f'replies are those of the example "{found.example}"'
    if found.needed:
        yield f"to go on, the reply to {found.needed} is needed: --replies FILE, a list of {{status, headers, body}}"
    if found.error is not None:
        yield f"the message fails: {found.error}"
