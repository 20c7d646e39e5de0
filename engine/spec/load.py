"""From a document to an integration, with every finding on the way."""

from __future__ import annotations

from engine.diagnostics import Diagnostic
from engine.document import Document
from engine.parts.reading import Reading
from engine.spec.integration import Integration


def read(document: Document) -> tuple[Integration, list[Diagnostic]]:
    """Build the classes of a file.

    Returns:
        The integration (with gaps where the file is wrong), and the findings, those of the document too.
    """
    reading = Reading(document, list(document.diagnostics))
    integration = Integration.model_validate(document.data, context=reading)
    return integration.standing_in(document.file), _one_per_cause(document, reading.found)


def _one_per_cause(document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
    """Without what only follows from a value that the document itself could not be read at."""
    own = set(document.diagnostics)
    told = {finding.mark for finding in own}
    return [finding for finding in found if finding.mark not in told or finding in own]
