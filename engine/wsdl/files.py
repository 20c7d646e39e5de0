"""WSDL files by their names: read once, and again when they have changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.openapi.schemas import NoSchema, beside
from engine.parts.suggest import did_you_mean, suggest
from engine.wsdl.read import Unusable, operations
from engine.wsdl.schema import of_shape
from engine.wsdl.shape import Operation, Part, Shape


def operations_of(folder: Path | None, file: str) -> Mapping[str, Mapping[str, Operation]]:
    """The operations of a WSDL beside an integration: by version (`soap11`, `soap12`), then by name.

    Raises:
        NoSchema: there is no such file.
        Unusable: it is no WSDL that can be used.
    """
    return _operations(*_known(folder, file))


def schema_at(folder: Path | None, reference: str) -> dict[str, Any]:
    """The JSON Schema at a place of a WSDL: `#/OPERATION/request`, `#/OPERATION/reply` or `#/types/NAME`.

    Raises:
        NoSchema: there is no such file or place, or the file cannot be used.
    """
    file, _, pointer = reference.partition("#")
    first, _, second = pointer.removeprefix("/").partition("/")
    try:
        types = _types(*_known(folder, file))
    except Unusable as error:
        raise NoSchema(error.message, error.hint) from None
    found = types.by_name.get(second) if first == "types" else types.part(first, second)
    if found is not None:
        if reference not in types.schemas:  # the same one every time: by that it is known that a type holds itself
            types.schemas[reference] = of_shape(found, lambda shape: f"{file}#/types/{types.names[id(shape)]}")
        return types.schemas[reference]
    near = suggest(first, {*types.operations, "types"})
    hint = f"{did_you_mean(near)}write {file}#/OPERATION/request, …/reply, or {file}#/types/NAME"
    raise NoSchema(f"there is no schema at #{pointer} of {file}", hint)


def _known(folder: Path | None, file: str) -> tuple[Path, int, int]:
    """A file, when it was changed, and its size."""
    path = beside(folder, file)
    stat = path.stat()
    return path, stat.st_mtime_ns, stat.st_size


def _operations(path: Path, changed: int, size: int) -> Mapping[str, Mapping[str, Operation]]:
    found = _read(path, changed, size)
    if isinstance(found, Unusable):
        raise Unusable(found.message, found.hint, found.missing)
    return found


@lru_cache(maxsize=16)
def _read(path: Path, changed: int, size: int) -> Mapping[str, Mapping[str, Operation]] | Unusable:
    """The operations, or why there are none: what is wrong is not read again for each place that names it."""
    try:
        return operations(path)
    except Unusable as error:
        return error


class _Types:
    """The shapes of a WSDL that have names; a name that two namespaces have is told apart by a number."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self.operations = operations
        self.by_name: dict[str, Shape] = {}
        self.names: dict[int, str] = {}
        self.schemas: dict[str, dict[str, Any]] = {}
        for operation in operations.values():
            for part in (operation.request, operation.reply):
                for child in (*([part.body] if part.body else []), *part.headers.values()):
                    self._learn(child.shape)

    def part(self, operation: str, which: str) -> Shape | None:
        """The shape of a request or a reply."""
        found = self.operations.get(operation)
        part: Part | None = getattr(found, which) if found is not None and which in ("request", "reply") else None
        if part is None:
            return None
        return part.body.shape if part.body is not None else Shape()

    def _learn(self, shape: Shape) -> None:
        waiting = [shape]
        while waiting:
            one = waiting.pop()
            if id(one) in self.names:
                continue
            local = one.type.rpartition("}")[2]
            name = local if local not in self.by_name else f"{local}{len(self.by_name)}"
            self.names[id(one)] = name
            if local:
                self.by_name[name] = one
            waiting += [*(child.shape for child in one.children.values()), *one.kinds.values()]


@lru_cache(maxsize=16)
def _types(path: Path, changed: int, size: int) -> _Types:
    found = _operations(path, changed, size)
    return _Types({**found["soap12"], **found["soap11"]})
