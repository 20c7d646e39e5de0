"""What a message says of the records of a batch, and what is remembered of those that were delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from engine.errors import EngineError, Refused
from engine.formats.json import dumps


def digest_of(values: Any) -> str:
    """Of the values that `changed` watches."""
    return hashlib.blake2b(dumps(values), digest_size=16).hexdigest()


def failures(failed: Sequence[Any]) -> Iterator[tuple[int | None, EngineError]]:
    """What a message says of the records it could not deliver: `{index, error, temporary}`; None stands for all."""
    for entry in failed:
        index = entry.get("index") if isinstance(entry, dict) else None
        text = str(entry.get("error") or "it failed") if isinstance(entry, dict) else str(entry)
        temporary = bool(entry.get("temporary")) if isinstance(entry, dict) else False
        yield (None if index is None else int(index)), Refused(text, code="partly", temporary=temporary)
