"""A draft as the text of an integration file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.drafting.draft import Draft, Message
from engine.mapping.write import alone, text

WIDTH = 110


def written(draft: Draft) -> str:
    """The file, with remarks for who fills it in."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield f"# Written by `engine new` from {draft.source}. What each message takes and gives is what the system does:"
    yield "# put the shop's words in its place (`engine schemas` lists those of the canonical model), and map them."
    yield "engine: 1"
    yield f"name: {draft.name}"
    yield f"title: {alone(draft.title)}"
    yield from ("", "settings:")
    for name, setting in draft.settings.items():
        yield _with_note(f"  {name}: {alone(setting)}", draft.notes.get(f"settings.{name}"))
    yield from ("", "connections:", "  erp:")
    for key, value in draft.connection.items():
        yield f"    {key}: {alone(value)}"
    yield "    endpoints:"
    for name, endpoint in draft.endpoints.items():
        yield from _entry(name, endpoint, 6, draft.notes.get(f"endpoints.{name}"))
    if draft.schemas:
        yield from ("", "schemas:")
        for name, schema in draft.schemas.items():
            yield from _entry(name, schema, 2)
    yield from ("", "messages:")
    for number, (name, message) in enumerate(draft.messages.items()):
        yield from ([""] if number else [])
        yield from _message(name, message)


def _message(name: str, message: Message) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    description: {alone(message.description)}"
    for key, value in (("input", message.input), ("output", message.output)):
        if value is not None:
            yield f"    {key}: {alone(value)}"
    yield "    steps:"
    yield f"      - call: erp.{message.endpoint}"
    yield "        save: answer"
    for key, tree in message.call.items():
        yield from _block(key, tree, 8)
    yield from _block("reply", message.reply, 4)


def _block(key: str, value: Any, indent: int) -> Iterator[str]:
    """A key with its value below, a line for each field."""
    pad = " " * indent
    if isinstance(value, dict) and value:
        yield f"{pad}{text(key)}:"
        for name, inner in value.items():
            yield from _block(str(name), inner, indent + 2)
    else:
        yield f"{pad}{text(key)}: {alone(value)}"


def _entry(name: str, value: Any, indent: int, note: str | None = None) -> Iterator[str]:
    """A named part: on one line if it fits."""
    line = f"{' ' * indent}{text(name)}: {alone(value)}"
    if len(line) <= WIDTH or not isinstance(value, Mapping):
        yield _with_note(line, note)
        return
    yield _with_note(f"{' ' * indent}{text(name)}:", note)
    for key, inner in value.items():
        line = f"{' ' * (indent + 2)}{text(key)}: {alone(inner)}"
        yield from [line] if len(line) <= WIDTH else _entry(key, inner, indent + 2)


def _with_note(line: str, note: str | None) -> str:
    return f"{line}  # {note}" if note else line
