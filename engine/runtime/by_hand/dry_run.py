"""A dry run of a flow: read, mapped and checked as in earnest. Nothing is sent, kept or moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from engine.errors import EngineError, InvalidInput, MappingError
from engine.exchange import new_id, now
from engine.expression.operations import truth
from engine.functions.time import ZONE
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.runtime.records.pages import Range, begin_with, pages_of, scope_of


@dataclass(frozen=True)
class Failure:
    """A record that would fail; `error` is redacted."""

    key: str
    error: str
    record: Any = field(repr=False)


@dataclass
class DryTally:
    """What a dry run came to so far.

    Attributes:
        aside: what is told of what cannot be read as records.
    """

    read: int = 0
    skipped: int = 0
    failed: int = 0
    aside: list[str] = field(default_factory=list)

    @property
    def fit(self) -> int:
        """Records that could be sent."""
        return self.read - self.skipped - self.failed


@dataclass(frozen=True)
class DryRun:
    """Reads one flow and maps its records into inputs of its message.

    Attributes:
        found: hears of each record that would fail.
        range: what to read by hand; None goes on from the flow's cursor.
        count: filled while it reads, for those who watch.
    """

    engine: Engine
    live: LiveIntegration
    flow: LiveFlow
    found: Callable[[Failure], None]
    range: Range | None = None
    count: DryTally = field(default_factory=DryTally)

    async def run(self, cursor: Any) -> None:
        """Read everything behind a cursor (None: from the start).

        Raises:
            EngineError: it cannot be read to its end.
        """
        ZONE.set(self.live.zone)
        id = new_id()
        about = {"id": id, "key": id, "number": 0, "at": now(), "attempt": 1}
        begin = begin_with(self.live, self.flow, cursor, self.range)
        batch: list[tuple[str, Any]] = []
        async with aclosing(
            pages_of(self.engine, self.live, self.flow, begin, about, self.engine.trace(self.live), dry=True)
        ) as pages:
            async for page in pages:
                for record in page.records:
                    self.count.read += 1
                    batch += self._wanted(record, about)
                    if len(batch) >= self.flow.batch:
                        self._tried(batch, about)
                        batch = []
                if page.aside:
                    self.count.aside.append(page.aside)
        if batch:
            self._tried(batch, about)

    def _wanted(self, record: Any, about: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """The record with its key; nothing if the flow skips it, or it cannot be judged."""
        scope = scope_of(self.live, record, about)
        try:
            if flaw := getattr(record, "flaw", ""):
                raise MappingError(flaw)
            if self.flow.plan.when is not None and not truth(self.flow.plan.when(scope)):
                self.count.skipped += 1
                return []
            return [(self.flow.key(scope), record)]
        except EngineError as error:
            self._failed("", error, record)
            return []

    def _tried(self, batch: list[tuple[str, Any]], about: Mapping[str, Any]) -> None:
        """Map a batch; if that fails, each of its records alone, as deliveries do."""
        try:
            self._map([record for _, record in batch], about)
        except EngineError as error:
            if len(batch) == 1:
                self._failed(batch[0][0], error, batch[0][1])
                return
            for one in batch:
                self._tried([one], about)

    def _map(self, records: list[Any], about: Mapping[str, Any]) -> None:
        scope = scope_of(self.live, records[0], about)
        if self.flow.flow.batch is not None:
            scope["records"] = records
        value = records[0] if self.flow.plan.input is None else self.flow.plan.input(scope)
        _, message = self.engine.find(*self.flow.plan.target)
        violations = message.plan.check_input(value) if message.plan.check_input else ()
        if violations:
            raise InvalidInput(violations)

    def _failed(self, key: str, error: EngineError, record: Any) -> None:
        self.count.failed += 1
        self.found(Failure(key, self.live.redactor.text(str(error)), record))
