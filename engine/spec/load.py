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
    return integration, _one_per_cause(reading.found)


def _one_per_cause(found: list[Diagnostic]) -> list[Diagnostic]:
    """Without what only follows from an expression that YAML cut on the same line."""
    cut = {finding.line for finding in found if finding.rule == "cut-expression"}
    return [finding for finding in found if finding.line not in cut or finding.rule == "cut-expression"]
