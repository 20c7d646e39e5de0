"""Parts that connections of every protocol share: TLS, limits, retries, how to read a refusal."""

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
        Field(description="full: certificate and host name; chain: certificate only; off: nothing", examples=["full"]),
    ] = "full"
    ca: Annotated[
        S[Text | None],
        Field(
            description="file with the certificate authority; default: the system's", examples=["/etc/ssl/erp-ca.pem"]
        ),
    ] = None
    cert: Annotated[
        S[Text | None], Field(description="file with our client certificate", examples=["/etc/ssl/engine.pem"])
    ] = None
    key: Annotated[S[Text | None], Field(description="file with its key", examples=["/etc/ssl/engine.key"])] = None


class Limits(Part):
    """What the other side can bear."""

    noun = "limits"

    concurrency: Annotated[S[Natural], Field(description="calls at a time", examples=[8])] = 8
    rate: Annotated[S[PerTime | None], Field(description="calls per time, such as 20/s", examples=["20/s"])] = None


class HttpLimits(Limits):
    """What the other side can bear, and what we accept from it."""

    noun = "limits over HTTP"

    size: Annotated[S[Size], Field(description="the largest reply that is read, such as 16MB", examples=["16MB"])] = (
        16_000_000
    )


class Retry(Part):
    """Repeats inside a real-time message or a read. A `once` call is repeated only if it surely did not happen."""

    noun = "a retry"

    attempts: Annotated[S[Natural], Field(description="how often a call is made at most", examples=[3])] = 3
    backoff: Annotated[
        S[Backoff], Field(description="the first wait and the longest, such as 200ms..2s", examples=["200ms..2s"])
    ] = Range(0.2, 2.0)
    causes: Annotated[
        tuple[Text, ...],
        Field(
            description="connect, timeout, reset, and statuses such as 503", examples=[["connect", "timeout", "503"]]
        ),
    ] = (
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

    text: Annotated[
        Value | None,
        OF_REPLY,
        Field(description="the other side's words", examples=["=coalesce(reply.message, reply.error.text)"]),
    ] = None
    code: Annotated[Value | None, OF_REPLY, Field(description="a stable code", examples=["=reply.code"])] = None
    temporary: Annotated[
        Query | None,
        OF_REPLY,
        Field(
            description="whether a repeat may help; null and default: status 408, 425, 429 and from 500, a Server fault",
            examples=["=status == `429` || status >= `500`"],
        ),
    ] = None


class Offline(Part):
    """Whether the whole system is down, or only one message failed."""

    noun = "offline"

    probe: Annotated[
        Text, Field(description="the endpoint asked after a failure, as connection.endpoint", examples=["erp.ping"])
    ]
    lasts: Annotated[
        S[Duration], Field(description="how long requests are refused at once before one tries again", examples=["60s"])
    ] = 60.0
