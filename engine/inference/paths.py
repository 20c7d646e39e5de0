"""Plain paths, such as `a.b[0].c`: those of which a condition tells something."""

from __future__ import annotations

from engine.expression.ast import Ast

Path = tuple[str | int, ...]


def plain_path(node: Ast) -> Path:
    """The names and indexes of a plain path; empty for anything else."""
    if node["type"] in ("field", "index"):
        return (node["value"],)
    if node["type"] not in ("subexpression", "index_expression"):
        return ()
    steps = [plain_path(child) for child in node["children"]]
    return sum(steps, ()) if all(steps) else ()
