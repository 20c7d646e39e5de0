"""What a process that works for long runs on: its loop, its garbage collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run something asynchronous to its end, on the fastest loop there is."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)


def settle() -> None:
    """Tune the garbage collector for long-lived plans: they are never looked at again, young garbage less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
