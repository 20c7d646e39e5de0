"""What the places of an integration take: bodies of calls, replies, what flows send; each with its schema's type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.calls import CallSpec
from engine.document import Path_
from engine.functions.takes import PRINTED
from engine.inference.endpoints import Endpoints
from engine.inference.targets import Misfit
from engine.spec.flows import Flow
from engine.spec.messages import Message, Step
from engine.spec.sites import parts
from engine.types import ANY, INTEGER, Object, Type, list_of
from engine.types.fitting import Gap

PAGE = list_of(ANY).or_null()
"""What a reading must give; null is no record."""

_FAILURE = Type((Object({"index": INTEGER.or_null(), "error": ANY, "temporary": ANY}, rest=ANY),))
_TOLD = _FAILURE | PRINTED
FAILED = (list_of(_TOLD) | _TOLD).or_null()
"""What `failed` gives of a batch; a text is the error of all."""


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
        yield (*path, "failed"), Place(FAILED)
        for number, step in enumerate(message.steps):
            yield (*path, "steps", number, "each"), Place(PAGE)
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

    def elsewhere(self) -> Iterator[tuple[Path_, Place]]:
        """The calls of connections and notices, and what endpoints set themselves."""
        for name, connection in self.endpoints.integration.connections.items():
            for inner, schema in connection.set_schemas() if connection is not None else ():
                yield ("connections", name, *inner), Place(self.endpoints.schemas.of(schema, f"column {inner[-1]}"))
        for section in ("connections", "notify"):
            held = getattr(self.endpoints.integration, section)
            for key, one in held.items() if isinstance(held, dict) else enumerate(held):
                for path, part in parts(one, (section, key)) if one is not None else ():
                    if isinstance(part, CallSpec):
                        yield from self._of_call(part, path)

    def _of_call(self, call: Step | CallSpec, path: Path_) -> Iterator[tuple[Path_, Place]]:
        if not call.call:
            return
        wanted = self.input_of(call.call)
        if wanted is not None:
            yield (*path, "body"), Place(wanted)
            return
        yield (
            (*path, "body"),
            Place(*self.endpoints.request(call.call), partial(self.endpoints.takes_anyway, call.call)),
        )
        yield from (((*path, "path", name), Place(PRINTED, takes_anyway=_stands_for_none)) for name in call.path)
        yield from (((*path, "query", name), Place(self.endpoints.parameter(call.call, name))) for name in call.query)
        if self.endpoints.is_http(call.call):
            yield from (((*path, "headers", name), Place(PRINTED.or_null())) for name in call.headers)


def _stands_for_none(gap: Gap) -> bool:
    """Whether it is null alone, which also stands for an expression that cannot be read, and is told as that."""
    return gap.kind == "null" and gap.sure
