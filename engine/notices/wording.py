"""Notices in words: what happened, to which records, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.notices.notice import Happening, Notice

SHOWN = 10
"""Records that are named; of more, the number is told."""

_TITLES: dict[Happening, str] = {
    "parked": "{what} of {flow} {needs} a person",
    "waiting": "{what} of {flow} {waits} for longer than {after}",
    "confirm_late": "{what} of {flow} {waits} for an answer for longer than agreed",
    "flow_failed": "the flow {flow} could not read",
    "offline": "the connection {flow} is offline",
    "online": "the connection {flow} is online again",
}
_TODO: dict[Happening, str] = {
    "parked": "Mend the cause, then try again: `engine parked {chosen} resend --all`; "
    "or give up: `engine parked {chosen} discard --all --why …`.",
    "waiting": "Look at what they wait for: `engine parked {chosen} --all`.",
    "confirm_late": "Ask the other side whether it works; an answer is still taken when it comes.",
    "flow_failed": "Mend the cause; the flow tries again at its next time and goes on from where it stopped.",
    "offline": "Nothing is lost: records wait and go when it is back. See that the system and the way to it are up.",
    "online": "Nothing to do: what waited goes now.",
}


@dataclass(frozen=True)
class Story:
    """One thing that happened to records of one flow.

    Attributes:
        flow: `integration.flow`; of `offline` and `online`, `integration.connection`.
        keys: business keys, the first ones of `count`.
        error: the other side's words, or why it waits.
        since: when it began, in words; empty if that says nothing.
        after: the agreed time, in words, of `waiting`.
    """

    event: Happening
    integration: str
    flow: str
    count: int
    keys: Sequence[str]
    error: str
    since: str = ""
    after: str = ""
    place: str = ""
    link: str = ""


def notice(story: Story) -> Notice:
    """The notice of what happened."""
    one = story.count == 1
    words = {
        "what": f"record {story.keys[0]}" if one and story.keys else f"{story.count:,} record{'' if one else 's'}",
        "flow": story.flow,
        "chosen": f"--integration {story.integration} --flow {story.flow.partition('.')[2]}",
        "needs": "needs" if one else "need",
        "waits": "waits" if one else "wait",
        "after": story.after,
    }
    title = _TITLES[story.event].format(**words)
    lines = [
        ("What happened", story.error),
        ("Since", story.since),
        ("Records", _named(story) if story.count > 1 else ""),
        ("Where", story.place),
        ("What to do", _TODO[story.event].format(**words)),
        ("See", story.link),
    ]
    text = "\n".join(f"{label + ':':<15}{value}" for label, value in lines if value)
    return Notice(
        event=story.event,
        integration=story.integration,
        flow=story.flow,
        key=story.keys[0] if story.keys else "",
        title=title,
        text=text,
        error=story.error,
        place=story.place,
        link=story.link,
        count=story.count,
    )


def span(seconds: float) -> str:
    """A time as it is written in a file: 3600 seconds are 1h."""
    for unit, size in (("d", 86_400.0), ("h", 3600.0), ("m", 60.0)):
        if seconds and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


def subject(notices: Sequence[Notice]) -> str:
    """The subject of a mail that tells of these (at least one)."""
    first, *others = notices
    more = f", and {len(others)} more" if others else ""
    return f"[{first.integration}] {first.title}{more}"


def body(notices: Sequence[Notice]) -> str:
    """The text of that mail."""
    return "\n\n".join(f"{one.title}\n\n{one.text}" for one in notices) + "\n"


def _named(story: Story) -> str:
    named = ", ".join(story.keys[:SHOWN])
    left = story.count - min(len(story.keys), SHOWN)
    return f"{named}, and {left:,} more" if left and named else named
