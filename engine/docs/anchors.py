"""Where in a page something is described."""

from __future__ import annotations


def of_message(name: str) -> str:
    return f"message-{name}"


def of_flow(name: str) -> str:
    return f"flow-{name}"


def of_event(name: str) -> str:
    return f"event-{name}"
