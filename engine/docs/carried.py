"""What connections and endpoints add to every call: it stands in no message, and is sent with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.docs.fields import Row, named, rows
from engine.docs.mappings import Sample, nothing, table
from engine.docs.model import Paragraph, Section
from engine.docs.subject import Subject
from engine.protocols.http import HttpConnection


def carried(subject: Subject) -> Section:
    """A table for each connection, and for each endpoint, that adds something."""
    words = "Headers, parameters and fields that the connection or endpoint adds; what a call gives itself comes before them."
    sections = list(_sections(subject))
    return Section("What every call carries", "carried", [Paragraph(words)] if sections else [], sections)


def _sections(subject: Subject) -> Iterator[Section]:
    for name, connection in subject.integration.connections.items():
        if not isinstance(connection, HttpConnection):
            continue  # the query of a table says which rows are meant, and stands with the tables
        places = {name: connection, **{f"{name}.{one}": endpoint for one, endpoint in connection.endpoints.items()}}
        for place, adding in places.items():
            parts = list(_parts(adding))
            if parts:
                yield table(subject, place, f"carried-{place}", parts)


def _parts(adding: object) -> Iterator[tuple[str, Iterable[Row], Sample]]:
    for part in ("query", "headers", "soap_headers"):
        values = getattr(adding, part, None)
        if isinstance(values, dict) and values:
            yield part, named(values), nothing
    body = getattr(adding, "body", None)
    if body is not None:
        yield "body", rows(body), nothing
