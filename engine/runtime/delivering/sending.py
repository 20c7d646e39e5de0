"""Sending what a flow delivers, what came of it, and what is remembered of what was delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import EngineError, Refused
from engine.exchange import Trace
from engine.formats.json import dumps
from engine.runtime.live.flow import LiveFlow
from engine.runtime.messages.engine import Engine
from engine.runtime.messages.results import Results


@dataclass(frozen=True)
class Attempted:
    """What came of a message that a flow has sent.

    Attributes:
        error: why it failed whole.
        failed: else, by their number, the records that failed; None stands for all.
    """

    error: EngineError | None = None
    failed: Mapping[int | None, EngineError] = field(default_factory=dict)
    reply: Any = None

    @property
    def why(self) -> EngineError | None:
        """Why not all of it is done."""
        return self.error or next(iter(self.failed.values()), None)

    def of(self, index: int) -> EngineError | None:
        """Why a record is not done."""
        return self.error or self.failed.get(index) or self.failed.get(None)


async def deliver(
    engine: Engine, flow: LiveFlow, scope: Mapping[str, Any], trace: Trace, results: Results
) -> Attempted:
    """Send one message of a flow; never raises what may happen to one."""
    plan = flow.plan
    try:
        value = scope["record"] if plan.input is None else plan.input(scope)
        trace.mark(150, value)
        outcome = await engine.message(plan.target, value, scope["exchange"], trace, results)
    except EngineError as error:
        return Attempted(error)
    return Attempted(failed=dict(_failures(outcome.failed)), reply=outcome.reply)


def digest_of(values: Any) -> str:
    """Of the values that `changed` watches."""
    return hashlib.blake2b(dumps(values), digest_size=16).hexdigest()


def _failures(failed: Sequence[Any]) -> Iterator[tuple[int | None, EngineError]]:
    """What a message says of the records it could not deliver: `{index, error, temporary}`; None stands for all."""
    for entry in failed:
        index = entry.get("index") if isinstance(entry, dict) else None
        text = str(entry.get("error") or "it failed") if isinstance(entry, dict) else str(entry)
        temporary = bool(entry.get("temporary")) if isinstance(entry, dict) else False
        yield (None if index is None else int(index)), Refused(text, code="partly", temporary=temporary)
