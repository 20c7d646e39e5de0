"""What stands inside an expression, for editors: the type of a name, field or call, and what else could be named there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.expression.ast import Ast
from engine.functions import FUNCTIONS
from engine.inference.expression import Inference
from engine.inference.scope import Scope
from engine.types import Type, fields_of

_NOTHING: Ast = {"type": "literal", "value": None, "children": []}


@dataclass(frozen=True)
class Inside:
    """A name, field or call inside an expression.

    Attributes:
        scope: what is in reach of it; its `current`, if there is one, is what a field is taken from.
        given: what it gives.
    """

    scope: Scope
    given: Type

    @property
    def known(self) -> Mapping[str, Type]:
        """What could be named there: the fields of what stands before the dot, or the names in reach."""
        return self.scope.names if self.scope.current is None else fields_of(self.scope.current)


def inside(tree: Ast, scope: Scope, meant: Callable[[Ast], bool]) -> Inside | None:
    """What is known of the first name, field or call of an expression that is meant; None if there is none.

    Args:
        meant: of nodes with a `start`.
    """
    looking = _Looking(meant)
    try:
        looking.value(tree, scope)
    except RecursionError:  # told as too deep, elsewhere
        return None
    return looking.found


class _Looking(Inference):
    """Infers an expression, and keeps what it meets on its way."""

    def __init__(self, meant: Callable[[Ast], bool]) -> None:
        super().__init__(lambda _: None)
        self._meant = meant
        self.found: Inside | None = None

    def value(self, node: Ast, scope: Scope) -> Type:
        given = super().value(node, scope)
        is_named = node["type"] in ("field", "function_expression") and "start" in node
        if is_named and self.found is None and self._meant(node):
            self.found = Inside(scope, given)
        return given

    def _function_expression(self, node: Ast, scope: Scope) -> Type:
        """A call, also one whose last arguments are not written yet."""
        known, arguments = FUNCTIONS.get(node["value"]), node["children"]
        missing = known.least - len(arguments) if known else 0
        return super()._function_expression({**node, "children": arguments + [_NOTHING] * missing}, scope)
