"""Who answers a message: the system, or what was kept of it, or what stands in for it while it is away."""

from __future__ import annotations

from typing import Any

from engine.errors import InvalidInput, Unreachable
from engine.runtime.messages.run import Outcome, Run, cached_on


async def answered(run: Run, value: Any) -> tuple[Outcome, str]:
    """The outcome, and who gave it: `system`, `cache`, `offline cache` or `fallback`.

    Raises:
        EngineError: the first failure.
    """
    message, trace = run.message, run.trace
    violations = message.plan.check_input(value) if message.plan.check_input else ()
    if violations:
        raise InvalidInput(violations)
    trace.mark(120, value)
    cache = message.cache
    key = cache.key(cached_on(run, value)) if cache else b""
    kept = cache.young(key) if cache else None
    if kept is not None:
        return Outcome(kept.reply), "cache"
    try:
        outcome = await run.outcome(value)
    except Unreachable as error:
        kept = cache.offline(key) if cache else None
        if kept is not None:
            return Outcome(kept.reply), "offline cache"
        if message.plan.fallback is not None:
            return Outcome(_fallback(run, value, error)), "fallback"
        raise
    if cache is not None and not outcome.failed:
        cache.put(key, outcome.reply)
    return outcome, "system"


def _fallback(run: Run, value: Any, error: Unreachable) -> Any:
    assert run.message.plan.fallback is not None
    names = [plan.step.save for plan in run.message.plan.steps if plan.step.save]
    told = {"text": error.text, "cause": error.cause}
    scope = {
        **dict.fromkeys(names),
        "settings": run.integration.public,
        "exchange": run.exchange,
        "input": value,
        "error": told,
    }
    return run.fitting(run.message.plan.fallback(scope))
