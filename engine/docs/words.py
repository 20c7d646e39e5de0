"""Expressions in plain English: `=decimal(item.UnitPrice, `4`)` is "UnitPrice as a number with 4 decimals".

Never wrong: a phrase inside a phrase stands in parentheses wherever its end could be misread, and what cannot be said
in words is said by the expression itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from string import Formatter

from engine.docs.literals import ATOM, LIST, PHRASE, Said, Unsayable, enumerated, literal, time_form, time_shift
from engine.docs.paths import leading, ordinal, steps
from engine.docs.phrases import CONDITIONS, NAMES, SEVERAL, phrase, smoothed
from engine.expression.ast import Ast
from engine.expression.expressions import Expression
from engine.mapping import Constant, Node

LONGEST = 260
"""Characters beyond which words say less than the expression."""

_COMPARED = {
    "eq": "is",
    "ne": "is not",
    "lt": "is less than",
    "lte": "is at most",
    "gt": "is more than",
    "gte": "is at least",
}
_PATHS = ("field", "subexpression", "index_expression")


def rule(expression: Expression) -> str:
    """What an expression gives, in words; the expression itself where there are none."""
    return _said(expression, Voice().noun)


def condition(expression: Expression) -> str:
    """What must be true, in words: `order_no of the input is given`; the expression itself where there are none."""
    return _said(expression, Voice().clause)


def said(node: Node | None) -> str:
    """A value in words: an expression by its rule, a constant as it stands."""
    if isinstance(node, Expression):
        return rule(node)
    try:
        return literal(node.value if isinstance(node, Constant) else None).text
    except Unsayable:
        return "as it stands"


def _said(expression: Expression, say: Callable[[Ast], Said]) -> str:
    try:
        text = say(expression.tree).text
    except (Unsayable, RecursionError):
        return expression.text
    return text if len(text) <= LONGEST else expression.text


@dataclass(frozen=True)
class Voice:
    """Says the nodes of a tree: nouns for values, clauses for conditions.

    Attributes:
        at_root: whether names are those of the place; if not, they are fields of an element.
        other: whether `item` is not the element that is being looked at, and has to be told apart from it.
    """

    at_root: bool = True
    other: bool = False

    @property
    def inside(self) -> Voice:
        return Voice(at_root=False)

    # -- values --------------------------------------------------------------------------------------------------

    def noun(self, node: Ast) -> Said:
        """A value: `UnitPrice as a number`.

        Raises:
            Unsayable: there are no words for it.
        """
        say: Callable[[Ast], Said] | None = getattr(self, f"_{node['type']}", None)
        if say is None:
            raise Unsayable
        return say(node)

    def _field(self, node: Ast) -> Said:
        name: str = node["value"]
        return Said(NAMES.get(name, name) if self.at_root else name)

    def _literal(self, node: Ast) -> Said:
        return literal(node["value"])

    def _current(self, node: Ast) -> Said:
        return Said("everything in reach" if self.at_root else "the element")

    _identity = _current

    def _subexpression(self, node: Ast) -> Said:
        first, *rest = node["children"]
        return self._path(first, [step for child in rest for step in steps(child)])

    def _index_expression(self, node: Ast) -> Said:
        first, *rest = node["children"]
        return self._path(first, [step for child in rest for step in steps(child)])

    def _path(self, first: Ast, way: list[str | int]) -> Said:
        """A way through objects and lists: `id of the first element of results of the reply`."""
        fields = [step for step in way[: leading(way)] if isinstance(step, str)]
        said = self._begun(first, fields)
        rest = way[len(fields) :]
        while rest:
            if isinstance(rest[0], int):
                said, rest = f"the {ordinal(rest[0])} element of {said}", rest[1:]
            else:
                count = leading(rest)
                said, rest = f"{'.'.join(map(str, rest[:count]))} of {said}", rest[count:]
        return Said(said)

    def _begun(self, first: Ast, fields: list[str]) -> str:
        """Where a path begins, with its first fields."""
        path = ".".join(fields)
        if not path:
            return self.noun(first).within(ATOM)
        if first["type"] == "current":
            return path
        if first["type"] != "field":
            return f"{path} of {self.noun(first).within(ATOM)}"
        return self._of_name(first["value"], path) if self.at_root else f"{first['value']}.{path}"

    def _of_name(self, name: str, path: str) -> str:
        if name == "item":
            return f"this element's {path}" if self.other else path
        if name == "settings":
            return f"the setting {path}"
        if name == "headers":
            return f"the header {path.replace('_', '-')}"
        if name == "exchange" and path == "at":
            return "the time of the exchange"
        return f"{path} of {NAMES.get(name, name)}"

    # -- lists ---------------------------------------------------------------------------------------------------

    def _projection(self, node: Ast) -> Said:
        left, right = node["children"]
        return self._each(self.noun(left["children"][0] if left["type"] == "flatten" else left), right)

    def _value_projection(self, node: Ast) -> Said:
        left, right = node["children"]
        return self._each(Said(f"the values of {self.noun(left).within(ATOM)}"), right)

    def _each(self, elements: Said, right: Ast) -> Said:
        if right["type"] == "identity":
            return Said(f"the elements of {elements.within(ATOM)}")
        return Said(f"{self._taken(right)} of each element of {elements.within(ATOM)}")

    def _filter_projection(self, node: Ast) -> Said:
        left, right, test = node["children"]
        found = Said(f"the elements of {self.noun(left).within(ATOM)} where {self.inside.clause(test).text}", PHRASE)
        return found if right["type"] == "identity" else Said(f"{self._taken(right)} of {found.within(ATOM)}")

    def _taken(self, right: Ast) -> str:
        """What is taken of each element."""
        if right["type"] not in _PATHS:
            raise Unsayable
        return self.inside.noun(right).text

    def _multi_select_list(self, node: Ast) -> Said:
        return Said(f"the list of {enumerated([self.noun(child).within(PHRASE) for child in node['children']])}", LIST)

    def _multi_select_dict(self, node: Ast) -> Said:
        pairs = [f"{pair['value']} ({self.noun(pair['children'][0]).text})" for pair in node["children"]]
        return Said(f"an object of {enumerated(pairs)}", LIST)

    # -- one or the other ----------------------------------------------------------------------------------------

    def _or_expression(self, node: Ast) -> Said:
        first, second = node["children"]
        if _is_condition(node):
            return self._whether(node)
        said, instead = self.noun(first).within(PHRASE), self.noun(second).within(PHRASE)
        return Said(f"{said}, or {instead} if that is not given", LIST)

    def _and_expression(self, node: Ast) -> Said:
        first, second = node["children"]
        if _is_condition(node):
            return self._whether(node)
        said, test = self.noun(second).within(PHRASE), self.clause(first).within(PHRASE)
        return Said(f"{said} if {test}, otherwise {self.noun(first).within(PHRASE)}", LIST)

    def _whether(self, node: Ast) -> Said:
        return Said(f"whether {self.clause(node).text}", LIST)

    _not_expression = _whether
    _comparator = _whether

    # -- text ----------------------------------------------------------------------------------------------------

    def _concat(self, node: Ast) -> Said:
        """A Template: its text, with what is put in between marks."""
        return Said(f"the text “{''.join(self._piece(child) for child in node['children'])}”")

    def _piece(self, node: Ast) -> str:
        if node["type"] == "literal" and isinstance(node["value"], str):
            return node["value"]
        return f"‹{self.noun(node['children'][0] if node['type'] == 'printed' else node).text}›"

    # -- functions -----------------------------------------------------------------------------------------------

    def _function_expression(self, node: Ast) -> Said:
        name, arguments = node["value"], node["children"]
        if name in CONDITIONS:
            return self._whether(node)
        if name in SEVERAL and len(arguments) > 1:
            return Said(SEVERAL[name].join(self.noun(argument).within(PHRASE) for argument in arguments), LIST)
        if name == "join" and [argument["type"] for argument in arguments] == ["literal", "multi_select_list"]:
            glue = str(arguments[0]["value"])
            return Said(f"the text “{glue.join(self._piece(part) for part in arguments[1]['children'])}”")
        return Said(self._filled(name, arguments), LIST if ", " in phrase(name, arguments) else PHRASE)

    def _filled(self, name: str, arguments: list[Ast]) -> str:
        """A function's phrase with its arguments in it."""
        said = ""
        for text, number, form, _ in Formatter().parse(phrase(name, arguments)):
            said += text
            if number is not None:
                said += self._argument(arguments[int(number)], form or "")
        return smoothed(said)

    def _argument(self, node: Ast, form: str) -> str:
        if node["type"] == "expref":
            return self.inside.noun(node["children"][0]).within(ATOM)
        if form == "if":
            return self.clause(node).within(PHRASE)
        if form == "other":
            return replace(self, other=True).noun(node).within(ATOM)
        if form == "time" and node["type"] == "literal":
            return time_form(node["value"])
        if form == "shift":
            return time_shift(node["value"]) if node["type"] == "literal" else f"{self.noun(node).within(ATOM)} after"
        return self.noun(node).within(ATOM)

    # -- conditions ----------------------------------------------------------------------------------------------

    def clause(self, node: Ast) -> Said:
        """A condition: `status is less than 300`.

        Raises:
            Unsayable: there are no words for it.
        """
        kind, children = node["type"], node.get("children", [])
        if kind == "comparator":
            return self._compared(node["value"], *children)
        if kind in ("and_expression", "or_expression"):
            parts = [self.clause(child).within(LIST if child["type"] == kind else PHRASE) for child in children]
            return Said((" and " if kind == "and_expression" else " or ").join(parts), LIST)
        if kind == "not_expression":
            return self._negated(children[0])
        if kind == "function_expression" and node["value"] in CONDITIONS:
            return self._holds(node, "is one of")
        if _is_filtered(node):
            return Said(f"there are {self.noun(node).text.removeprefix('the ')}", PHRASE)
        return Said(f"{self.noun(node).within(PHRASE)} is given", PHRASE)

    def _compared(self, comparator: str, left: Ast, right: Ast) -> Said:
        said = self.noun(left).within(PHRASE)
        if comparator in ("eq", "ne") and right["type"] == "literal" and right["value"] is None:
            return Said(f"{said} is {'missing' if comparator == 'eq' else 'there'}", PHRASE)
        return Said(f"{said} {_COMPARED[comparator]} {self.noun(right).within(PHRASE)}", PHRASE)

    def _holds(self, node: Ast, among: str) -> Said:
        """A condition that a function gives."""
        subject, *arguments = node["children"]
        known = _constants(subject) if node["value"] == "contains" else []
        if known:
            return Said(f"{self.noun(arguments[0]).within(PHRASE)} {among} {enumerated(known, ' or ')}", LIST)
        return Said(self._filled(node["value"], node["children"]), PHRASE)

    def _negated(self, node: Ast) -> Said:
        kind, children = node["type"], node.get("children", [])
        if kind == "comparator" and node["value"] in ("eq", "ne"):
            return self._compared("ne" if node["value"] == "eq" else "eq", *children)
        if kind in ("and_expression", "or_expression"):
            opposite = "or_expression" if kind == "and_expression" else "and_expression"
            parts = [{"type": "not_expression", "children": [child]} for child in children]
            return self.clause({"type": opposite, "children": parts})
        if _is_filtered(node):
            return Said(f"there are no {self.noun(node).text.removeprefix('the ')}", PHRASE)
        if kind == "function_expression" and node["value"] in CONDITIONS:
            said = self._holds(node, "is none of")
            return said if " is none of " in said.text else Said(f"it is not so that {said.within(PHRASE)}", PHRASE)
        if _is_condition(node):
            return Said(f"it is not so that {self.clause(node).within(PHRASE)}", PHRASE)
        return Said(f"{self.noun(node).within(PHRASE)} is not given", PHRASE)


def _is_condition(node: Ast) -> bool:
    """Whether a node only says yes or no."""
    kind = node["type"]
    if kind in ("and_expression", "or_expression"):
        return all(_is_condition(child) for child in node["children"])
    return kind in ("not_expression", "comparator") or (kind == "function_expression" and node["value"] in CONDITIONS)


def _is_filtered(node: Ast) -> bool:
    """Whether a node is a list of whole elements that fulfil a condition."""
    return bool(node["type"] == "filter_projection" and node["children"][1]["type"] == "identity")


def _constants(node: Ast) -> list[str]:
    """The elements of a list of constants, in words; empty if it is none."""
    if node["type"] == "literal" and isinstance(node["value"], list):
        return [literal(value).text for value in node["value"]]
    children = node["children"] if node["type"] == "multi_select_list" else []
    constant = all(child["type"] == "literal" for child in children)
    return [literal(child["value"]).text for child in children] if constant else []
