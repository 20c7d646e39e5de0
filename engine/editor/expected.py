"""Keys that a mapping takes from elsewhere: the placeholders of a path, the columns of a table, settings in an example."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.checks.files import Source
from engine.document import Path_
from engine.editor.file import View
from engine.editor.references import Target, columns

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def expected(view: View, path: Path_) -> Iterator[Target]:
    """What names the keys of the mapping at a path, where something does."""
    match path:
        case ("connections", _, "endpoints", _, "query" | "take" | "done" | "failed"):
            yield from columns(view, path)
        case ("messages" | "flows", _, "examples", int(), "settings"):
            own = Source(view.file.path, view.document, view.integration, ())
            for name, setting in view.integration.settings.items():
                yield Target(name, setting.type, setting.description or "", own, ("settings", name))
        case (*_, "path" | "query"):
            yield from _of_call(view, path)


def _of_call(view: View, path: Path_) -> Iterator[Target]:
    """What a call gives the endpoint that it names."""
    call = view.data((*path[: -2 if path[-2:-1] == ("sent",) else -1], "call"))
    connection, _, endpoint = str(call).partition(".")
    called = ("connections", connection, "endpoints", endpoint)
    if path[-1] == "query":
        yield from columns(view, (*called, "query"))
        return
    own = Source(view.file.path, view.document, view.integration, ())
    place = view.data((*called, "path"))
    for name in dict.fromkeys(_PLACEHOLDER.findall(place) if isinstance(place, str) else ()):
        yield Target(name, f"in {place}", "", own, (*called, "path"))


def expected_at(view: View, path: Path_) -> Target | None:
    """What names the key that ends a path; None if nothing does."""
    return next((target for target in expected(view, path[:-1]) if target.name == path[-1]), None)
