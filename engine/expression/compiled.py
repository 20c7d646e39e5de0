"""A compiled expression or mapping: one Python function, whose failures name their place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Any

from engine.document import NOWHERE
from engine.errors import Fault, MappingError
from engine.expression.ast import SyntaxFault, identifiers, too_deep
from engine.expression.codegen import Scope, emit
from engine.expression.expressions import Expression, bare_query
from engine.expression.writer import NO_ORIGIN, Origin, Writer

_LABEL = "<mapping>"
_STRUCK = "***"


class Compiled:
    """Callable: gives the value for a scope (names → values).

    Raises, when called:
        MappingError: the data cannot be mapped; with the place, the target field and the (redacted) data.
    """

    __slots__ = ("_function", "_origins", "_redact", "needs", "source")

    def __init__(
        self,
        function: Callable[[Any], Any],
        origins: Mapping[int, Origin],
        source: str,
        needs: frozenset[str],
        redact: Collection[str],
    ) -> None:
        self._function = function
        self._origins = origins
        self._redact = frozenset(name.lower() for name in redact)
        self.source = source
        self.needs = needs

    def __call__(self, scope: Any) -> Any:
        try:
            return self._function(scope)
        except MappingError:
            raise
        except Exception as error:
            raise self._located(error) from None

    def _located(self, error: Exception) -> MappingError:
        origin = self._origin(error.__traceback__)
        message = error.message if isinstance(error, Fault) else f"this cannot be computed ({type(error).__name__})"
        value = _shown(error.value) if isinstance(error, Fault) and error.value is not None else ""
        expression = origin.expression
        mentioned = origin.behind | (identifiers(expression.tree) if expression else frozenset())
        if value and any(name.lower() in self._redact for name in mentioned):
            value = _STRUCK
        mark = expression.at(origin.offset) if expression else origin.mark
        return MappingError(message, None if mark.file == NOWHERE.mark.file else mark, origin.target, value)

    def _origin(self, traceback: TracebackType | None) -> Origin:
        found = NO_ORIGIN
        while traceback is not None:
            frame = traceback.tb_frame
            if frame.f_code.co_filename == _LABEL and frame.f_globals.get("__origins__") is self._origins:
                found = self._origins.get(traceback.tb_lineno, found)
            traceback = traceback.tb_next
        return found


def _shown(value: Any) -> str:
    """An offending value as short text; of lists and objects only the kind, for they may hold anything."""
    if isinstance(value, (list, dict)):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 1000:
        return "a number of many digits"
    if isinstance(value, (str, int, float, Decimal)):
        text = repr(str(value)) if isinstance(value, str) else str(value)
        return text if len(text) <= 80 else text[:77] + "…"
    return type(value).__name__


def finish(writer: Writer, entry: str, needs: frozenset[str], redact: Collection[str] = ()) -> Compiled:
    """Close a writer whose entry function takes the scope."""
    try:
        function, origins, source = writer.build(entry, _LABEL)
    except (SyntaxError, RecursionError, MemoryError):
        raise too_deep() from None
    function.__globals__["__origins__"] = origins
    return Compiled(function, origins, source, needs, redact)


def compile_expression(expression: Expression, redact: Collection[str] = ()) -> Compiled:
    """One Query or Template as a callable over a scope.

    Raises:
        SyntaxFault: an unknown function, or wrong arguments.
    """
    needs = frozenset(name for name, _ in expression.names)
    writer = Writer()
    with writer.function("scope") as entry:
        known = {name: writer.let(f"scope.get({name!r})") for name in sorted(needs)}
        writer.line(f"return {emit(writer, expression, Scope(known))}")
    return finish(writer, entry, needs, redact)


def over_value(expression: Expression) -> Compiled:
    """One Query or Template as a callable over any value: an object's fields are the names in reach, `@` is the value.

    Raises:
        SyntaxFault: an unknown function, or wrong arguments.
    """
    writer = Writer()
    with writer.function("value") as entry:
        writer.line(f"return {emit(writer, expression, Scope({}, 'value'))}")
    return finish(writer, entry, frozenset())


def query(text: str) -> Callable[[Any], Any]:
    """Compile a Query (JMESPath plus the functions of the language) to a callable over any value.

    >>> query("items[?qty > `1`].sku")({"items": [{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}]})
    ['B']

    Raises:
        ValueError: the expression cannot be read.
        MappingError: (when called) the data does not fit.
    """
    try:
        return over_value(bare_query(text))
    except SyntaxFault as fault:
        raise ValueError(f"{fault.message} (at {fault.offset + 1}){'; ' + fault.hint if fault.hint else ''}") from None
