"""Places of the language that name something else: what may be named there, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine import commerce
from engine.checks.files import Source
from engine.document import Path_
from engine.editor.file import View
from engine.editor.workspace import saved_in
from engine.spec.integration import Integration

Kind = Literal[
    "call",
    "endpoint",
    "step",
    "connection",
    "table",
    "column",
    "schema",
    "integration",
    "message",
    "sent",
    "event",
    "flow",
]
"""`call`: an endpoint or a message, `message`: one of this file, `sent`: one of this file or of those it uses."""


@dataclass(frozen=True)
class Target:
    """Something that can be named.

    Attributes:
        name: as it is written.
        detail: one line about it.
        description: what its author says of it.
        source: the file it stands in.
        path: where in that file.
    """

    name: str
    detail: str
    description: str
    source: Source
    path: Path_


def kind_at(path: Path_) -> Kind | None:
    """What a scalar at a path names."""
    if not path:
        return None
    match path:
        case ("messages", _, "steps", int(), "call") | ("messages" | "flows", _, "examples", _, "calls", _, "call"):
            return "call"
        case ("flows", _, "read", "call") | ("flows", _, "read", "details", _, "call"):
            return "call"
        case ("flows", _, "send") | ("flows", _, "hold", "refresh"):
            return "sent"
        case ("flows", _, "trigger", "event") | ("flows", _, "hold", "merge", int()):
            return "event"
        case ("flows", _, "trigger", "after") | ("flows", _, "confirm", "flow"):
            return "flow"
        case ("migrate", int()) | ("notify", int(), "flows", int()):
            return "flow"
        case ("messages", _, "steps", int(), "unless"):
            return "step"
        case ("messages", _, "input" | "output") | ("connections", _, "reply") | ("events", _, "schema"):
            return "schema"
        case ("connections", _, "endpoints", _, "request" | "reply") | ("schemas", _):
            return "schema"
        case ("schemas" | "connections", *_, "$ref"):
            return "schema"
        case ("messages", _, "input" | "output", *_, "$ref") | ("events", _, "schema", *_, "$ref"):
            return "schema"
        case ("connections", *_, "call" | "probe") | ("notify", int(), "call"):
            return "endpoint"
        case ("connections", *_, "auth", "connection"):
            return "connection"
        case ("connections", _, "endpoints", _, "table") | ("connections", _, "endpoints", _, "parts", _, "table"):
            return "table"
        case ("connections", _, "endpoints", _, "columns" | "order", int()) | ("connections", *_, "lease", "column"):
            return "column"
        case ("connections", _, "tables", _, "key" | "unique", *_, int()) | (
            "connections",
            *_,
            "parts",
            _,
            "key",
            int(),
        ):
            return "column"
        case ("uses", _):
            return "integration"
        case ("security", "clients", _, "may", "messages", int()):
            return "message"
        case ("security", "clients", _, "may", "events", int()):
            return "event"
    return None


def targets(kind: Kind, view: View, path: Path_) -> list[Target]:
    """Everything that a place of this kind may name."""
    own = Source(view.file.path, view.document, view.integration, ())
    match kind:
        case "call":
            return [*_endpoints(own), *_messages(own), *_used(view)]
        case "endpoint":
            return list(_endpoints(own))
        case "message":
            return list(_messages(own))
        case "sent":
            return [*_messages(own), *_used(view)]
        case "event":
            return list(_named(own, "events", "event"))
        case "flow":
            return [flow for flow in _named(own, "flows", "flow") if path[0] != "flows" or flow.name != path[1]]
        case "step":
            return list(_steps(view, own, path))
        case "schema":
            return [*_own_schemas(own), *_shipped_schemas()]
        case "connection":
            return [_connection(own, name) for name in view.names("connections")]
        case "table":
            return list(_tables(view, own, path))
        case "column":
            return list(columns(view, path))
        case "integration":
            return list(_integrations(view))


def target_at(view: View, path: Path_) -> Target | None:
    """What the scalar at a path names, if there is such a thing."""
    kind, name = kind_at(path), view.data(path)
    if kind is None or not isinstance(name, str):
        return None
    return next((target for target in targets(kind, view, path) if target.name == name), None)


def owner_at(view: View, path: Path_) -> Path_ | None:
    """What the first part of `erp.price`, `shop.stock` or `db.ORDERS` names, which stands at a path of the file."""
    kind, text = kind_at(path), view.data(path)
    if kind not in ("call", "endpoint", "sent", "schema") or not isinstance(text, str):
        return None
    first, _, last = text.rpartition(".")
    if kind == "schema":
        return ("connections", first) if last in view.names("connections", first, "tables") else None
    sections = (section for section in ("connections", "uses") if first in view.names(section))
    return next(((section, first) for section in sections), None)


def _endpoints(source: Source) -> Iterator[Target]:
    for connection, known in _of(source).connections.items():
        for name, endpoint in getattr(known, "endpoints", {}).items():
            detail = f"{getattr(endpoint, 'method', '')} {getattr(endpoint, 'path', '')}".strip()
            path = ("connections", connection, "endpoints", name)
            yield Target(f"{connection}.{name}", detail, getattr(endpoint, "description", "") or "", source, path)


def _messages(source: Source, alias: str = "") -> Iterator[Target]:
    for name, message in _of(source).messages.items():
        written = f"{alias}.{name}" if alias else name
        detail = f"message of {_of(source).name}" if alias else "message"
        yield Target(written, detail, getattr(message, "description", "") or "", source, ("messages", name))


def _named(source: Source, section: Literal["events", "flows"], kind: str) -> Iterator[Target]:
    """What a section of a file defines, by name."""
    for name, known in getattr(_of(source), section).items():
        yield Target(name, kind, getattr(known, "description", "") or "", source, (section, name))


def _used(view: View) -> Iterator[Target]:
    for alias in view.integration.uses:
        other = view.other(alias)
        if other is not None and other.integration is not None:
            yield from _messages(other, alias)


def _steps(view: View, own: Source, path: Path_) -> Iterator[Target]:
    """The steps before the one a path stands in."""
    for number in range(int(path[3])):
        step = view.data((*path[:3], number))
        if isinstance(step, dict) and isinstance(step.get("save"), str):
            yield Target(str(step["save"]), str(step.get("call") or "value"), "", own, (*path[:3], number, "save"))


def _tables(view: View, own: Source, path: Path_) -> Iterator[Target]:
    for name in view.names(*path[:2], "tables"):
        columns = ", ".join(view.names(*path[:2], "tables", name, "columns"))
        yield Target(name, "table", columns, own, (*path[:2], "tables", name))


def columns(view: View, path: Path_) -> Iterator[Target]:
    """The columns that can be named at a path of a connection: those of the table that it is about."""
    own = Source(view.file.path, view.document, view.integration, ())
    above = path[:6] if path[4:5] == ("parts",) else path[:4]
    table = path[3] if path[2:3] == ("tables",) else view.data((*above, "table"))
    place = (*path[:2], "tables", str(table), "columns")
    for name in view.names(*place):
        yield Target(name, str(view.data((*place, name)) or "column"), "", own, (*place, name))


def _own_schemas(source: Source) -> Iterator[Target]:
    for name, schema in _of(source).schemas.items():
        description = schema.get("description", "") if isinstance(schema, dict) else ""
        yield Target(name, "schema of this file", str(description), source, ("schemas", name))


def _shipped_schemas() -> Iterator[Target]:
    for name in commerce.names():
        shipped = Source(commerce.file(name), None, None, ())
        yield Target(name, "canonical model", str(commerce.schema(name).get("description", "")), shipped, ())


def _connection(source: Source, name: str) -> Target:
    known = _of(source).connections.get(name)
    return Target(name, "connection", getattr(known, "description", "") or "", source, ("connections", name))


def _integrations(view: View) -> Iterator[Target]:
    """The files beside this one."""
    beside = {other.path: other for other in view.file.others.values()}
    for file in sorted({*saved_in(view.file.path.parent), *beside} - {view.file.path}):
        other = beside.get(file) or Source(file, None, None, ())
        title = (other.integration.title or "") if other.integration else ""
        yield Target(file.stem, "integration", title, other, ())


def _of(source: Source) -> Integration:
    assert source.integration is not None
    return source.integration
