"""The whole page about one integration. The same file gives the same page: no date, no machine, no secret in it."""

from __future__ import annotations

from engine.docs.assumptions import assumptions
from engine.docs.carried import carried
from engine.docs.events import events
from engine.docs.flows import flows
from engine.docs.legend import LEGEND
from engine.docs.messages import messages
from engine.docs.model import Block, Code, Page, Paragraph, Section
from engine.docs.network import network
from engine.docs.notices import notices
from engine.docs.overview import overview
from engine.docs.settings import settings
from engine.docs.subject import Subject
from engine.docs.tables import tables


def page(subject: Subject) -> Page:
    """Everything there is to say, for business people, administrators and security officers."""
    integration = subject.integration
    blocks: list[Block] = [Paragraph(integration.description)] if integration.description else []
    blocks.append(
        Paragraph(
            ("Written from ", Code(f"{integration.name}.yaml"), " by ", Code(f"engine docs {integration.name}"), ".")
        )
    )
    told = [overview, messages, flows, events, carried, tables, notices, settings, network, assumptions]
    sections = [*(tell(subject) for tell in told), LEGEND]
    return Page(subject.system, blocks, [section for section in sections if _says_something(section)])


def _says_something(section: Section) -> bool:
    return bool(section.blocks or section.sections)
