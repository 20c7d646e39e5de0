"""The functions of JMESPath 1.1.0, with Decimal as a number.

They give what jmespath.py gives. Where that would end in a Python error, or take `true` for 1, they keep to the
specification of JMESPath: `merge()` takes objects only, `contains()` looks for text in text, and `true` is not 1.
"""

from __future__ import annotations

from engine.functions.builtins import content, order, refused, sums

__all__ = ["content", "order", "refused", "sums"]
