"""Exchanges as OpenTelemetry traces, handed in to a real OTLP receiver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from engine.exchange import Exchange, Moment
from engine.redaction import Redactor
from engine.server.tracing import ENDPOINT, Traces, traced
from tests.fakes.serving import serving

NONE = Redactor(())
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
BEGAN = 1_764_142_800_123_000_000


class Kept:
    """A recorder that keeps a list."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        self.exchanges.append(exchange)


def exchange(*moments: tuple[int, int, str], **more: Any) -> Exchange:
    found: dict[str, Any] = {
        "id": "x1",
        "integration": "acme",
        "message": "prices",
        "key": "order 7",
        "at": "2025-11-26T07:40:00.123Z",
        "status": "done",
        "reply": None,
        "error": "",
        "answered_by": "system",
        "duration": 900,
        "moments": tuple(Moment(*moment, None) for moment in moments),
    }
    return Exchange(**{**found, **more})


def spans(one: Exchange) -> list[ReadableSpan]:
    exporter = InMemorySpanExporter()
    traces = Traces(Kept(), SimpleSpanProcessor(exporter))
    traces.record(one, NONE)
    traces.close()
    return sorted(exporter.get_finished_spans(), key=lambda span: span.start_time or 0)


def told(span: ReadableSpan) -> tuple[str, str, int, int]:
    assert span.start_time is not None
    assert span.end_time is not None
    return span.name, span.kind.name, (span.start_time - BEGAN) // 1000, (span.end_time - BEGAN) // 1000


def test_an_exchange_is_a_span_and_each_of_its_calls_one_below_it() -> None:
    whole, login, prices = spans(
        exchange(
            (100, 0, ""),
            (180, 10, "erp.log_in"),
            (220, 200, "erp.log_in"),
            (180, 300, "erp.prices"),
            (220, 800, "erp.prices"),
        )
    )

    assert [told(span) for span in (whole, login, prices)] == [
        ("acme.prices", "SERVER", 0, 900),
        ("erp.log_in", "CLIENT", 10, 200),
        ("erp.prices", "CLIENT", 300, 800),
    ]
    assert login.parent == prices.parent == whole.context
    assert whole.attributes == {
        "engine.exchange": "x1",
        "engine.integration": "acme",
        "engine.message": "prices",
        "engine.status": "done",
        "engine.answered_by": "system",
    }


def test_a_failure_and_a_call_that_was_not_answered_are_errors() -> None:
    whole, first, second = spans(
        exchange((180, 10, "erp.prices"), (180, 500, "erp.prices"), status="unreachable", error="no answer in 1 s")
    )

    assert [(span.status.status_code.name, span.status.description) for span in (whole, first, second)] == [
        ("ERROR", "no answer in 1 s"),
        ("ERROR", "no answer"),
        ("ERROR", "no answer"),
    ]


def test_it_belongs_to_the_trace_of_the_caller() -> None:
    (whole,) = spans(exchange(parent=CALLER))
    assert whole.context is not None
    assert whole.parent is not None
    assert (f"{whole.context.trace_id:032x}", f"{whole.parent.span_id:016x}") == tuple(CALLER.split("-")[1:3])

    (own,) = spans(exchange(parent="nonsense"))
    assert own.parent is None


class Receiver:
    """Takes traces over OTLP."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            found = ExportTraceServiceRequest.FromString(await Request(scope, receive).body())
            self.names += [span.name for one in found.resource_spans for part in one.scope_spans for span in part.spans]
            await Response(b"", media_type="application/x-protobuf")(scope, receive, send)


def test_they_are_handed_in_where_the_environment_says_and_nowhere_without(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, receiver = Kept(), Receiver()
    assert traced(kept, {}) == (kept, None)

    with serving(receiver) as url:
        environment: Mapping[str, str] = {ENDPOINT: url}
        monkeypatch.setenv(ENDPOINT, url)
        recorder, traces = traced(kept, environment)
        recorder.record(exchange(), NONE)
        assert traces is not None
        traces.close()

    assert receiver.names == ["acme.prices"]
    assert len(kept.exchanges) == 1
