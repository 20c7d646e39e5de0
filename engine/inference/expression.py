"""The type of a Query or Template, node by node as `engine.expression.codegen` computes its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from engine.expression.ast import Ast
from engine.functions import FUNCTIONS, Function
from engine.functions.results import words
from engine.functions.takes import PRINTED
from engine.inference.narrowing import alternative, assume, falsy, truthy
from engine.inference.paths import Path, mentions
from engine.inference.scope import Remark, Scope, unfit
from engine.types import (
    ANY,
    BOOLEAN,
    NEVER,
    UNBOUNDED,
    List,
    Null,
    Number,
    Object,
    Text,
    Type,
    element_at,
    element_of,
    has_field,
    list_of,
    member,
    object_of,
    type_of,
    union,
    values_of,
)
from engine.types.meeting import both

Say = Callable[[Remark], None]

_PERHAPS = Null(unsure=True)
_PLACED = ("field", "function_expression", "comparator", "current", "slice")
_DOUBTFUL = ("unfit", "null")
_ORDER = ("lt", "lte", "gt", "gte")


def infer(tree: Ast, scope: Scope, say: Say = lambda _: None) -> Type:
    """The type of an expression's value; `any` where nothing is known.

    Args:
        say: receives what is noticed on the way.
    """
    remarks: list[Remark] = []
    try:
        found = Inference(remarks.append).value(tree, scope)
        doubtful = found.null is not None or any(one.kind in _DOUBTFUL for one in remarks)
        path = _told_apart(tree, scope) if doubtful else ()
        if path:
            apart: list[Remark] = []
            alternatives = (alternative(scope, path, shape) for shape in scope.at(path).shapes)
            found = union(Inference(apart.append).value(tree, one) for one in alternatives)
            kept = {(one.kind, one.offset) for one in apart}
            remarks = [one for one in remarks if one.kind not in _DOUBTFUL or (one.kind, one.offset) in kept]
    except RecursionError:  # told as too deep, elsewhere
        found = ANY
    for remark in remarks:
        say(remark)
    return found


def _told_apart(tree: Ast, scope: Scope) -> Path:
    """A place with alternatives that an expression looks at more than once: `coalesce(body.id, body.data.id)` is never null
    where each alternative has one of them. Empty if there is none."""
    paths = [one.path for one in mentions(tree)]
    beginnings = [path[:length] for path in paths for length in range(1, len(path))]
    several = (path for path in dict.fromkeys(beginnings) if beginnings.count(path) > 1)
    return next((path for path in several if len(scope.at(path).of(Object)) > 1), ())


class Inference:
    """One expression's way to its type. Every `_method` is named for the kind of node it is of."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._start = 0

    def value(self, node: Ast, scope: Scope) -> Type:
        if node["type"] in _PLACED:
            self._start = int(node.get("start", self._start))
        method: Callable[[Ast, Scope], Type] | None = getattr(self, f"_{node['type']}", None)
        return method(node, scope) if method else ANY

    # -- paths ---------------------------------------------------------------------------------------------------

    def _field(self, node: Ast, scope: Scope) -> Type:
        name, owner = node["value"], scope.current
        if owner is None:
            return scope.names.get(name, ANY)
        if not owner.is_any and not has_field(owner, name):
            kind: Literal["no_field", "field_of_other"] = "no_field" if owner.of(Object) else "field_of_other"
            if owner.something.shapes:
                self._say(Remark(kind, self._start, name, owner))
                return ANY  # nothing more follows from this mistake
        return member(owner, name)

    def _subexpression(self, node: Ast, scope: Scope) -> Type:
        first, *rest = node["children"]
        found = self.value(first, scope)
        if first["type"] == "not_expression" and not first.get("grouped"):
            found = ANY  # `!a.b` is told as what it is
        for child in rest:
            found = self.value(child, scope.within(found))
        return found

    _index_expression = _subexpression
    _pipe = _subexpression

    def _index(self, node: Ast, scope: Scope) -> Type:
        owner, index = self._identity(node, scope), node["value"]
        if owner.is_any or not self._is_list(owner):
            return _of_no_list(owner)
        return _unless_list(union(element_at(one, index) for one in owner.of(List)), owner)

    def _slice(self, node: Ast, scope: Scope) -> Type:
        owner = self._identity(node, scope)
        if not self._is_list(owner):
            return _of_no_list(owner)
        return _unless_list(Type((List(lambda: element_of(owner)),)), owner)

    def _identity(self, node: Ast, scope: Scope) -> Type:
        return scope.current if scope.current is not None else object_of(scope.names)

    def _current(self, node: Ast, scope: Scope) -> Type:
        return scope.current if scope.current is not None else ANY  # the whole scope, which is told as what it is

    def _literal(self, node: Ast, scope: Scope) -> Type:
        return type_of(node["value"])

    # -- projections ---------------------------------------------------------------------------------------------

    def _projection(self, node: Ast, scope: Scope) -> Type:
        base, right = node["children"]
        owner = self.value(base, scope)
        if not self._is_list(owner):
            return _of_no_list(owner)
        found = self.value(right, Scope({}, element_of(owner)))
        least = min((one.least for one in owner.of(List)), default=0) if found.null is None and found.known else 0
        return _unless_list(list_of(found.something, least), owner)

    def _filter_projection(self, node: Ast, scope: Scope) -> Type:
        base, right, wanted = node["children"]
        owner = self.value(base, scope)
        if not self._is_list(owner):
            return _of_no_list(owner)
        inside = Scope({}, element_of(owner))
        self.value(wanted, inside)
        found = self.value(right, assume(wanted, inside, True))
        return _unless_list(list_of(found.something), owner)

    def _value_projection(self, node: Ast, scope: Scope) -> Type:
        base, right = node["children"]
        owner = self.value(base, scope)
        found = list_of(self.value(right, Scope({}, values_of(owner))).something)
        return found.or_null(_PERHAPS) if owner.is_any or len(owner.of(Object)) < len(owner.shapes) else found

    def _flatten(self, node: Ast, scope: Scope) -> Type:
        owner = self.value(node["children"][0], scope)
        if owner.is_any or not self._is_list(owner):
            return _of_no_list(owner)
        inner = element_of(owner)
        if inner.is_any:
            return _unless_list(list_of(ANY), owner)
        lists = inner.of(List)
        kept = Type(tuple(shape for shape in inner.shapes if not isinstance(shape, List)))
        least = min((one.least for one in owner.of(List)), default=0) * min((one.least for one in lists), default=1)
        return _unless_list(Type((List(lambda: kept | union(one.element for one in lists), min(least, 1)),)), owner)

    def _is_list(self, owner: Type) -> bool:
        """Whether it may be a list; if not, that is noticed."""
        if owner.is_any or owner.of(List):
            return True
        if owner.something.shapes:
            self._say(Remark("no_list", self._start, "", owner))
        return False

    # -- building ------------------------------------------------------------------------------------------------

    def _multi_select_list(self, node: Ast, scope: Scope) -> Type:
        found = [self.value(child, scope) for child in node["children"]]
        return _unless_null(list_of(union(found), len(found)), scope)

    def _multi_select_dict(self, node: Ast, scope: Scope) -> Type:
        found = {pair["value"]: self.value(pair["children"][0], scope) for pair in node["children"]}
        return _unless_null(object_of(found), scope)

    def _concat(self, node: Ast, scope: Scope) -> Type:
        children = node["children"]
        if len(children) == 1 and children[0]["type"] == "printed":  # told as what it is: the Query is meant
            children = children[0]["children"]
        texts = [words(self.value(child, scope)).of(Text) for child in children]
        lengths = [text[0].longest if text else 0 for text in texts]
        known = [length for length in lengths if length is not None]
        longest = min(sum(known), UNBOUNDED) if len(known) == len(lengths) else None
        source = next((text[0].source for text in texts if text and text[0].longest == UNBOUNDED), None)
        return Type((Text(longest, source=source),))

    def _printed(self, node: Ast, scope: Scope) -> Type:
        given = self.value(node["children"][0], scope)
        self._judge(given, PRINTED, "{{ }}", int(node.get("start", self._start)))
        return words(given)

    def _judge(self, given: Type, wanted: Type, name: str, start: int, *, sure: bool = True) -> None:
        """Notice what something does not take."""
        remark = unfit(given, wanted, name, start)
        if remark is not None and (sure or remark.kind != "null"):  # where another is null too, it may not matter
            self._say(replace(remark, sure=remark.sure and sure))

    # -- logic ---------------------------------------------------------------------------------------------------

    def _or_expression(self, node: Ast, scope: Scope) -> Type:
        left, right = node["children"]
        found = self.value(left, scope)
        return truthy(found) | self.value(right, assume(left, scope, False))

    def _and_expression(self, node: Ast, scope: Scope) -> Type:
        left, right = node["children"]
        found = self.value(left, scope)
        return falsy(found) | self.value(right, assume(left, scope, True))

    def _not_expression(self, node: Ast, scope: Scope) -> Type:
        self.value(node["children"][0], scope)
        return BOOLEAN

    def _comparator(self, node: Ast, scope: Scope) -> Type:
        left, right = (self.value(child, scope) for child in node["children"])
        kind = node["value"]
        if left.known and right.known and not _may_compare(left, right, kind):
            self._say(Remark("never_equal", int(node.get("start", self._start)), kind, left, right))
        return BOOLEAN.or_null(_PERHAPS) if kind in _ORDER else BOOLEAN

    # -- functions -----------------------------------------------------------------------------------------------

    def _function_expression(self, node: Ast, scope: Scope) -> Type:
        known, arguments = FUNCTIONS.get(node["value"]), node["children"]
        if known is None or len(arguments) < known.least or (known.most is not None and len(arguments) > known.most):
            return ANY
        if known.name == "choose":
            return self._choose(known, arguments, scope)
        found = [NEVER if one["type"] == "expref" else self.value(one, scope) for one in arguments]
        subject = element_of(found[known.subject])
        for index, one in enumerate(arguments):
            if one["type"] == "expref":
                found[index] = self.value(one["children"][0], Scope({}, subject))
                continue
            others = found[:index] + found[index + 1 :]
            sure = all(other.known and other.null is None for other in others)
            self._judge(found[index], known.taken(index), f"{known.name}()", _start(one, node), sure=sure)
        return known.gives(*found)

    def _choose(self, known: Function, arguments: list[Ast], scope: Scope) -> Type:
        wanted, yes, no = arguments
        condition = self.value(wanted, scope)
        either = self.value(yes, assume(wanted, scope, True)), self.value(no, assume(wanted, scope, False))
        return known.gives(condition, *either)


def _start(argument: Ast, call: Ast) -> int:
    """Where an argument begins; where the call does, if the argument does not say."""
    while "start" not in argument and argument["type"] != "slice" and argument.get("children"):
        argument = argument["children"][0]
    return int(argument.get("start") or call.get("start") or 0)


def _of_no_list(owner: Type) -> Type:
    """What elements of no list are: null; nothing is said of it if that was noticed as a mistake already."""
    return ANY if owner.is_any or owner.something.shapes else owner


def _unless_list(found: Type, owner: Type) -> Type:
    """Null where the owner is null, or no list."""
    if owner.is_any:
        return found.or_null(_PERHAPS)
    others = [shape for shape in owner.something.shapes if not isinstance(shape, List)]
    return found.or_null() if others else found.null_as(owner)


def _unless_null(found: Type, scope: Scope) -> Type:
    return found if scope.current is None else found.null_as(scope.current)


def _may_compare(left: Type, right: Type, kind: str) -> bool:
    """Whether a comparison can be true (`==`), false (`!=`), or be made at all (`<`)."""
    if not left.something.shapes or not right.something.shapes:
        return True
    if kind not in _ORDER:
        return bool(both(left, right).shapes)
    kinds = [{type(shape) for shape in side.something.shapes} for side in (left, right)]
    return bool(kinds[0] & kinds[1]) or not all(kinds <= {Number, Text} for kinds in kinds)
