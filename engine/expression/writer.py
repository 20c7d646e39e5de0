"""Writing Python source that remembers, for every line, the expression it came from."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.diagnostics import Mark
from engine.document import NOWHERE
from engine.expression.expressions import Expression

Name = str  # of a local variable, or a constant written as Python source
Fields = dict[tuple[Name, str], Name]

MAX_WRITTEN = 20  # levels of a constant that are written out; deeper ones are shared


@dataclass(frozen=True, slots=True)
class Origin:
    """Where generated code came from.

    Attributes:
        expression: None for what no expression does.
        offset: in the expression.
        target: the field being built.
        mark: the place, where there is no expression.
        behind: the fields that names of `$let` and `$each` in the expression stand for.
    """

    expression: Expression | None
    offset: int
    target: str
    behind: frozenset[str] = frozenset()
    mark: Mark = NOWHERE.mark


NO_ORIGIN = Origin(None, 0, "")


class Function:
    """One generated function while it is written."""

    def __init__(self, header: str) -> None:
        self.lines = [header]
        self.origins = [NO_ORIGIN]
        self.indent = 1
        self.loops = 0
        self.known: Fields = {}
        self.asked: dict[Name, Name] = {}


class Writer:
    """Collects generated functions, their constants and the origin of each line."""

    def __init__(self) -> None:
        self.globals: dict[str, Any] = {}
        self.origin = NO_ORIGIN
        self._used: dict[int, Name] = {}
        self._done: list[Function] = []
        self._open: list[Function] = []
        self._counter = 0

    @property
    def current(self) -> Function:
        return self._open[-1]

    def name(self, prefix: str = "t") -> Name:
        self._counter += 1
        return f"{prefix}{self._counter}"

    def line(self, text: str) -> None:
        function = self.current
        function.lines.append(" " * function.indent + text)
        function.origins.append(self.origin)

    def let(self, source: str) -> Name:
        """Assign an expression to a new variable."""
        name = self.name()
        self.line(f"{name} = {source}")
        return name

    def variable(self, value: Name) -> Name:
        """A variable that holds a value: Python warns of code that asks constants for their type."""
        return value if value.isidentifier() and not keyword.iskeyword(value) else self.let(value)

    @contextmanager
    def block(self, header: str, *, loop: bool = False) -> Iterator[None]:
        """An indented block; what is learned about fields inside is forgotten behind it."""
        self.line(header)
        function = self.current
        known, function.known = function.known, dict(function.known)
        asked, function.asked = function.asked, dict(function.asked)
        function.indent += 1
        function.loops += loop
        at = len(function.lines)
        yield
        if len(function.lines) == at:
            self.line("pass")
        function.loops -= loop
        function.indent -= 1
        function.known = known
        function.asked = asked

    @contextmanager
    def function(self, parameter: str, prefix: str = "f") -> Iterator[Name]:
        """A function of its own, at the module's level."""
        name = self.name(prefix)
        self._open.append(Function(f"def {name}({parameter}):"))
        yield name
        self._done.append(self._open.pop())

    def constant(self, value: Any, levels: int = MAX_WRITTEN) -> Name:
        """Python source of a constant value; nothing of the file's text becomes code.

        Lists and objects are built anew each time, so that nobody who changes a result changes the constant.
        """
        if value is None or value is True or value is False or type(value) is str:
            return repr(value)
        if type(value) is int:
            return f"({value!r})"
        if levels and type(value) is list:
            return "[" + ", ".join(self.constant(element, levels - 1) for element in value) + "]"
        if levels and type(value) is dict:
            return (
                "{" + ", ".join(f"{str(key)!r}: {self.constant(held, levels - 1)}" for key, held in value.items()) + "}"
            )
        return self.use(value, "k")

    def use(self, value: Any, prefix: str = "g") -> Name:
        """A global name for a Python object."""
        if id(value) not in self._used:
            self._used[id(value)] = self.name(prefix)
            self.globals[self._used[id(value)]] = value
        return self._used[id(value)]

    # -- what an observer wants to know; production has none -----------------------------------------------------

    def built(self, node: object, value: Name) -> None:
        """A field's value was built, by a node of a mapping."""

    def chose(self, when: Expression, condition: Name) -> Name:
        """A `$when` is decided; gives the source of its condition."""
        return condition

    def build(self, entry: Name, label: str) -> tuple[Callable[..., Any], dict[int, Origin], str]:
        """Compile everything written; gives the entry function, the origin of each line, and the source."""
        lines = [line for function in self._done for line in function.lines]
        origins = [origin for function in self._done for origin in function.origins]
        source = "\n".join(lines)
        scope: dict[str, Any] = dict(self.globals)
        exec(compile(source, label, "exec"), scope)  # noqa: S102 - our source; the file's text is constants in it
        return scope[entry], dict(enumerate(origins, 1)), source
