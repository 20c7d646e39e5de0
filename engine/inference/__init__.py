"""Inference: the types of expressions, of mappings, and of everything an integration passes on."""

from engine.inference.expression import infer
from engine.inference.inside import Inside, inside
from engine.inference.scope import Remark, Scope
from engine.inference.targets import Misfit, Target
from engine.inference.typing import Typing, typing

__all__ = ["Inside", "Misfit", "Remark", "Scope", "Target", "Typing", "infer", "inside", "typing"]
