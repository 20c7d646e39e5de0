"""Parts that connections of every protocol share: TLS, limits, retries, how to read a refusal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.parts.fields import OF_REPLY, Query, S, Value
from engine.parts.part import Part
from engine.parts.scalars import Backoff, Duration, Natural, PerTime, Range, Size, Text


class Tls(Part):
    """How the other side proves who it is, and we ourselves."""

    noun = "tls"

    verify: Annotated[
        S[Literal["full", "chain", "off"]],
        Field(description="full: certificate and host name; chain: certificate only; off: nothing"),
    ] = "full"
    ca: Annotated[S[Text | None], Field(description="file with the certificate authority; default: the system's")] = (
        None
    )
    cert: Annotated[S[Text | None], Field(description="file with our client certificate")] = None
    key: Annotated[S[Text | None], Field(description="file with its key")] = None


class Limits(Part):
    """What the other side can bear, and what we accept from it."""

    noun = "limits"

    concurrency: Annotated[S[Natural], Field(description="calls at a time")] = 8
    rate: Annotated[S[PerTime | None], Field(description="calls per time, such as 20/s")] = None
    size: Annotated[S[Size], Field(description="the largest reply that is read, such as 16MB")] = 16_000_000


class Retry(Part):
    """Repeats inside a real-time message or a read. A `once` call is repeated only if it surely did not happen."""

    noun = "a retry"

    attempts: Annotated[S[Natural], Field(description="how often a call is made at most")] = 3
    backoff: Annotated[S[Backoff], Field(description="the first wait and the longest, such as 200ms..2s")] = Range(
        0.2, 2.0
    )
    causes: Annotated[tuple[Text, ...], Field(description="connect, timeout, reset, and statuses such as 503")] = (
        "connect",
        "timeout",
        "429",
        "502",
        "503",
        "504",
    )


class ErrorRule(Part):
    """How to read a refusal; status and the first 200 characters stand in where a rule is empty or fails."""

    noun = "an error rule"

    text: Annotated[Value | None, OF_REPLY, Field(description="the other side's words")] = None
    code: Annotated[Value | None, OF_REPLY, Field(description="a stable code")] = None
    temporary: Annotated[
        Query | None,
        OF_REPLY,
        Field(description="whether a repeat may help; default: status 408, 425, 429 and from 500"),
    ] = None


class Offline(Part):
    """Whether the whole system is down, or only one message failed."""

    noun = "offline"

    probe: Annotated[Text, Field(description="the endpoint asked after a failure, as connection.endpoint")]
    lasts: Annotated[S[Duration], Field(description="how long requests are refused at once before one tries again")] = (
        60.0
    )
