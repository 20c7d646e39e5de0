"""Exchanges as OpenTelemetry traces: a span for each exchange, one below it for each call over the wire.

Spans are made when an exchange has ended, of the measuring points that it left; a running exchange pays nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine.errors import SettingMissing
from engine.exchange import Exchange
from engine.redaction import Redactor

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

    from engine.runtime.messages.recording import Recorder

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The environment variable, of OpenTelemetry's own, that switches traces on."""


def traced(recorder: Recorder, environment: Mapping[str, str] = os.environ) -> tuple[Recorder, Traces | None]:
    """A recorder that also makes traces, where the environment says where they go; None: it does not.

    Raises:
        SettingMissing: OpenTelemetry is not installed.
    """
    if not environment.get(ENDPOINT):
        return recorder, None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        words = f"{ENDPOINT} is set, and OpenTelemetry is not installed: pip install 'engine[tracing]'"
        raise SettingMissing([words]) from None
    traces = Traces(recorder, BatchSpanProcessor(OTLPSpanExporter()))
    return traces, traces


class Traces:
    """Makes traces of exchanges on their way to the recorder."""

    def __init__(self, recorder: Recorder, processor: SpanProcessor) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        name = os.environ.get("OTEL_SERVICE_NAME", "engine")
        self._recorder = recorder
        self._provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("engine")

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        """Make the spans of an exchange, and pass it on."""
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._recorder.record(exchange, redactor)
        began = _nanoseconds(exchange.at)
        caller = TraceContextTextMapPropagator().extract({"traceparent": exchange.parent}) if exchange.parent else None
        attributes = {
            "engine.exchange": exchange.id,
            "engine.integration": exchange.integration,
            "engine.message": exchange.message,
            "engine.status": exchange.status,
            "engine.answered_by": exchange.answered_by,
        }
        name = f"{exchange.integration}.{exchange.message}"
        span = self._tracer.start_span(name, caller, SpanKind.SERVER, attributes, start_time=began)
        if exchange.error:
            span.set_status(Status(StatusCode.ERROR, exchange.error))
        below = set_span_in_context(span)
        for call, sent, answered in _calls(exchange):
            one = self._tracer.start_span(call, below, SpanKind.CLIENT, start_time=began + sent * 1000)
            if answered is None:
                one.set_status(Status(StatusCode.ERROR, "no answer"))
            one.end(began + (exchange.duration if answered is None else answered) * 1000)
        span.end(began + exchange.duration * 1000)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def _calls(exchange: Exchange) -> Iterator[tuple[str, int, int | None]]:
    """Each call: the microseconds after which it was sent and answered, None if it was not."""
    sent: dict[str, int] = {}
    for point, micros, call, _ in exchange.moments:
        if point == 180:
            if call in sent:
                yield call, sent[call], None
            sent[call] = micros
        elif point == 220 and call in sent:
            yield call, sent.pop(call), micros
    for call, micros in sent.items():
        yield call, micros, None


def _nanoseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000) * 1_000_000
