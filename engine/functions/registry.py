"""The list of all functions, and the decorator that puts a function on it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from engine.functions.results import Gives, unknown
from engine.types import ANY, Type


class Expression(Protocol):
    """A parameter written `&expr`: it is called with one element and gives what the expression finds in it."""

    def __call__(self, element: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Function:
    """One function as the language sees it.

    Attributes:
        name: as written in expressions.
        call: the plain Python function; an `&expr` argument arrives as a callable of one element.
        least: fewest arguments.
        most: most arguments, None if there may be any number.
        expressions: positions of the arguments that must be `&expr`; all others must not be.
        group: the file or folder it stands in: `values`, `numbers`, …, `builtins`.
        subject: position of the argument that stands before the bar in a Template (`{{ x | name }}`).
        gives: from the types of its arguments to the type of its result.
        takes: the types of its arguments, as far as there is something to say of them; the last one is also that of
            those behind it, if there may be any number.
        instead: what to write instead of a builtin that the language refuses, else "".
        summary: the first line of its docstring.
    """

    name: str
    call: Callable[..., Any]
    least: int
    most: int | None
    expressions: frozenset[int]
    group: str
    subject: int
    gives: Gives
    takes: tuple[Type, ...]
    instead: str
    summary: str

    def taken(self, position: int) -> Type:
        """What an argument must be."""
        if position < len(self.takes):
            return self.takes[position]
        return self.takes[-1] if self.takes and self.most is None else ANY


FUNCTIONS: dict[str, Function] = {}

Call = TypeVar("Call", bound=Callable[..., Any])


def function(
    *, name: str = "", subject: int = 0, gives: Gives = unknown, takes: tuple[Type, ...] = (), instead: str = ""
) -> Callable[[Call], Call]:
    """Put the decorated function into `FUNCTIONS`; number and kind of its arguments are read from its signature."""

    def register(call: Call) -> Call:
        parameters = tuple(inspect.signature(call, eval_str=True).parameters.values())
        fixed = [parameter for parameter in parameters if parameter.kind is not inspect.Parameter.VAR_POSITIONAL]
        written = name or call.__name__
        if written in FUNCTIONS:
            raise ValueError(f"there is a function {written}() already")
        FUNCTIONS[written] = Function(
            name=written,
            call=call,
            least=sum(parameter.default is inspect.Parameter.empty for parameter in fixed),
            most=len(fixed) if len(fixed) == len(parameters) else None,
            expressions=frozenset(n for n, parameter in enumerate(parameters) if parameter.annotation is Expression),
            group=call.__module__.removeprefix(f"{__package__}.").partition(".")[0],
            subject=subject,
            gives=gives,
            takes=takes,
            instead=instead,
            summary=(call.__doc__ or "").partition("\n")[0],
        )
        return call

    return register
