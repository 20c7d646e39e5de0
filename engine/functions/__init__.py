"""The functions of Queries and Templates: JMESPath's own and those of the language, one file per group."""

from __future__ import annotations

from engine.functions import builtins, codes, lists, numbers, odata, text, time, values
from engine.functions.registry import FUNCTIONS, Expression, Function

GROUPS = (values, numbers, lists, codes, text, time, odata, builtins)

__all__ = ["FUNCTIONS", "GROUPS", "Expression", "Function"]
