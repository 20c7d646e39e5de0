"""Inside a filter `[?…]` every name is a field of the element that is tested.

`levels[?sku == item.sku]` looks for a field `item` in each level, finds none and gives an empty list.
A join over two lists is written `find(levels, &sku, item.sku)`, or `find_all` for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import Ast
from engine.expression.expressions import Expression
from engine.inference import inside

LOCAL = True

_ALWAYS = frozenset({"settings", "input"})


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        suspects = (site.elements | site.added | _ALWAYS) - {"number", "key"}
        for visit in site.expression.of_kind("filter_projection"):
            for head in _heads(visit.node["children"][2]):
                if head["value"] in suspects and not _is_field(subject, site.expression, head):
                    mark = site.expression.at(int(head.get("start", 0)))
                    words = f'"{head["value"]}" inside a filter is a field of the element'
                    hint = "to join two lists write find(list, &field, value) or find_all(…)"
                    yield Diagnostic(mark, "element-in-filter", words, hint)


def _is_field(subject: Subject, expression: Expression, head: Ast) -> bool:
    """Whether the elements are known to have a field of that name."""
    scope = subject.typing.scope_at(expression.place.mark)
    found = inside(expression.tree, scope, lambda node: node is head) if scope is not None else None
    return found is not None and head["value"] in found.known


def _heads(condition: Ast) -> Iterator[Ast]:
    """The fields at which paths inside a condition begin."""
    kind, children = condition["type"], condition.get("children", [])
    if kind == "field":
        yield condition
    elif kind in (
        "subexpression",
        "index_expression",
        "pipe",
        "projection",
        "value_projection",
        "filter_projection",
        "flatten",
    ):
        yield from _heads(children[0])
    elif kind != "slice":
        for child in children:
            yield from _heads(child)
