"""Another name for what is pointed at, wherever it is named: in its file, and in those beside it that use it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic_core import PydanticCustomError

from engine.document import Path_
from engine.editor.definition import Defined, Place, gives_name, is_result, meant
from engine.editor.file import File, View
from engine.editor.spot import spot
from engine.editor.usages import named
from engine.parts.scalars import name as any_name
from engine.parts.scalars import own_name


class Refused(Exception):
    """Nothing is renamed; why is its text, for who asked."""


def renamed_at(file: File, index: int, beside: Collection[File]) -> Place:
    """The name at an index, if it can be changed.

    Args:
        beside: all files of the folder, this one included.

    Raises:
        Refused: it cannot.
    """
    return _found(file, index, beside)[0]


def rename(file: File, index: int, name: str, beside: Collection[File]) -> list[Place]:
    """All places where another name must stand, by file and place.

    Args:
        beside: all files of the folder, this one included.

    Raises:
        Refused: what is there cannot be renamed, or not to this.
    """
    here, thing, places = _found(file, index, beside)
    old = _written(here)
    if name == old:
        return []
    _accept(name, thing.path)
    home = next(other for other in beside if other.path == thing.file).view
    if home is not None and name in _taken(home, thing.path):
        raise Refused(f'there is "{name}" already; choose another name')
    for other in beside:
        if other.view is None and old in other.text.content:
            raise Refused(f"{other.path.name} cannot be read as it is; mend it first")
    return places


def _found(file: File, index: int, beside: Iterable[File]) -> tuple[Place, Defined, list[Place]]:
    """The name at an index, what it names, and all places that do."""
    here, view = spot(file, index), file.view
    if view is None:
        raise Refused("the file cannot be read as it is; mend it first")
    thing = meant(view, here, index) if here else None
    places = named(view, thing, beside) if thing and (gives_name(thing.path) or is_result(thing.path)) else []
    at = [place for place in places if place.path == file.path and place.span.start <= index <= place.span.end]
    if thing is None or not at:
        raise Refused(
            "only names can be changed here: of messages, flows, events, connections, endpoints, settings, schemas, "
            "of what `uses` names, and of what `save` and `$let` keep"
        )
    strange = next((place for place in places if _written(place) != _written(at[0])), None)
    if strange is not None:
        line = strange.text.position(strange.span.start).line + 1
        raise Refused(f"{strange.path.name}:{line} writes it in another way, as an escape does; change that first")
    return at[0], thing, places


def _written(place: Place) -> str:
    return place.text.content[place.span.start : place.span.end]


def _accept(name: str, path: Path_) -> None:
    is_own = path[0] in ("settings", "uses") or is_result(path) or path[-2] == "$let"
    try:
        (own_name if is_own else any_name)(name)
    except PydanticCustomError as error:
        raise Refused(f"{error.message()}; {(error.context or {})['hint']}") from None


def _taken(view: View, path: Path_) -> Collection[str]:
    """The names that something beside it has."""
    if path[0] in ("connections", "uses") and len(path) == 2:
        return {*view.names("connections"), *view.names("uses")}
    if not is_result(path) and path[-2] != "$let":
        return view.names(*path[:-1])
    sites = (site for site in view.subject.sites if site.path[:2] == path[:2])
    return {name for site in sites for name in site.in_reach} | set(_results(view, path))


def _results(view: View, path: Path_) -> Iterable[str]:
    message = view.integration.messages.get(str(path[1])) if path[0] == "messages" else None
    return (step.save for step in message.steps if step.save) if message else ()
