"""An integration, compiled: parsed, resolved, ready; no I/O, no settings."""

from engine.plan.compile import compile_plan
from engine.plan.plan import MessagePlan, Plan, StepPlan

__all__ = ["MessagePlan", "Plan", "StepPlan", "compile_plan"]
