"""An integration, compiled: parsed, resolved, ready; no I/O, no settings."""

from engine.plan.compile import compile_plan
from engine.plan.plan import DetailsPlan, EventPlan, FlowPlan, MessagePlan, Plan, StepPlan

__all__ = ["DetailsPlan", "EventPlan", "FlowPlan", "MessagePlan", "Plan", "StepPlan", "compile_plan"]
