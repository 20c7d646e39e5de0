"""What many write into rows at the same time goes in one transaction: the next begins when the one before has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from engine.errors import Refused, Unreachable
from engine.sql.claiming import Marking

Write = Callable[[Marking], Awaitable[bool]]


@dataclass
class Together:
    """The writes into the rows of one endpoint."""

    _waiting: list[tuple[Marking, Write, asyncio.Future[bool]]] = field(default_factory=list)
    _working: asyncio.Task[None] | None = None

    async def write(self, marking: Marking, write: Write) -> bool:
        """Write, with whatever else waits.

        Raises:
            Refused, Unreachable: as `write` does.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((marking, write, done))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            first, write, _ = taken[0]
            whole = replace(first, rows=[row for marking, _, _ in taken for row in marking.rows])
            try:
                await write(whole)
            except (Refused, Unreachable) as error:
                if isinstance(error, Refused) and len(taken) > 1:
                    await self._each(taken)
                    continue
                for _, _, done in taken:
                    if not done.done():
                        done.set_exception(error)
                continue
            for _, _, done in taken:
                if not done.done():
                    done.set_result(True)

    async def _each(self, taken: list[tuple[Marking, Write, asyncio.Future[bool]]]) -> None:
        """One by one, so that only what is refused fails."""
        for marking, write, done in taken:
            try:
                await write(marking)
            except (Refused, Unreachable) as error:
                if not done.done():
                    done.set_exception(error)
                continue
            if not done.done():
                done.set_result(True)
