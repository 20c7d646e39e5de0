"""What must be given, and nothing is mapped to: the body of a call, the reply of a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.calls import CallSpec
from engine.diagnostics import Mark
from engine.document import Path_
from engine.inference.endpoints import Endpoints
from engine.inference.targets import Misfit
from engine.spec.integration import Integration
from engine.spec.messages import Step
from engine.types import NULL, Type, object_of
from engine.types.fitting import Gap, gaps


@dataclass(frozen=True)
class Unmapped:
    """Looks at an integration for what is not written in it.

    Attributes:
        input_of: what a message that is called takes; None if a call is of no message.
        mark: where a path of the file stands.
    """

    integration: Integration
    endpoints: Endpoints
    input_of: Callable[[str], Type | None]
    mark: Callable[[Path_], Mark]

    def bodies(self) -> Iterator[Misfit]:
        """What an endpoint, or a message, must get, and a call of it has no body for."""
        for path, call in self._calls():
            if call.call is not None and call.body is None:
                at = self.mark((*path, "call"))
                taken = self.input_of(call.call)
                wanted, present = self.endpoints.request(call.call) if taken is None else (taken, frozenset[str]())
                told = [gap for gap in _missing(wanted) if gap.path not in present]
                if taken is not None and not told:
                    told = list(gaps(NULL, wanted))
                yield from (Misfit(gap, at, gap.path, True, stands="call") for gap in told)

    def replies(self) -> Iterator[Misfit]:
        """What a message must answer that has no reply."""
        for name, message in self.integration.messages.items():
            if message is not None and message.output is not None and message.reply is None:
                wanted = self.endpoints.schemas.of(message.output, f"output of {name}")
                for gap in gaps(NULL, wanted):
                    yield Misfit(gap, self.mark(("messages", name, "output")), "reply", True)

    def _calls(self) -> Iterator[tuple[Path_, Step | CallSpec]]:
        for name, message in self.integration.messages.items():
            for number, step in enumerate(message.steps if message is not None else ()):
                yield ("messages", name, "steps", number), step
        for name, flow in self.integration.flows.items():
            if flow is not None and flow.read is not None:
                yield ("flows", name, "read"), flow.read
                for key, details in flow.read.details.items():
                    yield ("flows", name, "read", "details", key), details


def _missing(wanted: Type) -> Iterator[Gap]:
    return (gap for gap in gaps(object_of({}), wanted) if gap.kind == "missing")
