"""Between folders and an example: what is written as what was sent, a canned reply as the records of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import Fault
from engine.examples.rows import answered

if TYPE_CHECKING:
    from engine.examples.rehearsal import Watch
    from engine.examples.script import Script
    from engine.files.disk import ToRead, ToWrite
    from engine.files.importing import Page

TIMEOUT = 60.0


@dataclass(frozen=True)
class CannedDisk:
    """Stands in the place of a folder: `Disk` over the calls of an example."""

    script: Script
    watch: Watch

    async def pages(self, task: ToRead) -> AsyncIterator[Page]:
        from engine.files.formats.record_format import Origin, filed
        from engine.files.importing import Page, ReadSoFar

        body = await answered(self.script, self.watch, task, TIMEOUT)
        records, origin = [], Origin("example", "/example")
        for number, record in enumerate(body if isinstance(body, list) else [], start=1):
            if not isinstance(record, dict):
                raise Fault("a canned record of a file is an object")
            records.append(filed(number, record))
            records[-1].origin = origin
        yield Page(records, ReadSoFar())

    async def write(self, task: ToWrite) -> bool:
        body = await answered(self.script, self.watch, task, TIMEOUT)
        return not (isinstance(body, dict) and body.get("written") is False)
