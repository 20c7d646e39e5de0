"""Telling by mail."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.notices.notify import Notify
from engine.parts.fields import S
from engine.parts.scalars import text, wrong

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _address(value: Any) -> str:
    found = text(value)
    if not _ADDRESS.fullmatch(found):
        raise wrong(f'"{found}" is no e-mail address', "write name@example.com")
    return found


class EmailNotify(Notify):
    """A mail: `{type: email, to: =settings.alert_emails, events: [parked, offline]}`.

    The mail server is the engine's own setting: ENGINE_MAIL, see `engine serve --help`.
    """

    noun = "an email entry of notify"

    type: Literal["email"]
    to: Annotated[
        S[tuple[Annotated[str, BeforeValidator(_address)], ...]],
        Field(description="the receivers; none: nobody is told", examples=["=settings.alert_emails"]),
    ]
