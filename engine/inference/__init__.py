"""Inference: the types of expressions, of mappings, and of everything an integration passes on."""

from engine.inference.expression import everything, infer
from engine.inference.scope import Remark, Scope
from engine.inference.targets import Misfit, Target
from engine.inference.typing import Typing, typing

__all__ = ["Misfit", "Remark", "Scope", "Target", "Typing", "everything", "infer", "typing"]
