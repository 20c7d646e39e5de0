"""`values:` how a system writes what has no form of its own: nothing, yes and no, days, decimals."""

from datetime import date as Day
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from engine.mapping.read import data
from engine.parts.part import Part
from engine.parts.reading import reading
from engine.parts.scalars import Text, Zone, wrong


def _day(value: Any) -> Day:
    if isinstance(value, Day):
        return value
    try:
        return Day.fromisoformat(str(value))
    except ValueError:
        raise wrong("this is no day", "write one such as 1753-01-01") from None


def _pair(value: Any, info: ValidationInfo) -> Any:
    found = data(value, reading(info).say) if isinstance(value, list) else value
    if not isinstance(found, (list, tuple)) or len(found) != 2 or found[0] == found[1]:
        raise wrong("two values are wanted here: what is yes, and what is no", "write two such as [2, 1] or [Y, N]")
    if not all(isinstance(one, (str, int)) for one in found) or type(found[0]) is not type(found[1]):
        raise wrong("yes and no are both texts, or both whole numbers", "write two such as [2, 1] or [Y, N]")
    return tuple(found)


class Values(Part):
    """The conventions of a system, both ways: what is read by them is written by them."""

    noun = "values"

    null_text: Annotated[
        str | None, Field(description="the text that stands for nothing; without it, null does", examples=[" "])
    ] = None
    null_date: Annotated[
        Annotated[Day, BeforeValidator(_day), WithJsonSchema({"type": "string"})] | None,
        Field(description="the day that stands for nothing; without it, null does", examples=["1753-01-01"]),
    ] = None
    yes_no: Annotated[
        Annotated[tuple[Any, Any], BeforeValidator(_pair), WithJsonSchema({"type": "array"})] | None,
        Field(description="what stands for yes, and what for no; without it, booleans do", examples=[[2, 1]]),
    ] = None
    decimal_mark: Annotated[
        Text | None, Field(description="decimals are texts with this mark; without it, numbers", examples=[","])
    ] = None
    date: Annotated[
        Text | None, Field(description="days are texts in this format; without it, dates", examples=["%Y%m%d"])
    ] = None
    datetime: Annotated[
        Text | None,
        Field(description="date-times are texts in this format; without it, date-times", examples=["%d.%m.%Y %H:%M"]),
    ] = None
    zone: Annotated[
        Zone | None,
        Field(description="the zone date-times are kept in; default: that of the connection", examples=["UTC"]),
    ] = None
