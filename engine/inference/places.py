"""What the places of an integration take: bodies of calls, replies, what flows send; each with its schema's type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.calls import CallSpec
from engine.document import Path_
from engine.inference.endpoints import Endpoints
from engine.inference.targets import Misfit
from engine.spec.flows import Flow
from engine.spec.messages import Message, Step
from engine.types import ANY, BOOLEAN, NUMBER, TEXT, Type, list_of
from engine.types.fitting import Gap

PRINTED = TEXT | NUMBER | BOOLEAN
"""What can be a key: something that has a text."""

PAGE = list_of(ANY).or_null()
"""What a reading must give; null is no record."""


@dataclass(frozen=True)
class Place:
    """What stands at one path of the file must be of a type.

    Attributes:
        present: fields that defaults add.
        takes_anyway: whether a misfit does not matter there.
        only_sure: whether only what is always wrong counts.
    """

    wanted: Type
    present: frozenset[str] = frozenset()
    takes_anyway: Callable[[Gap], bool] = lambda _: False
    only_sure: bool = False

    def counts(self, misfit: Misfit) -> bool:
        """Whether a misfit matters here."""
        if self.only_sure and not misfit.gap.sure:
            return False
        return not self.takes_anyway(misfit.gap)


@dataclass(frozen=True)
class Places:
    """Finds the places of messages and flows.

    Attributes:
        input_of: what a message that is called takes; None if a call is of no message.
    """

    endpoints: Endpoints
    input_of: Callable[[str], Type | None]

    def of_message(self, name: str, message: Message) -> Iterator[tuple[Path_, Place]]:
        path: Path_ = ("messages", name)
        if message.output is not None:
            wanted = self.endpoints.schemas.of(message.output, f"output of {name}")
            yield (*path, "reply"), Place(wanted)
            yield (*path, "fallback"), Place(wanted)
        for number, step in enumerate(message.steps):
            yield from self._of_call(step, (*path, "steps", number))

    def of_flow(self, name: str, flow: Flow) -> Iterator[tuple[Path_, Place]]:
        path: Path_ = ("flows", name)
        yield (*path, "input"), Place(self.input_of(flow.send) or ANY)
        yield (*path, "key"), Place(PRINTED, only_sure=True)
        if flow.read is None:
            return
        yield from self._of_call(flow.read, (*path, "read"))
        if flow.trigger.event is None:
            yield (*path, "read", "value"), Place(PAGE)
        for key, details in flow.read.details.items():
            yield from self._of_call(details, (*path, "read", "details", key))

    def of_event(self, name: str) -> Iterator[tuple[Path_, Place]]:
        yield ("events", name, "id"), Place(PRINTED.or_null(), only_sure=True)

    def _of_call(self, call: Step | CallSpec, path: Path_) -> Iterator[tuple[Path_, Place]]:
        if not call.call or call.body is None:
            return
        wanted = self.input_of(call.call)
        if wanted is not None:
            yield (*path, "body"), Place(wanted)
        else:
            yield (
                (*path, "body"),
                Place(*self.endpoints.request(call.call), partial(self.endpoints.takes_anyway, call.call)),
            )
