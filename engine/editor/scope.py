"""The names in reach of an expression, and what stands behind a path of names such as `input.items[0].sku`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.document import Path_
from engine.editor import shapes
from engine.editor.shapes import UNKNOWN, Shape
from engine.editor.workspace import View
from engine.protocols.rest import RestConnection
from engine.spec.messages import Message
from engine.spec.sites import Tree, trees

_STEP = re.compile(r"\.?(\w+)|\.?(\[[^\[\]]*\])")
_CHAIN = re.compile(r"[A-Za-z_]\w*(?:\.\w+|\[[^\[\]]*\])*")


def scope(view: View, path: Path_) -> dict[str, Shape]:
    """Each name in reach of the expression at a path, with what it holds."""
    tree = _tree(view, path)
    if tree is None:
        return {}
    found = {name: _named(view, tree, name) for name in sorted(tree.names)}
    _add_of_mappings(view, path, len(tree.path), found)
    return found


def resolve(chain: str, names: Mapping[str, Shape]) -> Shape:
    """What a path of names holds; brackets of every kind lead to an element."""
    found: Shape | None = None
    for step in _STEP.finditer(chain):
        if found is None:
            found = names.get(step[1] or "", UNKNOWN)
        elif step[2]:
            found = found.element
        else:
            found = found.fields.get(step[1], found.element.fields.get(step[1], UNKNOWN))
    return found or UNKNOWN


def _tree(view: View, path: Path_) -> Tree | None:
    """The mapping, value or Query that holds a path."""
    above = [tree for tree in trees(view.integration) if tree.path == path[: len(tree.path)]]
    return max(above, key=lambda tree: len(tree.path), default=None)


def _named(view: View, tree: Tree, name: str) -> Shape:
    """What a name of the place (not of a mapping inside it) holds."""
    match name:
        case "settings":
            return shapes.settings_of(view.integration)
        case "exchange":
            return shapes.EXCHANGE
        case "number" | "status":
            return shapes.NUMBER
        case "token":
            return shapes.TEXT
    message = view.integration.messages.get(str(tree.path[1])) if tree.path[0] == "messages" else None
    if message is not None:
        return _in_message(view, message, tree, name)
    return _of_endpoint(view, tree.path) if name == "reply" else UNKNOWN


def _in_message(view: View, message: Message, tree: Tree, name: str) -> Shape:
    if name == "input":
        return shapes.input_of(view.integration, message)
    number = tree.path[3] if len(tree.path) > 3 and tree.path[2] == "steps" else None
    here = message.steps[number] if isinstance(number, int) and number < len(message.steps) else None
    if here is not None and name == "reply":
        return shapes.reply_of(view, here)
    if here is not None and name == here.item and here.each is not None:
        return _element(here.each.text, scope(view, (*tree.path[:4], "each")))
    step = next((step for step in message.steps if step is not None and step.save == name), None)
    return shapes.result_of(view, step) if step is not None else UNKNOWN


def _of_endpoint(view: View, path: Path_) -> Shape:
    connection = view.integration.connections.get(str(path[1])) if path[0] == "connections" else None
    endpoint = (
        connection.endpoints.get(str(path[3])) if isinstance(connection, RestConnection) and len(path) > 3 else None
    )
    if endpoint is None or not isinstance(connection, RestConnection):
        return UNKNOWN
    return shapes.of_endpoint(view.integration, connection, endpoint)


def _add_of_mappings(view: View, path: Path_, begin: int, found: dict[str, Shape]) -> None:
    """The names that `$each` and `$let` add on the way from a mapping's root to a place in it."""
    for depth in range(begin, len(path)):
        data: Any = view.data(path[:depth])
        if not isinstance(data, dict) or path[depth] not in ("$map", "$let", "$when"):
            continue
        if "$each" in data:
            element = _element(data["$each"], found)
            found.update(item=element, number=shapes.NUMBER, key=shapes.TEXT)
        let = data.get("$let")
        if isinstance(let, dict):
            found.update({str(name): _whole(value, found) for name, value in let.items()})


def _element(expression: Any, names: Mapping[str, Shape]) -> Shape:
    """An element of what an expression gives; `chunks` gives lists of the same."""
    text = str(expression) if isinstance(expression, str) else ""
    chunks = re.match(r"=chunks\(\s*([^,()]+),", text)
    return resolve(chunks[1].strip(), names) if chunks else _whole(expression, names).element


def _whole(expression: Any, names: Mapping[str, Shape]) -> Shape:
    """What an expression gives, if it is nothing but a path of names."""
    text = str(expression)[1:].strip() if isinstance(expression, str) and expression.startswith("=") else ""
    if not _CHAIN.fullmatch(text):
        return UNKNOWN
    projected = re.search(r"\[(\*|\?[^\[\]]*)?\](.*)$", text)
    found = resolve(text, names)
    return shapes.listed(found) if projected else found
