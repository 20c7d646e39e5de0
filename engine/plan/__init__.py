"""An integration, compiled: parsed, resolved, ready; no I/O, no settings."""

from engine.plan.compile import compile_plan
from engine.plan.plan import ClaimPlan, DetailsPlan, EventPlan, FlowPlan, MessagePlan, Plan, StepPlan

__all__ = ["ClaimPlan", "DetailsPlan", "EventPlan", "FlowPlan", "MessagePlan", "Plan", "StepPlan", "compile_plan"]
