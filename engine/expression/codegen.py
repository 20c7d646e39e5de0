"""From syntax tree to Python statements.

Paths that share a beginning share its variable; a projection is a loop; a function call is a call. At the root a field
is one of the place's names, elsewhere it is a field of the current value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from engine.expression import operations
from engine.expression.ast import Ast, too_deep
from engine.expression.calling import check_arguments, function_of
from engine.expression.expressions import Expression, Template
from engine.expression.writer import Name, Origin, Writer

__all__ = ["Scope", "check_arguments", "condition", "emit"]

MAX_LOOPS = 8  # Python nests twenty; deeper projections become functions of their own


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean where an expression stands.

    Attributes:
        names: the variables that hold the place's names; used while `current` is None.
        current: the variable holding the current value, inside a projection or behind a dot.
        behind: of the names that a mapping gave, the fields their values come from.
    """

    names: Mapping[str, Name]
    current: Name | None = None
    behind: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def within(self, current: Name) -> Scope:
        return replace(self, current=current)


def emit(writer: Writer, expression: Expression, scope: Scope, target: str = "") -> Name:
    """Write the statements that compute an expression; gives the variable with its value.

    Raises:
        SyntaxFault: an unknown function, wrong arguments, or too many levels.
    """
    with _Emission(writer, expression, scope, target) as emission:
        result = emission.value(expression.tree, scope)
        if isinstance(expression, Template):
            writer.origin = emission.origin
            writer.line(f"if len({result}) > {operations.MAX_TEXT}: {writer.use(operations.too_long)}({result})")
    return result


def condition(writer: Writer, expression: Expression, scope: Scope, target: str = "") -> str:
    """As `emit`, but gives a Python condition: whether the value counts as true."""
    with _Emission(writer, expression, scope, target) as emission:
        return emission.truth(expression.tree, scope)


class _Emission:
    """The translation of one expression."""

    def __init__(self, writer: Writer, expression: Expression, scope: Scope, target: str) -> None:
        self.w = writer
        self.before = writer.origin
        behind = (scope.behind.get(name, frozenset()) for name, _ in expression.names) if scope.behind else ()
        self.origin = Origin(expression, 0, target, frozenset().union(*behind))

    def __enter__(self) -> _Emission:
        self.w.origin = self.origin
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.w.origin = self.before
        if kind is RecursionError:
            raise too_deep() from None

    def value(self, node: Ast, scope: Scope) -> Name:
        method: Callable[[Ast, Scope], Name] = getattr(self, f"_{node['type']}")
        return method(node, scope)

    def variable(self, node: Ast, scope: Scope) -> Name:
        return self.w.variable(self.value(node, scope))

    def truth(self, node: Ast, scope: Scope) -> str:
        """A Python condition: everything is true but null, false and what is empty; 0 is true."""
        value = self.variable(node, scope)
        return value if _is_boolean(node) else _truth(value)

    def _at(self, node: Ast) -> None:
        self.w.origin = replace(self.origin, offset=int(node.get("start", 0)))

    # -- paths ---------------------------------------------------------------------------------------------------

    def _field(self, node: Ast, scope: Scope) -> Name:
        key = node["value"]
        if scope.current is None:
            return scope.names.get(key, "None")
        value, known = scope.current, self.w.current.known
        if (value, key) not in known:
            known[(value, key)] = self.w.let(f"{value}.get({key!r}) if {self._is_object(value)} else None")
        return known[(value, key)]

    def _is_object(self, value: Name) -> Name:
        """Whether a variable holds an object; asked once."""
        asked = self.w.current.asked
        if value not in asked:
            asked[value] = self.w.let(f"isinstance({value}, dict)")
        return asked[value]

    def _subexpression(self, node: Ast, scope: Scope) -> Name:
        first, *rest = node["children"]
        value = self.value(first, scope)
        for child in rest:
            value = self.value(child, scope.within(self.w.variable(value)))
        return value

    _index_expression = _subexpression
    _pipe = _subexpression

    def _index(self, node: Ast, scope: Scope) -> Name:
        index, value = node["value"], self._identity(node, scope)
        enough = f"len({value}) > {index}" if index >= 0 else f"len({value}) >= {-index}"
        return self.w.let(f"{value}[{index}] if isinstance({value}, list) and {enough} else None")

    def _slice(self, node: Ast, scope: Scope) -> Name:
        start, stop, step = node["children"]
        return self.w.let(f"{self.w.use(operations.sliced)}({self._identity(node, scope)}, {start}, {stop}, {step})")

    def _identity(self, node: Ast, scope: Scope) -> Name:
        if scope.current is not None:
            return scope.current
        return self.w.let("{" + ", ".join(f"{name!r}: {variable}" for name, variable in scope.names.items()) + "}")

    _current = _identity

    def _literal(self, node: Ast, scope: Scope) -> Name:
        return self.w.constant(node["value"])

    # -- projections ---------------------------------------------------------------------------------------------

    def _projection(self, node: Ast, scope: Scope) -> Name:
        base, right = node["children"]
        value = self.variable(base, scope)
        return self._project(f"isinstance({value}, list)", value, right)

    def _value_projection(self, node: Ast, scope: Scope) -> Name:
        base, right = node["children"]
        value = self.variable(base, scope)
        return self._project(f"isinstance({value}, dict)", f"{value}.values()", right)

    def _filter_projection(self, node: Ast, scope: Scope) -> Name:
        base, right, wanted = node["children"]
        value = self.variable(base, scope)
        return self._project(f"isinstance({value}, list)", value, right, wanted)

    def _project(self, test: str, source: str, right: Ast, wanted: Ast | None = None) -> Name:
        result = self.w.let("None")
        with self.w.block(f"if {test}:"):
            self.w.line(f"{result} = []")
            element = self.w.name("e")
            with self.w.block(f"for {element} in {source}:", loop=True):
                if wanted:
                    self.w.line(f"if not {self._wanted(wanted, element)}: continue")
                value = self._of_element(right, element)
                self.w.line(f"if {value} is not None: {result}.append({value})")
        return result

    def _wanted(self, node: Ast, element: Name) -> str:
        if self.w.current.loops > MAX_LOOPS:
            return _truth(self._of_element(node, element))
        return self.truth(node, Scope({}, element))

    def _of_element(self, node: Ast, element: Name) -> Name:
        """A node's value for the element of a loop; behind many loops, by a function of its own."""
        if self.w.current.loops > MAX_LOOPS:
            return self.w.let(f"{self._function_of(node)}({element})")
        return self.variable(node, Scope({}, element))

    def _function_of(self, node: Ast) -> Name:
        before = self.w.origin
        with self.w.function("e", "x") as name:
            self.w.line(f"return {self.value(node, Scope({}, 'e'))}")
        self.w.origin = before
        return name

    def _flatten(self, node: Ast, scope: Scope) -> Name:
        return self.w.let(f"{self.w.use(operations.flattened)}({self.value(node['children'][0], scope)})")

    # -- building ------------------------------------------------------------------------------------------------

    def _multi_select_list(self, node: Ast, scope: Scope) -> Name:
        return self._unless_null(scope, lambda: "[" + ", ".join([self.value(c, scope) for c in node["children"]]) + "]")

    def _multi_select_dict(self, node: Ast, scope: Scope) -> Name:
        def entries() -> list[str]:
            return [f"{pair['value']!r}: {self.value(pair['children'][0], scope)}" for pair in node["children"]]

        return self._unless_null(scope, lambda: "{" + ", ".join(entries()) + "}")

    def _unless_null(self, scope: Scope, source: Callable[[], str]) -> Name:
        if scope.current is None:
            return self.w.let(source())
        result = self.w.let("None")
        with self.w.block(f"if {scope.current} is not None:"):
            self.w.line(f"{result} = {source()}")
        return result

    def _concat(self, node: Ast, scope: Scope) -> Name:
        """An f-string; the file's text stands in it by its `repr`, with braces doubled."""
        text = ""
        for child in node["children"]:
            if child["type"] == "literal":
                text += child["value"].replace("{", "{{").replace("}", "}}")
            else:
                text += "{" + self.value(child, scope) + "}"
        return self.w.let(f"f{text!r}")

    def _printed(self, node: Ast, scope: Scope) -> Name:
        value = self.variable(node["children"][0], scope)
        self._at(node)
        return self.w.let(f"{value} if type({value}) is str else {self.w.use(operations.printed)}({value})")

    # -- logic ---------------------------------------------------------------------------------------------------

    def _or_expression(self, node: Ast, scope: Scope) -> Name:
        return self._short(node, scope, "if not {}:")

    def _and_expression(self, node: Ast, scope: Scope) -> Name:
        return self._short(node, scope, "if {}:")

    def _short(self, node: Ast, scope: Scope, header: str) -> Name:
        left, right = node["children"]
        result = self.w.let(self.value(left, scope))
        with self.w.block(header.format(result if _is_boolean(left) else _truth(result))):
            self.w.line(f"{result} = {self.value(right, scope)}")
        return result

    def _not_expression(self, node: Ast, scope: Scope) -> Name:
        return self.w.let(f"not {self.truth(node['children'][0], scope)}")

    def _comparator(self, node: Ast, scope: Scope) -> Name:
        left, right = (self.value(child, scope) for child in node["children"])
        self._at(node)
        kind = node["value"]
        if kind in ("eq", "ne"):
            return self._equality(node, left, right, negated=kind == "ne")
        if kind in ("gt", "gte"):
            left, right = right, left
        function = operations.less if kind in ("lt", "gt") else operations.less_or_equal
        return self.w.let(f"{self.w.use(function)}({left}, {right})")

    def _equality(self, node: Ast, left: Name, right: Name, *, negated: bool) -> Name:
        literals = [child["value"] for child in node["children"] if child["type"] == "literal"]
        literal = literals[0] if len(literals) == 1 else 0
        if isinstance(literal, str):
            return self.w.let(f"{left} {'!=' if negated else '=='} {right}")
        if literal is None or isinstance(literal, bool):
            return self.w.let(f"{left} {'is not' if negated else 'is'} {right}")
        return self.w.let(f"{'not ' if negated else ''}{self.w.use(operations.equal)}({left}, {right})")

    # -- functions -----------------------------------------------------------------------------------------------

    def _function_expression(self, node: Ast, scope: Scope) -> Name:
        check_arguments(node)
        known, arguments = function_of(node), node["children"]
        if known.name == "coalesce":
            return self._coalesce(arguments, scope)
        if known.name == "choose":
            return self._choose(arguments, scope)
        values = [self.value(argument, scope) for argument in arguments]
        self._at(node)
        return self.w.let(f"{self.w.use(known.call)}({', '.join(values)})")

    def _coalesce(self, arguments: list[Ast], scope: Scope) -> Name:
        result = self.w.let(self.value(arguments[0], scope))
        for argument in arguments[1:]:
            with self.w.block(f"if {result} is None:"):
                self.w.line(f"{result} = {self.value(argument, scope)}")
        return result

    def _choose(self, arguments: list[Ast], scope: Scope) -> Name:
        wanted, yes, no = arguments
        result = self.w.name()
        with self.w.block(f"if {self.truth(wanted, scope)}:"):
            self.w.line(f"{result} = {self.value(yes, scope)}")
        with self.w.block("else:"):
            self.w.line(f"{result} = {self.value(no, scope)}")
        return result

    def _expref(self, node: Ast, scope: Scope) -> Name:
        return self._function_of(node["children"][0])


def _truth(variable: Name) -> str:
    return f"({variable} or ({variable} == 0 and {variable} is not False))"


def _is_boolean(node: Ast) -> bool:
    """Whether a node's value is true, false or null, so that Python judges it as the language does."""
    if node["type"] in ("and_expression", "or_expression"):
        return all(map(_is_boolean, node["children"]))
    return node["type"] in ("comparator", "not_expression")
