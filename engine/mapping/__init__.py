"""Mappings: YAML trees of expressions that build a payload, compiled to one Python function."""

from engine.mapping.compile import compile_mapping, compile_mappings, evaluate
from engine.mapping.nodes import Build, Constant, Entry, Fields, Items, Merge, Node, expressions
from engine.mapping.read import read_mapping, read_value

__all__ = [
    "Build",
    "Constant",
    "Entry",
    "Fields",
    "Items",
    "Merge",
    "Node",
    "compile_mapping",
    "compile_mappings",
    "evaluate",
    "expressions",
    "read_mapping",
    "read_value",
]
