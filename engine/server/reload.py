"""Live reload: files that have changed are taken over, if all of them are right and the settings fit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.api.vitals import Vitals
from engine.errors import EngineError
from engine.plan import Plan
from engine.runtime.by_itself.flows import Flows
from engine.runtime.messages.engine import Engine
from engine.server.generations import Generations
from engine.settings import Sources

log = logging.getLogger("engine.reload")

LOOK = 1.0  # seconds between two looks
SUFFIXES = (".yaml", ".yml", ".json")
MOST_TOLD = 1000  # characters of what `/readyz` says is wrong

Seen = Mapping[Path, tuple[int, int]]
"""When each file was changed, and its size."""


def seen(folder: Path, *others: Path) -> Seen:
    """Integration files, what lies beside them (OpenAPI files), and others, as they are now."""
    root = folder if folder.is_dir() else folder.parent
    found: dict[Path, tuple[int, int]] = {}
    with contextlib.suppress(OSError):
        for file in sorted([*(one for one in root.iterdir() if one.suffix in SUFFIXES), *others]):
            with contextlib.suppress(OSError):
                stat = file.stat()
                found[file] = (stat.st_mtime_ns, stat.st_size)
    return found


Loaded = tuple[Mapping[str, Plan], Sources]
"""What files and settings say: plans by name, and where their settings come from."""


@dataclass(frozen=True)
class Files:
    """Files that may change while they are served.

    Attributes:
        look: what they are like now.
        load: reads and checks them; slow, runs in a thread. Raises EngineError or OSError.
        taken: what they were like before they were first read.
    """

    look: Callable[[], Seen]
    load: Callable[[], Loaded]
    taken: Seen


class Reload:
    """Takes files over when they have changed, or when it is asked to.

    Args:
        start: opens connections; quick, runs in the event loop. Raises SettingMissing.
    """

    def __init__(
        self,
        generations: Generations,
        vitals: Vitals,
        files: Files,
        start: Callable[[Mapping[str, Plan], Sources], tuple[Engine, Flows]],
    ) -> None:
        self._generations = generations
        self._vitals = vitals
        self._files = files
        self._start = start
        self._taken = self._last = files.taken
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Read the files now, changed or not: settings in mounted files may have."""
        self._asked.set()

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Look for changed files while something else runs; SIGHUP asks for it at once."""
        loop, hang_up = asyncio.get_running_loop(), getattr(signal, "SIGHUP", None)
        if hang_up is not None:
            loop.add_signal_handler(hang_up, self.ask)
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            if hang_up is not None:
                loop.remove_signal_handler(hang_up)

    async def run(self) -> None:
        """Look every second, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), LOOK)
            await self.look()

    async def look(self) -> None:
        """Take the files over if they have changed and are as they were at the last look: nobody writes them now."""
        now, asked = await asyncio.to_thread(self._files.look), self._asked.is_set()
        settled, self._last = now == self._last, now
        if not asked and (now == self._taken or not settled):
            return
        self._asked.clear()
        self._taken = now
        await self._take_over()

    async def _take_over(self) -> None:
        try:
            plans, sources = await asyncio.to_thread(self._files.load)
            await self._succeed(*self._start(plans, sources))
        except (EngineError, OSError) as error:
            self._vitals.trouble = str(error)[:MOST_TOLD]
            log.error("the files have changed and are not taken over, the old ones go on:\n%s", error)
        except Exception:  # a defect of ours must not end the serving
            self._vitals.trouble = "a defect of the engine; its log says more"
            log.exception("the files have changed and could not be taken over")
        else:
            self._vitals.trouble = ""
            self._vitals.generation += 1
            log.warning("the files have changed and were taken over: %s", ", ".join(plans))

    async def _succeed(self, engine: Engine, flows: Flows) -> None:
        try:
            self._generations.succeed(engine, flows)
        except EngineError:
            await engine.aclose(0)
            raise
