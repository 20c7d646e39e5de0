"""Reading Templates: Jinja's parser, and a translation of its expressions to the one syntax tree.

Only expressions exist; what has no translation (statements, attributes of Python objects, loops, powers) cannot be
compiled, so a Template is safe and its work is bounded by the size of its data.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from engine.expression.ast import Ast, SyntaxFault, limited, too_deep
from engine.functions import FUNCTIONS

MAX_LENGTH = 100_000

_JINJA = Environment(autoescape=False, keep_trailing_newline=True)  # noqa: S701 - a parser only, it renders nothing
_COMPARE = {"eq": "eq", "ne": "ne", "gt": "gt", "gteq": "gte", "lt": "lt", "lteq": "lte"}
_number = re.compile(r"[\d_]+(\.[\d_]+)?([eE][+-]?\d+)?")
_ARITHMETIC: dict[type[nodes.Node], str] = {
    nodes.Add: "add",
    nodes.Sub: "subtract",
    nodes.Mul: "multiply",
    nodes.Div: "divide",
}


@lru_cache(maxsize=5_000)
def parse(text: str) -> Ast:
    """The syntax tree of a Template: a `concat` of constants and printed values; nobody changes it, places share it.

    Raises:
        SyntaxFault: it cannot be read, or uses what Templates do not have; with the offset.
    """
    if len(text) > MAX_LENGTH:
        raise SyntaxFault(f"a Template has at most {MAX_LENGTH:,} characters", 0, "shorten it")
    stand_in = _stand_in(text)
    source = text.replace("\r", stand_in)
    try:
        return limited(_Translation(source, stand_in).output(_JINJA.parse(source)))
    except TemplateSyntaxError as error:
        raise SyntaxFault(f"Jinja cannot read this: {error.message}", _failing_hole(source), _remedy(text)) from None
    except ValueError:  # Python's, of an integer with thousands of digits
        raise SyntaxFault("a number here has too many digits", _failing_hole(source), "write a shorter one") from None
    except RecursionError:
        raise too_deep() from None


def _stand_in(text: str) -> str:
    """A character the text does not have: Jinja would turn a carriage return into a line feed."""
    return next(sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in text) if "\r" in text else "\r"


def _failing_hole(text: str) -> int:
    """The offset of the first `{{` or `{%` that cannot be read."""
    holes = [found.start() for found in re.finditer(r"\{\{|\{%|\{#", text)]
    for begin, end in zip(holes, [*holes[1:], len(text)], strict=True):
        try:
            _JINJA.parse(text[begin:end])
        except (TemplateSyntaxError, ValueError):
            return begin
    return holes[0] if holes else 0


def _first_hole(text: str) -> int:
    return max(min((at for at in (text.find("{{"), text.find("{%")) if at >= 0), default=0), 0)


def _remedy(text: str) -> str:
    if text.count("{{") > text.count("}}"):
        return "close it with `}}`"
    if "{%" in text:
        return "a Template has no statements: use `$each` and `$when` of mappings, or a Query"
    if "&&" in text or "||" in text:
        return "inside `{{ }}` write `and`, `or`, `not`"
    if "`" in text:
        return "inside `{{ }}` numbers stand without backticks"
    return "write {{ name.field }}, or a Query"


class _Translation:
    """One Template's way from Jinja's nodes to ours."""

    def __init__(self, text: str, stand_in: str) -> None:
        self.text = text
        self.stand_in = stand_in
        self.places = _places(text)

    def output(self, tree: nodes.Template) -> Ast:
        parts: list[Ast] = []
        for node in tree.body:
            if not isinstance(node, nodes.Output):
                at = max(self.text.find("{%"), 0)
                raise SyntaxFault("a Template has no statements", at, "use `$each` and `$when` of mappings, or a Query")
            for child in node.nodes:
                if isinstance(child, nodes.TemplateData):
                    parts.append(self._literal(child.data))
                else:
                    value = self.expression(child)
                    parts.append({"type": "printed", "children": [value], "start": _start(value)})
        return {"type": "concat", "children": parts, "start": 0}

    def expression(self, node: nodes.Node) -> Ast:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            result: Ast = method(node)
            return result
        operator = _ARITHMETIC.get(type(node))
        if operator is not None and isinstance(node, nodes.BinExpr):
            return self._function(operator, [self.expression(node.left), self.expression(node.right)])
        kind = type(node).__name__.lower()
        raise SyntaxFault(f"a Template cannot use Jinja's {kind}", _first_hole(self.text), "write a Query")

    def _name(self, node: nodes.Name) -> Ast:
        return _field(node.name, self._place(node.name))

    def _getattr(self, node: nodes.Getattr) -> Ast:
        return _path(self.expression(node.node), _field(node.attr, self._place(f".{node.attr}")))

    def _getitem(self, node: nodes.Getitem) -> Ast:
        base = self.expression(node.node)
        index = _constant(node.arg)
        if isinstance(index, str):
            return _path(base, {"type": "field", "value": index, "children": []})
        if type(index) is int:
            step = {"type": "index", "value": index, "children": []}
            return {"type": "index_expression", "children": [base, step], "start": _start(base)}
        raise SyntaxFault("an index in a Template is a constant", _start(base), "use at(list, n)")

    def _const(self, node: nodes.Const) -> Ast:
        return self._literal(self._exact(node.value) if isinstance(node.value, float) else node.value)

    def _templatedata(self, node: nodes.TemplateData) -> Ast:
        return self._literal(node.data)

    def _literal(self, value: Any) -> Ast:
        value = value.replace(self.stand_in, "\r") if isinstance(value, str) else value
        return {"type": "literal", "value": value, "children": [], "start": 0}

    def _exact(self, number: float) -> Decimal:
        """A number digit for digit as written, which Jinja has made a float."""
        start = self._place(str(number))
        written = _number.match(self.text, start)
        return Decimal(written.group().replace("_", "") if written else repr(number))

    def _list(self, node: nodes.List) -> Ast:
        return {"type": "multi_select_list", "children": [self.expression(item) for item in node.items], "start": 0}

    def _concat(self, node: nodes.Concat) -> Ast:
        parts = [{"type": "printed", "children": [self.expression(part)], "start": 0} for part in node.nodes]
        return {"type": "concat", "children": parts, "start": 0}

    def _and(self, node: nodes.And) -> Ast:
        return _joined("and_expression", self.expression(node.left), self.expression(node.right))

    def _or(self, node: nodes.Or) -> Ast:
        return _joined("or_expression", self.expression(node.left), self.expression(node.right))

    def _not(self, node: nodes.Not) -> Ast:
        return _joined("not_expression", self.expression(node.node))

    def _neg(self, node: nodes.Neg) -> Ast:
        return self._function("subtract", [self._literal(0), self.expression(node.node)])

    def _condexpr(self, node: nodes.CondExpr) -> Ast:
        value, test = self.expression(node.expr1), self.expression(node.test)
        other = self.expression(node.expr2) if node.expr2 else self._literal(None)
        return self._function("choose", [test, value, other])

    def _compare(self, node: nodes.Compare) -> Ast:
        left = self.expression(node.expr)
        operand = node.ops[0]
        right = self.expression(operand.expr)
        if len(node.ops) > 1:
            raise SyntaxFault("comparisons are not chained", _start(left), "join two with `and`")
        if operand.op in ("in", "notin"):
            found = self._function("contains", [right, left], _start(left))
            return found if operand.op == "in" else _joined("not_expression", found)
        return {"type": "comparator", "value": _COMPARE[operand.op], "children": [left, right], "start": _start(left)}

    def _test(self, node: nodes.Test) -> Ast:
        known = {"defined": "ne", "undefined": "eq", "none": "eq"}
        if node.name not in known:
            raise SyntaxFault(f'there is no test "{node.name}"', _first_hole(self.text), "use `is defined`, or a Query")
        null = self._literal(None)
        value = self.expression(node.node)
        return {"type": "comparator", "value": known[node.name], "children": [value, null], "start": _start(value)}

    def _filter(self, node: nodes.Filter) -> Ast:
        if node.node is None:
            raise SyntaxFault("a filter needs a value", _first_hole(self.text), "write {{ value | filter }}")
        value = self.expression(node.node)
        start = self._place(node.name)
        arguments = self._arguments(node, start)
        known = FUNCTIONS.get(node.name)
        arguments.insert(min(known.subject if known else 0, len(arguments)), value)
        return self._function(node.name, arguments, start)

    def _call(self, node: nodes.Call) -> Ast:
        if not isinstance(node.node, nodes.Name):
            raise SyntaxFault("only functions can be called", _first_hole(self.text), "write name(…)")
        start = self._place(node.node.name)
        return self._function(node.node.name, self._arguments(node, start), start)

    def _arguments(self, node: nodes.Call | nodes.Filter, start: int) -> list[Ast]:
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise SyntaxFault("arguments have no names here", start, "give them in order")
        return [self.expression(argument) for argument in node.args]

    def _function(self, name: str, arguments: list[Ast], start: int | None = None) -> Ast:
        begin = start if start is not None else (_start(arguments[0]) if arguments else 0)
        return {"type": "function_expression", "value": name, "children": arguments, "start": begin}

    def _place(self, name: str) -> int:
        found = self.places[name]
        return found.pop(0) if len(found) > 1 else found[0] if found else _first_hole(self.text)


def _constant(node: nodes.Node) -> Any:
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const) and type(node.node.value) is int:
        return -node.node.value
    return node.value if isinstance(node, nodes.Const) else None


def _field(name: str, start: int) -> Ast:
    return {"type": "field", "value": name, "children": [], "start": start}


def _path(base: Ast, step: Ast) -> Ast:
    children = [*base["children"], step] if base["type"] == "subexpression" else [base, step]
    return {"type": "subexpression", "children": children, "start": _start(base)}


def _start(node: Ast) -> int:
    return int(node.get("start", 0))


def _joined(kind: str, *children: Ast) -> Ast:
    return {"type": kind, "children": list(children), "start": _start(children[0])}


def _places(text: str) -> dict[str, list[int]]:
    """Offsets of the names in a Template (those behind a dot with the dot), and of its numbers with a point."""
    places: dict[str, list[int]] = defaultdict(list)
    offset, before = 0, ""
    token: Any
    for _, token, value in _JINJA.lexer.tokeniter(text, None):
        offset = max(text.find(value, offset), offset)  # `{{-` leaves out the blanks before it
        if token == "name":
            places[f".{value}" if before == "." else value].append(offset)
        elif token == "float":
            places[str(float(value.replace("_", "")))].append(offset)
        if token != "whitespace":
            before = value
        offset += len(value)
    return places
