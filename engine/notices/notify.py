"""What every kind of `notify` entry says: of what it tells, and how often at most."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from engine.notices.notice import HAPPENINGS, Happening
from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.scalars import Duration, Name, wrong


def _some(value: Any) -> Any:
    if value == []:
        raise wrong("an empty list tells nobody of anything", "name some, or leave the key out for all")
    return value


class Notify(Part):
    """Somebody is told of what needs a person."""

    noun = "notify"

    events: Annotated[
        tuple[Happening, ...],
        BeforeValidator(_some),
        Field(
            description="of what: parked (a record needs a person), waiting (longer than `after`), offline and online "
            "(a system), flow_failed (a reading, also where only rows were set aside), confirm_late (an answer is overdue); "
            "default: all",
            examples=[["parked", "offline", "flow_failed"]],
        ),
    ] = HAPPENINGS
    flows: Annotated[
        tuple[Name, ...],
        BeforeValidator(_some),
        Field(description="of which flows; default: all", examples=[["orders", "customers"]]),
    ] = ()
    after: Annotated[
        S[Duration], Field(description="how long a record waits before `waiting` tells of it", examples=["2h"])
    ] = 3600.0
    group: Annotated[
        S[Duration],
        Field(description="least time between two; what happens meanwhile is told together", examples=["10m"]),
    ] = 300.0
