"""From a name in an expression to the place that gives it: a setting, a step, the input, an event, an element."""

from __future__ import annotations

from collections.abc import Iterator

from engine.document import Path_
from engine.editor.file import View


def origin(view: View, path: Path_, chain: str) -> Path_ | None:
    """The path of what gives a name its value; None if the file does not say it.

    Args:
        path: where the expression stands.
        chain: the path of names, such as `settings.url`; of a field only those of settings and cursors are found.
    """
    root, _, rest = chain.partition(".")
    fields = {"settings": ("settings", rest), "cursor": (*path[:2], "read", "cursor", "start", rest)}
    wanted = iter([fields[root]] if root in fields else _givers(view, path, root) if not rest else [])
    return next((found for found in wanted if found in view.document.values), None)


def _givers(view: View, path: Path_, name: str) -> Iterator[Path_]:
    """What may give a name, nearest first."""
    for depth in range(len(path) - 1, 0, -1):
        if path[depth] in ("$map", "$let", "$when"):
            yield (*path[:depth], "$let", name)
            if name in ("item", "number", "key"):
                yield (*path[:depth], "$each")
    match path:
        case ("messages", str(message), *_):
            yield from _in_message(view, ("messages", message), path, name)
        case ("flows", str(flow), *_):
            yield from _in_flow(view, ("flows", flow), path, name)
        case ("events", str(event), *_) if name == "body":
            yield ("events", event, "schema")


def _in_message(view: View, message: Path_, path: Path_, name: str) -> Iterator[Path_]:
    step = path[:4] if path[2:3] == ("steps",) else None
    if step:
        if name in (view.data((*step, "item")) or "item", "number"):
            yield (*step, "each")
        if name in ("reply", "records", "status", "headers"):
            yield (*step, "call")
    steps = view.data((*message, "steps"))
    for number in range(len(steps) if isinstance(steps, list) else 0):
        if view.data((*message, "steps", number, "save")) == name:
            yield (*message, "steps", number, "save")
    if name == "input":
        yield (*message, "input")


def _in_flow(view: View, flow: Path_, path: Path_, name: str) -> Iterator[Path_]:
    if path[2:4] == ("read", "details") and len(path) > 4 and name == "records":
        yield (*flow, "read", "call")
    if name == "cursor":
        yield (*flow, "read", "cursor", "start")
    if name in ("reply", "record", "records", "status", "headers"):
        yield (*flow, "read", "call")
    if name in ("event", "record", "records"):
        yield (*flow, "trigger", "event")
